"""Related links as one field that holds a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from recommender.corpus.yaml_nodes import ScalarNode, SequenceNode, is_null
from recommender.links.front_matter.arrange import Entry, Place, arrange
from recommender.links.front_matter.change import changes_of
from recommender.links.front_matter.entries import Entries, cut_elements
from recommender.links.front_matter.items import WHOLE, EditError, Item, Kept, Splice
from recommender.links.front_matter.layout import (
    Chunk,
    end_of,
    field_of,
    is_alias,
    items_of,
    own_lines,
    start_of,
    unsupported,
)
from recommender.links.front_matter.opened import OpenedFrontMatter
from recommender.links.front_matter.parent import new_fields
from recommender.links.front_matter.style import Style, style_of_field
from recommender.settings import RelatedSettings


class ListField(Entries):
    """One field that holds a list."""

    def __init__(
        self, opened: OpenedFrontMatter, related: RelatedSettings, site_style: Style, *, one_line: bool = False
    ) -> None:
        super().__init__(opened, related, site_style, one_line=one_line)
        found = self.parent.fields({self.name: 1})
        self.field = found[0][1] if found else None
        self._alias = False
        if self.field is not None:
            key, value = self.field.key, self.field.value
            self._alias = key is not None and is_alias(value, end_of(key))
            if isinstance(value, SequenceNode) and not self._alias:
                index = {link.link.place: position for position, link in enumerate(opened.links)}
                self.container = value
                self.chunks = items_of(self.text, value)
                self.entries = [Entry(at, index.get(at)) for at in range(1, len(self.chunks) + 1)]

    def splices(self, slots: Mapping[int, Item]) -> list[Splice]:
        if self.field is None:
            return [new_fields(self.parent, self._whole(slots), self.pen)] if slots else []
        if self._is_as_asked(slots):
            return []
        if self._alias:
            raise EditError(
                "alias", f"the field {self.name!r} is an alias; write its list out", int(self.opened.links[0].link.line)
            )
        if not slots:
            return self._without_field(self.field)
        if self.container is None or not self.chunks:
            return self._filled(self.field, slots)
        if not self.flow:
            own_lines(self.text, self.field)
        return self.arranged(arrange(self.entries, slots))

    def _is_as_asked(self, slots: Mapping[int, Item]) -> bool:
        items = [slots[label] for label in sorted(slots)]
        same = [isinstance(item, Kept) and not item.changes and item.index == at for at, item in enumerate(items)]
        return all(same) and len(items) == len(self.opened.links)

    def own_style(self) -> Style:
        return self.place_of_items(super().own_style())

    def place_of_items(self, style: Style) -> Style:
        """The style with what shows where the items are."""
        if self.field is None:
            return style
        return style_of_field(self.text, self.field, self.chunks).over(style)

    def _dash(self) -> int:
        if self.chunks and not self.flow:
            return self.chunks[0].head - self.chunks[0].start
        return self.parent.column + (self.pen.style.dash or 0)

    def new(self, place: Place, near: Chunk | None) -> str:
        if isinstance(place.item, Kept):
            return self.moved(place.item, place.label)
        if self.flow:
            return self.pen.flow_link(place.item.parts)
        blank = self.pen.newline if self.pen.style.blank_between and place.entry is None else ""
        return blank + self.pen.item(place.item.parts, self._dash())

    def _whole(self, slots: Mapping[int, Item]) -> str:
        """The field with all its links, as lines or as an element between braces."""
        name = self.pen.name(self.name, flow=self.parent.flow)
        items = [slots[label] for label in sorted(slots)]
        if self.parent.flow or self.pen.style.list_flow:
            inner = self._in_brackets(items)
            if self.parent.flow:
                return f"{name}: {inner}"
            return f"{' ' * self._column()}{name}: {inner}{self.pen.newline}"
        return f"{' ' * self._column()}{name}:{self.pen.newline}" + self._lines(items, self._column())

    def _in_brackets(self, items: Sequence[Item]) -> str:
        opening, closing = self._brackets()
        return opening + ", ".join(self._flow_item(item) for item in items) + closing

    def _brackets(self) -> tuple[str, str]:
        return "[", "]"

    def _column(self) -> int:
        missing = len(self.parent.missing) * (self.pen.style.indent or 2)
        return self.parent.column + missing

    def _lines(self, items: Sequence[Item], column: int) -> str:
        dash = column + (self.pen.style.dash or 0)
        blank = self.pen.newline if self.pen.style.blank_between else ""
        return blank.join(self._line(item, dash) for item in items)

    def _line(self, item: Item, dash: int) -> str:
        if not isinstance(item, Kept):
            return self.pen.item(item.parts, dash)
        return f"{' ' * dash}- {self._single(item)}{self.pen.newline}"

    def _flow_item(self, item: Item) -> str:
        return self._single(item) if isinstance(item, Kept) else self.pen.flow_link(item.parts)

    def _single(self, item: Kept) -> str:
        """The text of the only link of a field that is no list."""
        field = self.field
        if field is None or not isinstance(field.value, ScalarNode) or field.value.style in (">", "|"):
            raise unsupported(self.text, field.head if field else 0)
        if item.changes:
            return self.pen.text(WHOLE, next(iter(item.changes.values())))
        return self.text[start_of(field.value) : field.inner_end]

    def _filled(self, field: Chunk, slots: Mapping[int, Item]) -> list[Splice]:
        """A list in place of an empty value, or of a single link."""
        items = [slots[label] for label in sorted(slots)]
        after = end_of(field.key) if field.key is not None else field.start
        only = items[0]
        if isinstance(only, Kept) and len(items) == 1:
            return changes_of(self.text, field.value, after, only, self.pen, flow=self.parent.flow)
        if self.parent.flow or self.pen.style.list_flow or self._is_split(field):
            return [Splice(after, field.inner_end, f": {self._in_brackets(items)}")]
        own_lines(self.text, field)
        if not is_null(field.value) and self._spans_lines(field):
            return [Splice(after, field.end, f":{self.pen.newline}{self._lines(items, self._column())}")]
        return [
            Splice(after, field.inner_end, ":"),
            Splice(field.end, field.end, self._lines(items, self._column())),
        ]

    def _spans_lines(self, field: Chunk) -> bool:
        return len(self.text[field.head : field.inner_end].splitlines()) > 1

    def _is_split(self, field: Chunk) -> bool:
        """Whether an empty list spans lines, which may hold comments."""
        return isinstance(field.value, SequenceNode) and self._spans_lines(field)

    def _without_field(self, field: Chunk) -> list[Splice]:
        mapping = self.parent.mapping
        if self.parent.flow and mapping is not None:
            elements = [field_of(self.text, mapping, at) for at in range(len(mapping.value))]
            gone = {at for at, element in enumerate(elements) if element.head == field.head}
            return cut_elements(elements, gone, mapping)
        own_lines(self.text, field)
        if mapping is not None and len(mapping.value) == 1:
            return [Splice(field.start, field.end, f"{' ' * self.parent.column}{{}}{self.pen.newline}")]
        return [Splice(field.start, field.end, "")]

    def elements(self, removed: Sequence[int]) -> tuple[list[Chunk], set[int]]:
        return self.chunks, set(removed)
