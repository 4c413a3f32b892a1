"""Related links as one field that holds addresses and titles: a mapping, or a list of mappings of one to the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from recommender.corpus.curated import KEY, VALUE
from recommender.corpus.yaml_nodes import MappingNode, Node, ScalarNode
from recommender.links.front_matter.arrange import Entry, Place
from recommender.links.front_matter.change import changes_of
from recommender.links.front_matter.items import Item, Kept, Splice
from recommender.links.front_matter.layout import Chunk, column_of, end_of, field_of, start_of, unsupported
from recommender.links.front_matter.list_field import ListField
from recommender.links.front_matter.opened import OpenedFrontMatter
from recommender.links.front_matter.scalars import scalar
from recommender.links.front_matter.style import Style, scalar_style, style_of_links
from recommender.settings import RelatedSettings


class PairsField(ListField):
    """A mapping of addresses to titles or of titles to addresses, or a list of mappings with one such pair each."""

    def __init__(
        self, opened: OpenedFrontMatter, related: RelatedSettings, site_style: Style, *, one_line: bool = False
    ) -> None:
        super().__init__(opened, related, site_style, one_line=one_line)
        value = self.field.value if self.field is not None else None
        if isinstance(value, MappingNode) and not self._alias:
            self.container = value
            self.chunks = [field_of(self.text, value, at) for at in range(len(value.value))]
        index = {id(link.node.value[0][1]): position for position, link in enumerate(opened.links)}
        values = [_value_of(self.text, chunk) for chunk in self.chunks]
        self.entries = [Entry(label, index.get(id(node))) for label, node in enumerate(values, start=1)]
        if not self._alias and len(index) != sum(entry.link is not None for entry in self.entries):
            # Merged from another mapping.
            raise unsupported(self.text, self.field.head if self.field else 0)

    @property
    def _is_list(self) -> bool:
        """Whether each pair is an item of a list: as here, else as elsewhere on the site."""
        if self.container is not None and self.chunks:
            return not isinstance(self.container, MappingNode)
        return self._site_style.dash is not None

    def own_style(self) -> Style:
        links = [
            (chunk, replace(self.opened.links[entry.link], node=_value_of(self.text, chunk)))
            for chunk, entry in zip(self.chunks, self.entries, strict=True)
            if entry.link is not None
        ]
        style = style_of_links(self.text, [chunk for chunk, _ in links], [link for _, link in links], self.container)
        keys = Counter(_key_of(self.text, chunk).style or "" for chunk, _ in links)
        if keys:
            style = replace(style, key_quote=min(keys, key=lambda quote: (-keys[quote], quote)))
        if self.field is None or self.field.key is None or self._is_list or not self.chunks or self.flow:
            return self.place_of_items(style)
        return replace(style, indent=column_of(_key_of(self.text, self.chunks[0])) - column_of(self.field.key))

    def staying(self, chunk: Chunk, item: Kept, label: int) -> list[Splice]:
        if not item.changes:
            return []
        key, flow = _key_of(self.text, chunk), self.flow
        splices: list[Splice] = []
        if KEY in item.changes:
            start = start_of(key)
            if start < chunk.start or self.text[start:].startswith(("|", ">")):
                raise unsupported(self.text, chunk.head)
            name = str(item.changes[KEY])
            quoted = scalar(name, scalar_style(key)) if key.style else self.pen.name(name, flow=flow)
            splices.append(Splice(start, end_of(key), quoted))
        if VALUE in item.changes:
            node = self.opened.links[item.index].node
            changed = Kept(item.index, {key.value: item.changes[VALUE]})
            splices += changes_of(self.text, node, min(start_of(node), start_of(key)), changed, self.pen, flow=flow)
        return splices

    def new(self, place: Place, near: Chunk | None) -> str:
        if self._is_list or isinstance(place.item, Kept):
            return super().new(place, near)
        if self.flow:
            return self.pen.flow_link(place.item.parts)[1:-1]
        column = self.chunks[0].head - self.chunks[0].start
        return self._pair(place.item.parts, column)

    def _pair(self, parts: Mapping[str, str | int], column: int) -> str:
        return "".join(" " * column + line for line in self.pen.parts(parts, column))

    def _brackets(self) -> tuple[str, str]:
        return ("[", "]") if self._is_list else ("{", "}")

    def _lines(self, items: Sequence[Item], column: int) -> str:
        if self._is_list:
            return super()._lines(items, column)
        inner = column + (self.pen.style.indent or 2)
        return "".join(self._pair(item.parts, inner) for item in items if not isinstance(item, Kept))

    def _flow_item(self, item: Item) -> str:
        text = super()._flow_item(item)
        return text if self._is_list else text[1:-1]


def _value_of(text: str, chunk: Chunk) -> Node:
    """The value of an entry's pair."""
    return chunk.value if chunk.key is not None else _only_pair(text, chunk)[1]


def _key_of(text: str, chunk: Chunk) -> ScalarNode:
    return chunk.key if chunk.key is not None else _only_pair(text, chunk)[0]


def _only_pair(text: str, chunk: Chunk) -> tuple[ScalarNode, Node]:
    if not isinstance(chunk.value, MappingNode) or len(chunk.value.value) != 1:
        raise unsupported(text, chunk.head)
    key, value = chunk.value.value[0]
    return key, value
