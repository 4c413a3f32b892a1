"""Which field of a site holds its related links, in which shape, and what in them names the target."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from recommender.corpus.curated import KEY, VALUE
from recommender.corpus.named import plain_name as name_in_brackets
from recommender.corpus.recognition.survey import FieldUse, Survey, plain_name
from recommender.corpus.sections import KNOWN_HEADINGS, find_sections, folded_heading
from recommender.corpus.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode, is_empty, pairs
from recommender.settings import LinkNames, RelatedSettings, Shape, Target

_RELATED = re.compile(
    r"related|seealso|(?<!dis)similar|recommend|readnext|nextread|readmore|readalso|furtherreading|morelikethis"
    r"|verwandt|siehe(?:auch)?$|voiraussi|relacionad|correlat|gerelateerd|zieook"
)
# Names that links of any kind bear: taken where nearly all of their values lead to articles.
_ANY_LINKS = re.compile(
    r"(?:.*)(?:links?|refs?|references|see|more|further|connections|connected|siblings|cousins|associated)$"
)
_NUMBERED = re.compile(r"(?P<before>.*?)(?P<number>[1-9]\d?)(?P<after>\D*)")
_PARTS: dict[str, tuple[str, ...]] = {
    "id": ("id", "uid", "uuid", "guid", "postid", "articleid"),
    "title": ("title", "text", "name", "label", "heading", "overwritetitle", "linktitle"),
    "group": ("subject", "category", "categoryname", "group", "section", "topic", "product"),
    "url": ("url", "href", "permalink", "uri"),
}
_FORMS: dict[Target, re.Pattern[str]] = {
    "path": re.compile(r".+\.(?:md|mdx|markdown)"),
    "url": re.compile(r"(?:/|https?://).*"),
    "id": re.compile(r"\d+"),
    "slug": re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*"),
}
_MOST = 0.6


@dataclass(frozen=True, slots=True)
class RelatedField:
    """A field that may hold related links.

    Attributes
    ----------
    field : str
        Its path; with ``{n}`` where fields are numbered.
    shape : {"numbered", "mappings", "strings", "groups", "pairs", "commas"}
    slots : int
        The largest number.
    files : int
        How many files of the sample have it.
    parts : dict of str to tuple of str
        The values in the links by the name of the part; of strings all is under ``""``.
    holders : dict of str to tuple of str
        The files that hold it, aligned with `parts`.
    is_named : bool
        Its name says that it holds related links.
    """

    field: str
    shape: Shape
    slots: int
    files: int
    links: int
    parts: dict[str, tuple[str, ...]]
    holders: dict[str, tuple[str, ...]]
    is_named: bool = True


def find_related(survey: Survey) -> list[RelatedField]:
    """Fields that by their names and values may hold related links, the most used first."""
    found, numbered = _numbered(survey)
    found += _lists(survey, numbered)
    return sorted(found, key=lambda one: (-one.files, -one.links, one.field.count("."), one.field))


def find_headings(survey: Survey) -> tuple[str, ...]:
    """Headings of sections that hold related links, as the site writes them, the most used first."""
    counts: Counter[str] = Counter()
    for file in survey.files:
        counts.update({section.heading for section in find_sections(file.body, KNOWN_HEADINGS)})
    shown: dict[str, str] = {}
    for heading, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        shown.setdefault(folded_heading(heading), heading)
    return tuple(shown.values())


def settings_of(found: RelatedField, part: str, target: Target, prefix: str) -> RelatedSettings:
    """The settings by which the links of a field are read, if `part` names their targets as `target`."""
    if found.shape in ("strings", "commas", "pairs"):
        return RelatedSettings(found.field, found.shape, found.slots, target, part or None, prefix)
    names = LinkNames(**{kind: _named(found, kind) for kind in _PARTS})
    if target == "url":
        names = replace(names, url=part)
    elif target == "id":
        names = replace(names, id=part)
    own = {"url": names.url, "id": names.id, "title": names.title}.get(target)
    return RelatedSettings(found.field, found.shape, found.slots, target, None if own == part else part, prefix, names)


def by_form(found: RelatedField) -> tuple[str, Target]:
    """The part that names the targets and what it is, by what its values look like."""
    forms = {part: form_of(values) for part, values in found.parts.items() if len(values) >= 0.5 * found.links}
    for wanted in ("url", "path"):
        for part, form in forms.items():
            if form == wanted:
                return part, wanted
    for part in ("slug", "id", "link", "page", "article", "ref", KEY, VALUE):
        for own, form in forms.items():
            if plain_name(own) == plain_name(part):
                return own, "id" if part == "id" else form
    named = _named(found, "title")
    part = named if named in forms else next(iter(forms), "")
    return part, forms.get(part, "title")


def form_of(values: Sequence[str]) -> Target:
    """What most of these values look like: urls, paths of files, ids, slugs or titles."""
    for form, pattern in _FORMS.items():
        if sum(bool(pattern.fullmatch(value)) for value in values) >= _MOST * len(values):
            return form
    return "title"


def prefixes(values: Sequence[str]) -> list[str]:
    """Beginnings that many values share and that may not be part of the target's name; the empty one first."""
    # Dots lead from a folder to another: they are no text before a name.
    counts = Counter(match[0] for value in values if (match := re.match(r"(?!\.)[^\s:/]+[\s:/]+", value)))
    common = [prefix for prefix, count in counts.most_common(3) if count >= 0.3 * len(values) and count > 1]
    return ["", *common]


