"""The text of related fields: where their entries stand, and what is to be cut and pasted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from recommender.corpus.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode, is_null, kind_of
from recommender.settings import RelatedSettings
from recommender.writer.arrange import Arrangement, Entry, Place, arrange
from recommender.writer.change import changes_of
from recommender.writer.items import EditError, Item, Kept, Splice, spliced
from recommender.writer.layout import (
    Chunk,
    column_of,
    end_of,
    field_of,
    is_alias,
    is_flow,
    items_of,
    last_line_end,
    line_break_before,
    own_lines,
    start_of,
    unsupported,
)
from recommender.writer.render import Pen
from recommender.writer.style import USUAL, Style, style_of_field, style_of_file, style_of_links

if TYPE_CHECKING:
    from recommender.writer.edit import OpenedFrontMatter


class _Place:
    """A mapping that holds related fields, or shall hold them."""

    def __init__(self, opened: OpenedFrontMatter, names: Sequence[str]) -> None:
        self.text = opened.yaml
        self.mapping: Node | None = opened.root
        self.is_root = True
        self.missing = list(names)
        after = 0
        while self.missing and self.mapping is not None:
            found = next((pair for pair in self.mapping.value if pair[0].value == self.missing[0]), None)
            if found is None:
                break
            key, value = found
            after = end_of(key)
            if not isinstance(value, MappingNode) or is_alias(value, after):
                message = f"expected fields below {key.value!r}; found a {kind_of(value)}"
                if is_alias(value, after):
                    message = f"expected fields below {key.value!r}; found an alias"
                raise EditError("wrong-type", message, int(key.start_mark.line) + 2)
            self.mapping = value
            self.missing.pop(0)
            self.is_root = False

    @property
    def flow(self) -> bool:
        return self.mapping is not None and is_flow(self.mapping)

    @property
    def column(self) -> int:
        """The column of the fields, in a block."""
        if self.mapping is None or not self.mapping.value:
            return 0
        return column_of(self.mapping.value[0][0])

    @property
    def bottom(self) -> int:
        """Where a new field goes, in a block."""
        last = 0
        if self.mapping is not None and self.mapping.value:
            last = field_of(self.text, self.mapping, len(self.mapping.value) - 1).end
        return max(last, last_line_end(self.text)) if self.is_root else last

    def fields(self, names: Mapping[str, int]) -> list[tuple[int, Chunk]]:
        """Chunks of the fields of these names, with what the names stand for; none where parents are missing."""
        if self.mapping is None or self.missing:
            return []
        return [
            (names[key.value], field_of(self.text, self.mapping, position))
            for position, (key, _) in enumerate(self.mapping.value)
            if key.value in names
        ]

    def add_flow(self, element: str) -> Splice:
        """A new field behind the last, between braces."""
        mapping = self.mapping
        if mapping is None:  # pragma: no cover - flow means that there is one
            raise EditError("unsupported-layout", "no mapping")
        if mapping.value:
            at = field_of(self.text, mapping, len(mapping.value) - 1).end
            return Splice(at, at, ", " + element)
        at = self.text.index("{", start_of(mapping)) + 1
        return Splice(at, at, element)


class _Entries:
    """Turns an arrangement into splices; its two subclasses know their shape."""

    def __init__(self, opened: OpenedFrontMatter, related: RelatedSettings, site_style: Style) -> None:
        self.opened = opened
        self.text = opened.yaml
        self.related = related
        self._site_style = site_style
        path = (related.field or "").split(".")
        if any("{n}" in name for name in path[:-1]):
            raise EditError("unsupported-field", f"{related.field}: the number must be in the last name to be written")
        self.name = path[-1]
        self.place = _Place(opened, path[:-1])
        self.chunks: list[Chunk] = []
        self.entries: list[Entry] = []
        self.container: Node | None = None

    @cached_property
    def pen(self) -> Pen:
        return Pen(self._style(), self._newline())

    def _style(self) -> Style:
        file = style_of_file(self.text, self.opened.root)
        own = self._own_style()
        if file.key_quote:
            return own.over(file).over(USUAL)
        return own.over(self._site_style).over(file).over(USUAL)

    def _own_style(self) -> Style:
        pairs = [
            (chunk, self.opened.links[entry.link])
            for chunk, entry in zip(self.chunks, self.entries, strict=True)
            if entry.link is not None
        ]
        return style_of_links(self.text, [pair[0] for pair in pairs], [pair[1] for pair in pairs], self.container)

    def _newline(self) -> str:
        ends = [self.chunks[0].end] if self.chunks and not self.flow else []
        for end in (*ends, len(self.text)):
            found = line_break_before(self.text, end)
            if found:
                return found
        return line_break_before(self.opened.text, self.opened.start) or "\n"

    @property
    def flow(self) -> bool:
        return self.container is not None and is_flow(self.container)

    def moved(self, item: Kept, label: int) -> str:
        """The text of a link that moves to another place."""
        position = next(at for at, entry in enumerate(self.entries) if entry.link == item.index)
        chunk = self.chunks[position]
        local = [
            Splice(one.start - chunk.start, one.end - chunk.start, one.text) for one in self.staying(chunk, item, label)
        ]
        return spliced(self.text[chunk.start : chunk.end], local)

    def staying(self, chunk: Chunk, item: Kept, label: int) -> list[Splice]:
        """What changes in the text of a link that stays."""
        after = chunk.head + 1 if chunk.key is None else end_of(chunk.key)
        if self.flow and chunk.key is None:
            after = chunk.start
        return [
            *self.renamed(chunk, label),
            *(changes_of(self.text, chunk.value, after, item, self.pen, flow=self.flow) if item.changes else ()),
        ]

    def renamed(self, chunk: Chunk, label: int) -> list[Splice]:
        return []

    def arranged(
        self, arrangement: Arrangement, new: Callable[[Place], str], bottom: Callable[[str], Splice]
    ) -> list[Splice]:
        """Splices for an arrangement.

        Parameters
        ----------
        arrangement : Arrangement
        new : callable
            The text of a place that is not there yet: whole lines, or an element between brackets.
        bottom : callable
            Puts text in where nothing shows where.
        """
        splices: list[Splice] = []
        pending: list[str] = []
        last: Chunk | None = None
        for place in arrangement.places:
            if place.entry is None:
                if last is not None:
                    splices.append(self._behind(last, new(place)))
                else:
                    pending.append(new(place))
                continue
            chunk = self._checked(self.chunks[place.entry])
            if pending:
                splices.append(self._before(chunk, pending))
                pending = []
            last = chunk
            if place.stays and isinstance(place.item, Kept):
                splices += self.staying(chunk, place.item, place.label)
            else:
                splices.append(Splice(chunk.start, chunk.end, new(place)))
        if pending:
            splices.append(bottom((", " if self.flow else "").join(pending)))
        return splices + self._cut(arrangement.removed)

    def _checked(self, chunk: Chunk) -> Chunk:
        return chunk if self.flow else own_lines(self.text, chunk)

    def _behind(self, chunk: Chunk, text: str) -> Splice:
        return Splice(chunk.end, chunk.end, ", " + text if self.flow else text)

    def _before(self, chunk: Chunk, texts: list[str]) -> Splice:
        text = "".join(one + ", " for one in texts) if self.flow else "".join(texts)
        return Splice(chunk.start, chunk.start, text)

    def _cut(self, removed: Sequence[int]) -> list[Splice]:
        if not self.flow:
            return [
                Splice(chunk.start, chunk.end, "")
                for chunk in (own_lines(self.text, self.chunks[position]) for position in removed)
            ]
        return cut_elements(self.text, *self._elements(removed), self.container)

    def _elements(self, removed: Sequence[int]) -> tuple[list[Chunk], set[int]]:
        return self.chunks, set(removed)


def cut_elements(text: str, elements: Sequence[Chunk], removed: set[int], container: Node | None) -> list[Splice]:
    """Take elements out of brackets or braces, each with one comma."""
    splices: list[Splice] = []
    first = 0
    while first < len(elements):
        if first not in removed:
            first += 1
            continue
        last = first
        while last + 1 in removed:
            last += 1
        if first:
            splices.append(Splice(elements[first - 1].end, elements[last].end, ""))
        elif last + 1 < len(elements):
            splices.append(Splice(elements[0].start, elements[last + 1].start, ""))
        elif container is not None:
            splices.append(Splice(elements[0].start, end_of(container) - 1, ""))
        first = last + 1
    return splices


class NumberedFields(_Entries):
    """One field per link: ``related_article1``, ``related_article2``, …"""

    def __init__(self, opened: OpenedFrontMatter, related: RelatedSettings, site_style: Style) -> None:
        super().__init__(opened, related, site_style)
        numbers = {self.name.replace("{n}", str(number)): number for number in range(1, related.slots + 1)}
        index = {link.link.place: position for position, link in enumerate(opened.links)}
        found = self.place.fields(numbers)
        self.chunks = [chunk for _, chunk in found]
        self.entries = [Entry(number, index.get(number)) for number, _ in found]

    @property
    def flow(self) -> bool:
        return self.place.flow

    def splices(self, slots: Mapping[int, Item]) -> list[Splice]:
        """What turns the file's links into those of `slots`.

        Raises
        ------
        EditError
            A number is above the settings' `slots`, or the layout cannot be edited.
        """
        highest = max(slots, default=0)
        if highest > self.related.slots or min(slots, default=1) < 1:
            raise EditError("too-many", f"at most {self.related.slots} places (related.slots); asked for {highest}")
        arrangement = arrange(self.entries, slots)
        mapping = self.place.mapping
        if not self.flow and mapping is not None and len(arrangement.removed) == len(mapping.value) and not slots:
            # A mapping without fields would become null.
            chunks = [own_lines(self.text, chunk) for chunk in self.chunks]
            empty = Splice(chunks[0].start, chunks[0].end, f"{' ' * self.place.column}{{}}{self.pen.newline}")
            return [empty, *(Splice(chunk.start, chunk.end, "") for chunk in chunks[1:])]
        return self.arranged(arrangement, self._new, self._bottom)

    def renamed(self, chunk: Chunk, label: int) -> list[Splice]:
        key = chunk.key
        name = self._field_name(label)
        if key is None or key.value == name:
            return []
        quote = key.style or ""
        written = f"{quote}{name}{quote}" if quote in ("'", '"') else self.pen.name(name, flow=self.flow)
        return [Splice(start_of(key), end_of(key), written)]

    def _field_name(self, label: int) -> str:
        return self.name.replace("{n}", str(label))

    def _new(self, place: Place) -> str:
        if isinstance(place.item, Kept):
            return self.moved(place.item, place.label)
        name = self._written_name(place.label)
        if self.flow:
            return f"{name}: {self.pen.flow_link(place.item.parts)}"
        column = self.place.column
        if self.place.missing:
            column += (self.pen.style.indent or 2) * len(self.place.missing)
        return self.pen.numbered(name, place.item.parts, column)

    def _written_name(self, label: int) -> str:
        """Quoted as the names of the fields beside it are."""
        name = self._field_name(label)
        beside = [chunk.key for chunk in self.chunks if chunk.key is not None]
        if beside:
            quote = beside[0].style or ""
            return f"{quote}{name}{quote}" if quote in ("'", '"') else name
        file = style_of_file(self.text, self.opened.root)
        return self.pen.name(name, flow=self.flow) if file.key_quote else Pen(USUAL, "").name(name, flow=self.flow)

    def _bottom(self, text: str) -> Splice:
        return new_fields(self.place, text, self.pen)

    def _elements(self, removed: Sequence[int]) -> tuple[list[Chunk], set[int]]:
        mapping = self.place.mapping
        self.container = mapping
        elements = [field_of(self.text, mapping, at) for at in range(len(mapping.value))] if mapping is not None else []
        gone = {self.chunks[position].head for position in removed}
        return elements, {at for at, element in enumerate(elements) if element.head in gone}


class ListField(_Entries):
    """One field that holds a list."""

    def __init__(self, opened: OpenedFrontMatter, related: RelatedSettings, site_style: Style) -> None:
        super().__init__(opened, related, site_style)
        found = self.place.fields({self.name: 1})
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
        """What turns the file's list into `slots`.

        Raises
        ------
        EditError
            The layout cannot be edited.
        """
        if self.field is None:
            return [self._bottom(self._whole(slots))] if slots else []
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
        return self.arranged(arrange(self.entries, slots), self._new, self._bottom)

    def _is_as_asked(self, slots: Mapping[int, Item]) -> bool:
        items = [slots[label] for label in sorted(slots)]
        same = [isinstance(item, Kept) and not item.changes and item.index == at for at, item in enumerate(items)]
        return all(same) and len(items) == len(self.opened.links)

    def _own_style(self) -> Style:
        style = super()._own_style()
        if self.field is None:
            return style
        return style_of_field(self.text, self.field, self.chunks).over(style)

    def _dash(self) -> int:
        if self.chunks and not self.flow:
            return self.chunks[0].head - self.chunks[0].start
        return self.place.column + (self.pen.style.dash or 0)

    def _new(self, place: Place) -> str:
        if isinstance(place.item, Kept):
            return self.moved(place.item, place.label)
        if self.flow:
            return self.pen.flow_link(place.item.parts)
        blank = self.pen.newline if self.pen.style.blank_between and place.entry is None else ""
        return blank + self.pen.item(place.item.parts, self._dash())

    def _whole(self, slots: Mapping[int, Item]) -> str:
        """The field with all its links, as lines or as an element between braces."""
        name = self.pen.name(self.name, flow=self.place.flow)
        items = [slots[label] for label in sorted(slots)]
        if self.place.flow or self.pen.style.list_flow:
            inner = ", ".join(self._flow_item(item) for item in items)
            if self.place.flow:
                return f"{name}: [{inner}]"
            return f"{' ' * self._column()}{name}: [{inner}]{self.pen.newline}"
        return f"{' ' * self._column()}{name}:{self.pen.newline}" + self._lines(items, self._column())

    def _column(self) -> int:
        missing = len(self.place.missing) * (self.pen.style.indent or 2)
        return self.place.column + missing

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
            return self.pen.text("", next(iter(item.changes.values())))
        return self.text[start_of(field.value) : field.inner_end]

    def _filled(self, field: Chunk, slots: Mapping[int, Item]) -> list[Splice]:
        """A list in place of an empty value, or of a single link."""
        items = [slots[label] for label in sorted(slots)]
        after = end_of(field.key) if field.key is not None else field.start
        only = items[0]
        if isinstance(only, Kept) and len(items) == 1:
            return changes_of(self.text, field.value, after, only, self.pen, flow=self.place.flow)
        if self.place.flow or self.pen.style.list_flow or self._is_split(field):
            inner = ", ".join(self._flow_item(item) for item in items)
            return [Splice(after, field.inner_end, f": [{inner}]")]
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
        mapping = self.place.mapping
        if self.place.flow and mapping is not None:
            elements = [field_of(self.text, mapping, at) for at in range(len(mapping.value))]
            gone = {at for at, element in enumerate(elements) if element.head == field.head}
            return cut_elements(self.text, elements, gone, mapping)
        own_lines(self.text, field)
        if mapping is not None and len(mapping.value) == 1:
            return [Splice(field.start, field.end, f"{' ' * self.place.column}{{}}{self.pen.newline}")]
        return [Splice(field.start, field.end, "")]

    def _bottom(self, text: str) -> Splice:
        return new_fields(self.place, text, self.pen)


def new_fields(place: _Place, text: str, pen: Pen) -> Splice:
    """New fields at the end of their mapping, with the mappings above them that are missing."""
    missing = place.missing
    if place.flow:
        for name in reversed(missing):
            text = f"{pen.name(name, flow=True)}: {{{text}}}"
        return place.add_flow(text)
    step = pen.style.indent or 2
    heads = "".join(
        f"{' ' * (place.column + depth * step)}{pen.name(name)}:{pen.newline}" for depth, name in enumerate(missing)
    )
    return Splice(place.bottom, place.bottom, heads + text)
