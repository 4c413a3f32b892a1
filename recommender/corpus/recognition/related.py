"""Which field of a site holds its related links, in which shape, and what in them names the target."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from recommender.corpus.recognition.survey import FieldUse, Survey, plain_name
from recommender.corpus.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode, is_null
from recommender.settings import LinkNames, RelatedSettings, Shape, Target

_RELATED = re.compile(
    r"related|seealso|(?<!dis)similar|recommend|readnext|readmore|readalso|furtherreading|morelikethis"
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
    shape : {"numbered", "mappings", "strings", "groups"}
        ``groups``, a list of mappings that hold lists of links, can be told and not be read.
    slots : int
        The largest number.
    files : int
        How many files of the sample have it.
    links : int
    parts : dict of str to tuple of str
        What stands in the links by the name of the part; of the shape ``strings`` all is under ``""``.
    """

    field: str
    shape: Shape | str
    slots: int
    files: int
    links: int
    parts: dict[str, tuple[str, ...]]


def find_related(survey: Survey) -> list[RelatedField]:
    """Fields that by their names and what stands in them may hold related links, the most used first."""
    found = [*_numbered(survey), *_lists(survey)]
    return sorted(found, key=lambda one: (-one.files, -one.links, one.field))


def settings_of(found: RelatedField, part: str, target: Target, prefix: str) -> RelatedSettings:
    """The settings by which the links of a field are read, if `part` names their targets as `target`."""
    if found.shape == "strings":
        return RelatedSettings(found.field, "strings", found.slots, target, None, prefix)
    names = LinkNames(**{kind: _named(found, kind) for kind in _PARTS})
    if target == "url":
        names = replace(names, url=part)
    elif target == "id":
        names = replace(names, id=part)
    own = {"url": names.url, "id": names.id, "title": names.title}.get(target)
    shape: Shape = "numbered" if found.shape == "numbered" else "mappings"
    return RelatedSettings(found.field, shape, found.slots, target, None if own == part else part, prefix, names)


def by_form(found: RelatedField) -> tuple[str, Target]:
    """The part that names the targets and what it is, by what its values look like."""
    forms = {part: form_of(values) for part, values in found.parts.items() if len(values) >= 0.5 * found.links}
    for wanted in ("url", "path"):
        for part, form in forms.items():
            if form == wanted:
                return part, wanted
    for part in ("slug", "id", "link", "page", "article", "ref"):
        for own, form in forms.items():
            if plain_name(own) == part:
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
    counts = Counter(match[0] for value in values if (match := re.match(r"[^\s:/]+[\s:/]+", value)))
    common = [prefix for prefix, count in counts.most_common(3) if count >= 0.3 * len(values) and count > 1]
    return ["", *common]


def _numbered(survey: Survey) -> Iterator[RelatedField]:
    fields: dict[str, dict[int, FieldUse]] = {}
    for path, use in survey.uses.items():
        match = _NUMBERED.fullmatch(path)
        if match and _RELATED.search(plain_name(match["before"] + match["after"])):
            fields.setdefault(f"{match['before']}{{n}}{match['after']}", {})[int(match["number"])] = use
    for name, uses in fields.items():
        nodes = [node for use in uses.values() for node in use.nodes.values()]
        if sum(isinstance(node, MappingNode) for node in nodes) > 0.5 * len(nodes):
            files = {number for use in uses.values() for number in use.nodes}
            yield RelatedField(name, "numbered", max(uses), len(files), len(nodes), _parts(nodes))


def _lists(survey: Survey) -> Iterator[RelatedField]:
    for path, use in survey.uses.items():
        if not _RELATED.search(plain_name(path)) or any(isinstance(node, MappingNode) for node in use.nodes.values()):
            continue
        # A path below a numbered field is part of a link.
        if any(
            isinstance(survey.uses[parent].nodes.get(at), MappingNode) and _RELATED.search(plain_name(parent))
            for parent in _parents(path)
            if parent in survey.uses
            for at in use.nodes
        ):
            continue
        items = [item for node in use.nodes.values() for item in _items(node) if not is_null(item)]
        if not items:
            continue
        mappings = [item for item in items if isinstance(item, MappingNode)]
        if len(mappings) > 0.5 * len(items):
            groups = [group for item in mappings for _, value in item.value for group in _link_lists(value)]
            if len(groups) > 0.5 * len(mappings):
                links = [link for group in groups for link in group]
                yield RelatedField(path, "groups", 5, len(use.nodes), len(links), _parts(links))
            else:
                yield RelatedField(path, "mappings", 5, len(use.nodes), len(mappings), _parts(mappings))
        elif all(isinstance(item, ScalarNode) for item in items):
            values = tuple(str(item.value).strip() for item in items)
            yield RelatedField(path, "strings", 5, len(use.nodes), len(values), {"": values})


def _parents(path: str) -> Iterator[str]:
    while "." in path:
        path = path.rpartition(".")[0]
        yield path


def _items(node: Node) -> list[Node]:
    return list(node.value) if isinstance(node, SequenceNode) else [node]


def _link_lists(node: Node) -> list[list[Node]]:
    """The node's items as one list of links, if that is what they are."""
    is_links = (
        isinstance(node, SequenceNode) and node.value and all(isinstance(item, MappingNode) for item in node.value)
    )
    return [list(node.value)] if is_links else []


def _parts(links: Sequence[Node]) -> dict[str, tuple[str, ...]]:
    parts: dict[str, list[str]] = {}
    for link in links:
        if isinstance(link, MappingNode):
            for key, value in link.value:
                if isinstance(value, ScalarNode) and not is_null(value) and value.value.strip():
                    parts.setdefault(key.value, []).append(str(value.value).strip())
    return {name: tuple(values) for name, values in parts.items()}


def _named(found: RelatedField, kind: str) -> str | None:
    """The part of a usual name for this kind."""
    for name in _PARTS[kind]:
        for part in found.parts:
            if plain_name(part) == name:
                return part
    return None
