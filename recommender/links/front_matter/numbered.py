"""Related links as one field each: `related_article1`, `related_article2`, …"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from recommender.links.front_matter.arrange import Entry, Place, arrange
from recommender.links.front_matter.entries import Entries
from recommender.links.front_matter.items import EditError, Item, Kept, Splice
from recommender.links.front_matter.layout import Chunk, end_of, field_of, own_lines, start_of
from recommender.links.front_matter.opened import OpenedFrontMatter
from recommender.links.front_matter.render import Pen
from recommender.links.front_matter.style import USUAL, Style
from recommender.settings import RelatedSettings


class NumberedFields(Entries):
    """One field per link: ``related_article1``, ``related_article2``, …"""

    def __init__(
        self, opened: OpenedFrontMatter, related: RelatedSettings, site_style: Style, *, one_line: bool = False
    ) -> None:
        super().__init__(opened, related, site_style, one_line=one_line)
        numbers = {self.name.replace("{n}", str(number)): number for number in range(1, related.slots + 1)}
        index = {link.link.place: position for position, link in enumerate(opened.links)}
        found = self.parent.fields(numbers)
        self.chunks = [chunk for _, chunk in found]
        self.entries = [Entry(number, index.get(number)) for number, _ in found]

    @property
    def flow(self) -> bool:
        return self.parent.flow

    def splices(self, slots: Mapping[int, Item]) -> list[Splice]:
        highest = max(slots, default=0)
        if highest > self.related.slots or min(slots, default=1) < 1:
            raise EditError("too-many", f"at most {self.related.slots} places (related.slots); asked for {highest}")
        arrangement = arrange(self.entries, slots)
        mapping = self.parent.mapping
        if not self.flow and mapping is not None and len(arrangement.removed) == len(mapping.value) and not slots:
            # A mapping without fields would become null.
            chunks = [own_lines(self.text, chunk) for chunk in self.chunks]
            empty = Splice(chunks[0].start, chunks[0].end, f"{' ' * self.parent.column}{{}}{self.pen.newline}")
            return [empty, *(Splice(chunk.start, chunk.end, "") for chunk in chunks[1:])]
        return self.arranged(arrangement)

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

    def new(self, place: Place, near: Chunk | None) -> str:
        if isinstance(place.item, Kept):
            return self.moved(place.item, place.label)
        name = self._written_name(place.label)
        if self.flow:
            return f"{name}: {self.pen.flow_link(place.item.parts)}"
        column = self.parent.column
        if self.parent.missing:
            column += (self.pen.style.indent or 2) * len(self.parent.missing)
        return self.pen.numbered(name, place.item.parts, column)

    def _written_name(self, label: int) -> str:
        """Quoted as the names of the fields beside it are."""
        name = self._field_name(label)
        beside = [chunk.key for chunk in self.chunks if chunk.key is not None]
        if beside:
            quote = beside[0].style or ""
            return f"{quote}{name}{quote}" if quote in ("'", '"') else name
        return (self.pen if self.file_style.key_quote else Pen(USUAL, "")).name(name, flow=self.flow)

    def elements(self, removed: Sequence[int]) -> tuple[list[Chunk], set[int]]:
        mapping = self.parent.mapping
        elements = [field_of(self.text, mapping, at) for at in range(len(mapping.value))] if mapping is not None else []
        gone = {self.chunks[position].head for position in removed}
        return elements, {at for at, element in enumerate(elements) if element.head in gone}
