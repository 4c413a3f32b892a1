"""Related links as one field with groups in it: lists of links below headings, in any nesting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from recommender.corpus.curated import target_part
from recommender.corpus.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode, is_null
from recommender.links.front_matter.arrange import Entry, Place, arrange
from recommender.links.front_matter.entries import cut_elements
from recommender.links.front_matter.frames import Frame, Level, frame_of
from recommender.links.front_matter.items import EditError, Item, Kept, Splice, Value, Written
from recommender.links.front_matter.layout import (
    Chunk,
    field_of,
    is_flow,
    items_of,
    line_of_index,
    own_lines,
    unsupported,
)
from recommender.links.front_matter.list_field import ListField
from recommender.links.front_matter.opened import OpenedFrontMatter
from recommender.links.front_matter.render import Pen
from recommender.links.front_matter.style import Style, common_style, style_of_links
from recommender.settings import RelatedSettings


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a link is: the list or mapping that holds it, and those above, from the field's value on."""

    node: Node
    above: tuple[tuple[Node, int], ...]

    @property
    def container(self) -> Node:
        return self.above[-1][0]


class GroupsField(ListField):
    """One field that holds groups of links. A link stays in its group; new ones go into the last."""

    def __init__(
        self, opened: OpenedFrontMatter, related: RelatedSettings, site_style: Style, *, one_line: bool = False
    ) -> None:
        super().__init__(opened, related, site_style, one_line=one_line)
        self.container = None
        value = self.field.value if self.field is not None and not self._alias else None
        self._spots = [] if value is None else list(_spots(value, target_part(related), ()))
        index = {id(link.node): position for position, link in enumerate(opened.links)}
        self.entries = [Entry(at, index.get(id(spot.node))) for at, spot in enumerate(self._spots, start=1)]
        if not self._alias and [entry.link for entry in self.entries if entry.link is not None] != [*index.values()]:
            # One of them is an alias of another, or merged from elsewhere.
            raise unsupported(self.text, self.field.head if self.field else 0)
        self.chunks = self._chunks()
        self._containers = {chunk.head: spot.container for chunk, spot in zip(self.chunks, self._spots, strict=True)}

    def _chunks(self) -> list[Chunk]:
        within: dict[int, list[Chunk]] = {}
        for spot in self._spots:
            if id(spot.container) not in within:
                within[id(spot.container)] = _children(self.text, spot.container)
        return [within[id(spot.container)][spot.above[-1][1]] for spot in self._spots]

    def flow_at(self, chunk: Chunk) -> bool:
        return is_flow(self._containers[chunk.head])

    def own_style(self) -> Style:
        groups: dict[int, list[int]] = {}
        for at, spot in enumerate(self._spots):
            if self.entries[at].link is not None:
                groups.setdefault(id(spot.container), []).append(at)
        seen, frame = [], None
        for members in groups.values():
            links = [self.opened.links[self.entries[at].link or 0] for at in members]
            container = self._spots[members[0]].container
            seen.append(style_of_links(self.text, [self.chunks[at] for at in members], links, container))
            frame = frame_of(self._spots[members[0]].above)
        return replace(common_style(seen), frame=frame)

    def splices(self, slots: Mapping[int, Item]) -> list[Splice]:
        kept = [item.index for _, item in sorted(slots.items()) if isinstance(item, Kept)]
        if kept != sorted(kept):
            raise EditError("unsupported-layout", "the links are in groups, in which their order is kept")
        if self.field is not None and not self._alias and slots and not self.chunks:
            return self._first_group(self.field, slots)
        if self.field is None or self._alias or not slots or self._is_as_asked(slots):
            return super().splices(slots)
        return self.arranged(arrange(self.entries, slots))

    def new(self, place: Place, near: Chunk | None) -> str:
        if near is None or near.key is not None or isinstance(place.item, Kept):
            raise self._no_list(near)
        if self.flow_at(near):
            return self.pen.flow_link(place.item.parts)
        dash = near.head - near.start
        blank = self.pen.newline if self.pen.style.blank_between and place.entry is None else ""
        return blank + self.pen.item(place.item.parts, dash)

    def _no_list(self, near: Chunk | None) -> EditError:
        at = near.head if near is not None else 0
        message = "the links of a group are no list, into which a new one could go"
        return EditError("unsupported-layout", message, line_of_index(self.text, at) + 1)

    def _first_group(self, field: Chunk, slots: Mapping[int, Item]) -> list[Splice]:
        """Groups in place of an empty value."""
        if not is_null(field.value) and field.value.value:
            raise unsupported(self.text, field.head)
        own_lines(self.text, field)
        new = self._whole(slots)
        return [Splice(field.start, field.end, new)]

    def _whole(self, slots: Mapping[int, Item]) -> str:
        frame = self.pen.style.frame
        if frame is None:
            raise EditError(
                "no-group",
                "the site's groups of links are not alike, and this file has none; give it a group with one link",
            )
        if self.parent.flow:
            raise unsupported(self.text, 0)
        column = self._column()
        links = [item.parts for _, item in sorted(slots.items()) if isinstance(item, Written)]
        head = f"{' ' * column}{self.pen.name(self.name)}:{self.pen.newline}"
        return head + written_frame(frame, links, self.pen, column)

    def cut(self, removed: Sequence[int]) -> list[Splice]:
        """Links taken out; what held nothing else goes with them."""
        gone = set(removed)
        by_parent: dict[int, tuple[Node, set[int]]] = {}
        for position in removed:
            node, at = self._highest(self._spots[position], gone)
            by_parent.setdefault(id(node), (node, set()))[1].add(at)
        splices: list[Splice] = []
        for node, places in by_parent.values():
            children = _children(self.text, node)
            if is_flow(node):
                splices += cut_elements(children, places, node)
            else:
                lines = (own_lines(self.text, children[at]) for at in sorted(places))
                splices += [Splice(chunk.start, chunk.end, "") for chunk in lines]
        return splices

    def _highest(self, spot: _Spot, gone: set[int]) -> tuple[Node, int]:
        """The largest part of the field whose links all go, by what holds it and its place there."""
        best = spot.above[-1]
        for depth in range(len(spot.above) - 1, 0, -1):
            node = spot.above[depth][0]
            below = {at for at, other in enumerate(self._spots) if any(one is node for one, _ in other.above)}
            if not below <= gone:
                break
            best = spot.above[depth - 1]
        return best


