"""The related links of one front matter, rewritten on their own lines.

`edit_links` is a pure function: text in, text out. It changes the lines of related fields and nothing else, and it
reads what it wrote: a result that does not say exactly what was intended is never returned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recommender.corpus.curated import LinkNode, find_links
from recommender.corpus.front_matter import BOM, UnclosedFrontMatterError, find_front_matter
from recommender.corpus.problems import FileProblemError
from recommender.corpus.yaml_nodes import MappingNode, Node, YamlProblem, compose
from recommender.settings import RelatedSettings
from recommender.writer.items import EditError, Item, Splice, spliced
from recommender.writer.links_field import ListField, NumberedFields
from recommender.writer.style import Style
from recommender.writer.verify import verify


@dataclass(frozen=True, slots=True)
class Edit:
    """An edited file.

    Attributes
    ----------
    text : str
    splices : tuple of Splice
        What was changed, in characters of the text before; none where nothing was to be done.
    """

    text: str
    splices: tuple[Splice, ...]


@dataclass(frozen=True, slots=True)
class OpenedFrontMatter:
    """A file's front matter and its related links.

    Attributes
    ----------
    text : str
        The whole file.
    start, end : int
        Bounds of the YAML in it.
    yaml, body : str
    root : Node or None
        None for one without fields.
    links : tuple of LinkNode
    """

    text: str
    start: int
    end: int
    yaml: str
    body: str
    root: Node | None
    links: tuple[LinkNode, ...]


def open_front_matter(text: str, related: RelatedSettings) -> OpenedFrontMatter:
    """Find the related links of a file.

    Raises
    ------
    EditError
        There is no front matter, or it cannot be read.
    """
    try:
        parts = find_front_matter(text)
        if parts is None:
            raise EditError("no-front-matter", "the file does not begin with front matter", 1)
        yaml = parts.yaml(text)
        root = compose(yaml)
        if root is not None and not isinstance(root, MappingNode):
            raise EditError("wrong-type", "front matter must be a mapping of fields", 2)
        links = find_links("", root, related)
    except UnclosedFrontMatterError as error:
        raise EditError("unclosed-front-matter", str(error), 1) from None
    except YamlProblem as error:
        raise EditError(error.rule, error.message, error.line + 1) from None
    except FileProblemError as error:
        raise EditError(error.problem.rule, error.problem.message, error.problem.line) from None
    if yaml.startswith(BOM):
        # libyaml passes over it without counting it.
        raise EditError("unsupported-layout", "a byte order mark stands behind the first line; remove it", 2)
    return OpenedFrontMatter(text, parts.start, parts.end, yaml, parts.body(text), root, tuple(links))


def edit_links(text: str, slots: Mapping[int, Item], related: RelatedSettings, site_style: Style | None = None) -> Edit:
    """Give a file new related links.

    Parameters
    ----------
    text : str
        The whole file, as it stands decoded from UTF-8, byte order mark and line ends included.
    slots : mapping of int to Kept or Written
        The complete new list by place: the number of the field for numbered ones, else 1, 2, … in order. A link of the
        file that no `Kept` names is removed.
    related : RelatedSettings
        Where the links are and in which shape.
    site_style : Style, optional
        How the site writes links, for a file that has none; see `recommender.writer.style`.

    Raises
    ------
    EditError
        The file has no front matter that can be edited so, or the result would not say exactly what was intended.
    """
    return edit_opened(open_front_matter(text, related), slots, related, site_style)


def edit_opened(
    opened: OpenedFrontMatter, slots: Mapping[int, Item], related: RelatedSettings, site_style: Style | None = None
) -> Edit:
    """`edit_links` for a front matter that was opened with the same settings."""
    if related.field is None:
        raise EditError("no-field", "the site's settings name no field for related links (related.field)")
    kind = NumberedFields if related.shape == "numbered" else ListField
    try:
        local = kind(opened, related, site_style or Style()).splices(slots)
        splices = tuple(
            Splice(opened.start + one.start, opened.start + one.end, one.text)
            for one in local
            if opened.yaml[one.start : one.end] != one.text
        )
        edited = spliced(opened.text, list(splices))
    except UnicodeEncodeError:
        raise EditError("invalid-text", "a text holds half a surrogate pair and cannot be written") from None
    verify(opened, edited, slots, related)
    return Edit(edited, splices)
