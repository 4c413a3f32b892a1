"""The related links of one front matter, rewritten on their own lines.

`edit_links` is a pure function: text in, text out. It changes the lines of related fields and nothing else, and it
reads what it wrote: a result that does not say exactly what was intended is never returned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from recommender.links.front_matter.entries import Entries
from recommender.links.front_matter.groups import GroupsField
from recommender.links.front_matter.items import NOT_WRITTEN, WHOLE, EditError, Item, Kept, Splice, Written, spliced
from recommender.links.front_matter.list_field import ListField
from recommender.links.front_matter.numbered import NumberedFields
from recommender.links.front_matter.opened import OpenedFrontMatter, open_front_matter
from recommender.links.front_matter.pairs import PairsField
from recommender.links.front_matter.style import Style
from recommender.links.front_matter.toml_edit import TomlEdit
from recommender.links.front_matter.verify import verify
from recommender.settings import RelatedSettings, Shape

_KINDS: dict[Shape, type[Entries]] = {"numbered": NumberedFields, "pairs": PairsField, "groups": GroupsField}


@dataclass(frozen=True, slots=True)
class Edit:
    """An edited file.

    Attributes
    ----------
    splices : tuple of Splice
        What was changed, in characters of the text before; none where nothing was to be done.
    """

    text: str
    splices: tuple[Splice, ...]


def edit_links(text: str, slots: Mapping[int, Item], related: RelatedSettings, site_style: Style | None = None) -> Edit:
    """Give a file new related links.

    Parameters
    ----------
    text : str
        The whole file, decoded from UTF-8, byte order mark and line ends included.
    slots : mapping of int to Kept or Written
        The complete new list by place: the number of the field for numbered ones, else 1, 2, … in order. A link of the
        file that no `Kept` names is removed.
    related : RelatedSettings
        Where the links are and in which shape.
    site_style : Style, optional
        How the site writes links, for a file that has none; see `recommender.links.front_matter.style`.

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
    if related.shape == "commas":
        return _edited_commas(opened, slots, related, site_style)
    if opened.is_new and site_style is not None and site_style.fence == "+++":
        opened = replace(opened, format="toml")
    if opened.format == "toml":
        if related.shape in ("groups", "pairs"):
            raise EditError("unsupported-layout", f"links in {related.shape} are not edited in TOML front matter", 2)
        return _placed(opened, TomlEdit(opened, related).splices(slots))
    style = site_style or Style()
    try:
        return _edited(opened, slots, related, _entries(opened, related, style))
    except EditError as error:
        if error.rule != NOT_WRITTEN:
            raise
        # Below a text in lines of its own, a comment that stays would be read as a part of it.
        try:
            return _edited(opened, slots, related, _entries(opened, related, style, one_line=True))
        except EditError:
            raise error from None


def _edited_commas(
    opened: OpenedFrontMatter, slots: Mapping[int, Item], related: RelatedSettings, site_style: Style | None
) -> Edit:
    """Names in one text with commas between them, which is one text to write."""
    items = [slots[label] for label in sorted(slots)]
    kept = [item.index for item in items if isinstance(item, Kept) and not item.changes]
    if kept == list(range(len(opened.links))) and len(kept) == len(items):
        return Edit(opened.text, ())
    names = [
        str(item.parts[WHOLE])
        if isinstance(item, Written)
        else str(item.changes.get(WHOLE, related.prefix + opened.links[item.index].link.target))
        for item in items
    ]
    if any("," in name or ";" in name for name in names):
        raise EditError(NOT_WRITTEN, "a name holds a comma, so that it cannot be in a list with commas")
    whole = replace(related, shape="strings")
    one = open_front_matter(opened.text, whole)
    if len(one.links) > 1:
        raise EditError("unsupported-layout", "the field is a list of texts with commas; write one text", 1)
    text: dict[int, Item] = {}
    if names:
        text[1] = Kept(0, {WHOLE: ", ".join(names)}) if one.links else Written({WHOLE: ", ".join(names)})
    return edit_opened(one, text, whole, site_style)


def _edited(opened: OpenedFrontMatter, slots: Mapping[int, Item], related: RelatedSettings, entries: Entries) -> Edit:
    try:
        edit = _placed(opened, entries.splices(slots))
    except UnicodeEncodeError:
        raise EditError("invalid-text", "a text holds half a surrogate pair and cannot be written") from None
    verify(opened, edit.text, slots, related)
    return edit


def _placed(opened: OpenedFrontMatter, splices: Sequence[Splice]) -> Edit:
    """Changes of the front matter as changes of the file."""
    if opened.is_new and splices:
        fence = "+++" if opened.format == "toml" else "---"
        newline = opened.newline
        gap = newline if opened.body and not opened.body.startswith(("\r", "\n")) else ""
        fields = "".join(one.text for one in splices)
        splices = [Splice(0, 0, f"{fence}{newline}{fields}{fence}{newline}{gap}")]
    placed = tuple(
        Splice(opened.start + one.start, opened.start + one.end, one.text)
        for one in splices
        if opened.yaml[one.start : one.end] != one.text
    )
    return Edit(spliced(opened.text, list(placed)), placed)


def style_of(opened: OpenedFrontMatter, related: RelatedSettings) -> Style:
    """How a file writes its related links; nothing where it has none.

    Raises
    ------
    EditError
        The layout cannot be edited.
    """
    if opened.is_new:
        return Style()
    if opened.format == "toml":
        return Style(fence="+++")
    return replace(_entries(opened, related, Style()).own_style(), fence="---")


def _entries(
    opened: OpenedFrontMatter, related: RelatedSettings, site_style: Style, *, one_line: bool = False
) -> Entries:
    return _KINDS.get(related.shape, ListField)(opened, related, site_style, one_line=one_line)
