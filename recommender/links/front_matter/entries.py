"""The related links of a front matter as entries, and what is cut and pasted to turn them into others."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property

from recommender.corpus.yaml_nodes import Node
from recommender.links.front_matter.arrange import Arrangement, Entry, Place
from recommender.links.front_matter.change import changes_of
from recommender.links.front_matter.items import EditError, Item, Kept, Splice, spliced
from recommender.links.front_matter.layout import Chunk, end_of, is_flow, line_break_before, own_lines
from recommender.links.front_matter.opened import OpenedFrontMatter
from recommender.links.front_matter.parent import Parent, new_fields
from recommender.links.front_matter.render import Pen
from recommender.links.front_matter.style import USUAL, Style, style_of_file, style_of_links
from recommender.settings import RelatedSettings


class Entries(ABC):
    """The entries of related links in one front matter.

    Attributes
    ----------
    chunks : list of Chunk
        Their text, in the order of the file.
    entries : list of Entry
        What they are; aligned with `chunks`.
    container : Node or None
        The list that holds them; None for fields of their own.
    """

    def __init__(
        self, opened: OpenedFrontMatter, related: RelatedSettings, site_style: Style, *, one_line: bool = False
    ) -> None:
        self.opened = opened
        self.text = opened.yaml
        self.related = related
        self._site_style = site_style
        self._one_line = one_line
        path = (related.field or "").split(".")
        if any("{n}" in name for name in path[:-1]):
            raise EditError("unsupported-field", f"{related.field}: the number must be in the last name to be written")
        self.name = path[-1]
        self.parent = Parent(opened, path[:-1])
        self.chunks: list[Chunk] = []
        self.entries: list[Entry] = []
        self.container: Node | None = None

    @abstractmethod
    def splices(self, slots: Mapping[int, Item]) -> list[Splice]:
        """What turns the file's links into those of `slots`.

        Raises
        ------
        EditError
            The layout cannot be edited, or a place does not exist.
        """

    @abstractmethod
    def new(self, place: Place, near: Chunk | None) -> str:
        """The text of a place that is not there yet, beside `near`: whole lines, or an element between brackets."""

    @abstractmethod
    def elements(self, removed: Sequence[int]) -> tuple[list[Chunk], set[int]]:
        """All text between the brackets with the entries, and which of it goes."""

    def renamed(self, chunk: Chunk, label: int) -> list[Splice]:
        """What gives an entry another label."""
        return []

    @cached_property
    def pen(self) -> Pen:
        """Writes as the file does, else as the site does, else as is usual."""
        return Pen(self._style(), self._newline(), self._one_line)

    @cached_property
    def file_style(self) -> Style:
        """What the file's other fields show."""
        return style_of_file(self.text, self.opened.root)

    def _style(self) -> Style:
        file = self.file_style
        own = self.own_style()
        if file.key_quote:
            return own.over(file).over(USUAL)
        return own.over(self._site_style).over(file).over(USUAL)

    def own_style(self) -> Style:
        """What the file's own links show."""
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
        return line_break_before(self.opened.text, self.opened.start) or self.opened.newline

    @property
    def flow(self) -> bool:
        """Whether the entries are between brackets or braces."""
        return self.container is not None and is_flow(self.container)

    def flow_at(self, chunk: Chunk) -> bool:
        """Whether this entry is between brackets or braces."""
        return self.flow

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
        flow = self.flow_at(chunk)
        after = chunk.head + 1 if chunk.key is None else end_of(chunk.key)
        if flow and chunk.key is None:
            after = chunk.start
        return [
            *self.renamed(chunk, label),
            *(changes_of(self.text, chunk.value, after, item, self.pen, flow=flow) if item.changes else ()),
        ]

    def arranged(self, arrangement: Arrangement) -> list[Splice]:
        """What makes an arrangement true."""
        splices: list[Splice] = []
        pending: list[str] = []
        last: Chunk | None = None
        for place in arrangement.places:
            if place.entry is None:
                if last is not None:
                    splices.append(self._behind(last, self.new(place, last)))
                else:
                    pending.append(self.new(place, None))
                continue
            chunk = self._checked(self.chunks[place.entry])
            if pending:
                splices.append(self._before(chunk, pending))
                pending = []
            last = chunk
            if place.stays and isinstance(place.item, Kept):
                splices += self.staying(chunk, place.item, place.label)
            else:
                splices.append(Splice(chunk.start, chunk.end, self.new(place, chunk)))
        if pending:
            splices.append(new_fields(self.parent, (", " if self.flow else "").join(pending), self.pen))
        return splices + self.cut(arrangement.removed)

    def _checked(self, chunk: Chunk) -> Chunk:
        return chunk if self.flow_at(chunk) else own_lines(self.text, chunk)

    def _behind(self, chunk: Chunk, text: str) -> Splice:
        return Splice(chunk.end, chunk.end, ", " + text if self.flow_at(chunk) else text)

    def _before(self, chunk: Chunk, texts: list[str]) -> Splice:
        text = "".join(one + ", " for one in texts) if self.flow_at(chunk) else "".join(texts)
        return Splice(chunk.start, chunk.start, text)

    def cut(self, removed: Sequence[int]) -> list[Splice]:
        if not self.flow:
            return [
                Splice(chunk.start, chunk.end, "")
                for chunk in (own_lines(self.text, self.chunks[position]) for position in removed)
            ]
        elements, gone = self.elements(removed)
        return cut_elements(elements, gone, self.container or self.parent.mapping)


def cut_elements(elements: Sequence[Chunk], removed: set[int], container: Node | None) -> list[Splice]:
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