def beside_links(root: Node | None, related: RelatedSettings) -> list[str]:
    """What a field with groups says beside its links: names and texts, in their order."""
    node = root
    for name in (related.field or "").split("."):
        pairs = node.value if isinstance(node, MappingNode) else []
        node = next((value for key, value in pairs if key.value == name), None)
    return [] if node is None else list(_beside(node, target_part(related)))


def _beside(node: Node, part: str) -> Iterator[str]:
    if isinstance(node, ScalarNode):
        yield node.value
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from _beside(item, part)
    elif not _is_link(node, part):
        for key, value in node.value:
            yield key.value
            yield from _beside(value, part)


def _spots(node: Node, part: str, above: tuple[tuple[Node, int], ...]) -> Iterator[_Spot]:
    """The links below a node, as `recommender.corpus.curated` finds them."""
    if isinstance(node, MappingNode) and above and _is_link(node, part):
        yield _Spot(node, above)
    elif not isinstance(node, ScalarNode):
        for at, child in enumerate(node.value):
            yield from _spots(child[1] if isinstance(node, MappingNode) else child, part, (*above, (node, at)))


def _is_link(node: Node, part: str) -> bool:
    return any(key.value == part and isinstance(value, ScalarNode) for key, value in node.value)


def _children(text: str, node: Node) -> list[Chunk]:
    if isinstance(node, SequenceNode):
        return items_of(text, node)
    return [field_of(text, node, at) for at in range(len(node.value))]


def written_frame(frame: Frame, links: Sequence[Mapping[str, Value]], pen: Pen, column: int) -> str:
    """The lines of a field's value with one group in it; `column` is that of the field's name."""
    level, *rest = frame
    dash = column + (pen.style.dash or 0)
    if not rest:
        return "".join(pen.item(parts, dash) for parts in links)
    if level:
        inner = column + (pen.style.indent or 2)
        return _mapping(level, tuple(rest), links, pen, inner, " " * inner)
    content = pen.style.content or 2
    head = " " * dash + "-" + " " * (content - 1)
    below, *deeper = rest
    if not below:
        # A list right in a list.
        return " " * dash + "-" + pen.newline + written_frame(tuple(rest), links, pen, dash + content)
    return _mapping(below, tuple(deeper), links, pen, dash + content, head)


def _mapping(level: Level, rest: Frame, links: Sequence[Mapping[str, Value]], pen: Pen, column: int, first: str) -> str:
    lines: list[str] = []
    for name, text in level:
        head = f"{' ' * column if lines else first}{pen.name(name)}:"
        if text is None:
            lines.append(f"{head}{pen.newline}{written_frame(rest, links, pen, column)}")
        else:
            lines.append(f"{head} {pen.text(name, text)}{pen.newline}")
    return "".join(lines)