def _numbered(survey: Survey) -> tuple[list[RelatedField], set[str]]:
    """Fields that are numbered, and the paths of all of them."""
    fields: dict[str, dict[int, FieldUse]] = {}
    for path, use in survey.uses.items():
        match = _NUMBERED.fullmatch(path)
        if match and _RELATED.search(plain_name(match["before"] + match["after"])):
            fields.setdefault(f"{match['before']}{{n}}{match['after']}", {})[int(match["number"])] = use
    found, paths = [], set()
    for name, uses in fields.items():
        nodes = [(survey.files[file].path, node) for use in uses.values() for file, node in use.nodes.items()]
        if sum(isinstance(node, MappingNode) for _, node in nodes) > 0.5 * len(nodes):
            files = {number for use in uses.values() for number in use.nodes}
            found.append(RelatedField(name, "numbered", max(uses), len(files), len(nodes), *_parts(nodes)))
            paths |= {use.path for use in uses.values()}
    return found, paths


def _lists(survey: Survey, taken: set[str]) -> Iterator[RelatedField]:
    """Fields that hold lists of links; what is below one of them, or below one of `taken`, is part of a link."""
    taken = set(taken)
    for path, use in sorted(survey.uses.items(), key=lambda item: item[0].count(".")):
        name = plain_name(path.rpartition(".")[2])
        is_named = _RELATED.search(plain_name(path)) is not None
        # A single link is most often one of another kind, such as permalink.
        if not is_named and (_ANY_LINKS.fullmatch(name) is None or use.is_scalar):
            continue
        if path in taken or any(parent in taken for parent in _parents(path)):
            continue
        found = _shaped(path, use, survey)
        if found is not None:
            if is_named:
                taken.add(path)
            yield replace(found, is_named=is_named)


def _shaped(path: str, use: FieldUse, survey: Survey) -> RelatedField | None:
    """The links of a field in the shape that most of it has."""
    nodes = [(survey.files[file].path, node) for file, node in use.nodes.items()]
    tables = [(file, node) for file, node in nodes if isinstance(node, MappingNode)]
    if len(tables) > 0.5 * len(nodes):
        if all(isinstance(value, ScalarNode) for _, node in tables for _, value in pairs(node)):
            held = [(file, key, value) for file, node in tables for key, value in pairs(node)]
            keys = tuple(key.strip() for _, key, _ in held)
            values = tuple(str(value.value).strip() for _, _, value in held)
            files = tuple(file for file, _, _ in held)
            parts = {KEY: keys, VALUE: values}
            return RelatedField(path, "pairs", 5, len(nodes), len(held), parts, {KEY: files, VALUE: files})
        links = [(file, link) for file, node in tables for link in _below(node)]
        return RelatedField(path, "groups", 5, len(nodes), len(links), *_parts(links)) if links else None
    items = [(file, item) for file, node in nodes for item in _items(node) if not is_empty(item)]
    mappings = [(file, item) for file, item in items if isinstance(item, MappingNode)]
    texts = [(file, str(item.value).strip()) for file, item in items if isinstance(item, ScalarNode)]
    titled = [(file, item) for file, item in mappings if _is_titled_text(item)]
    if texts and len(texts) + len(titled) == len(items):
        texts += [(file, str(value.value).strip()) for file, item in titled for _, value in pairs(item)]
        shape: Shape = "strings"
        if all(isinstance(node, ScalarNode) for _, node in nodes) and any("," in text for _, text in texts):
            shape = "commas"
            texts = [(file, name.strip()) for file, text in texts for name in text.split(",") if name.strip()]
        plain = tuple(name_in_brackets(text) for _, text in texts)
        return RelatedField(path, shape, 5, len(nodes), len(texts), {"": plain}, {"": tuple(file for file, _ in texts)})
    if len(mappings) <= 0.5 * len(items):
        return None
    nested = [(file, link) for file, item in mappings for link in _below(item)]
    if len(nested) > 0.5 * len(mappings):
        return RelatedField(path, "groups", 5, len(nodes), len(nested), *_parts(nested))
    return RelatedField(path, "mappings", 5, len(nodes), len(mappings), *_parts(mappings))


def _parents(path: str) -> Iterator[str]:
    while "." in path:
        path = path.rpartition(".")[0]
        yield path


def _items(node: Node) -> list[Node]:
    return list(node.value) if isinstance(node, SequenceNode) else [node]


def _is_titled_text(node: Node) -> bool:
    """A mapping of a title to a target, whose key is none of a link's usual parts."""
    if not isinstance(node, MappingNode) or len(node.value) != 1:
        return False
    (key, value), *_ = pairs(node)
    usual = {name for names in _PARTS.values() for name in names} | {"link", "page", "article", "ref", "slug", "path"}
    return (
        isinstance(value, ScalarNode)
        and plain_name(key) not in usual
        and re.search(r"[\s/.]", key + value.value) is not None
    )


def _below(node: MappingNode) -> list[Node]:
    """The links in the lists of a group."""
    lists = [value for _, value in pairs(node) if isinstance(value, (SequenceNode, MappingNode))]
    found: list[Node] = []
    for value in lists:
        for item in _items(value):
            if isinstance(item, MappingNode):
                found.extend(_below(item) or [item])
    return found


def _parts(links: Sequence[tuple[str, Node]]) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The values in links by the name of the part, and the files that hold them."""
    parts: dict[str, list[str]] = {}
    holders: dict[str, list[str]] = {}
    for file, link in links:
        if isinstance(link, MappingNode):
            for key, value in pairs(link):
                if isinstance(value, ScalarNode) and not is_empty(value):
                    parts.setdefault(key, []).append(str(value.value).strip())
                    holders.setdefault(key, []).append(file)
    return {name: tuple(found) for name, found in parts.items()}, {
        name: tuple(found) for name, found in holders.items()
    }


def _named(found: RelatedField, kind: str) -> str | None:
    """The part of a usual name for this kind."""
    for name in _PARTS[kind]:
        for part in found.parts:
            if plain_name(part) == name:
                return part
    return None
