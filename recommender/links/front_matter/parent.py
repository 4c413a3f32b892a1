"""The mapping that holds related fields, or shall hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from recommender.corpus.yaml_nodes import MappingNode, Node, kind_of
from recommender.links.front_matter.items import EditError, Splice
from recommender.links.front_matter.layout import (
    Chunk,
    column_of,
    end_of,
    field_of,
    is_alias,
    is_flow,
    last_line_end,
    start_of,
)
from recommender.links.front_matter.opened import OpenedFrontMatter
from recommender.links.front_matter.render import Pen


class Parent:
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
        """Chunks of the fields of these names, with the values of the names; none where parents are missing."""
        if self.mapping is None or self.missing:
            return []
        return [
            (names[key.value], field_of(self.text, self.mapping, position))
            for position, (key, _) in enumerate(self.mapping.value)
            if key.value in names
        ]

    def add_flow(self, element: str) -> Splice:
        """A new field after the last, between braces."""
        mapping = self.mapping
        if mapping is None:  # pragma: no cover - flow means that there is one
            raise EditError("unsupported-layout", "no mapping")
        if mapping.value:
            at = field_of(self.text, mapping, len(mapping.value) - 1).end
            return Splice(at, at, ", " + element)
        at = self.text.index("{", start_of(mapping)) + 1
        return Splice(at, at, element)


def new_fields(parent: Parent, text: str, pen: Pen) -> Splice:
    """New fields at the end of their mapping, with the mappings above them that are missing."""
    missing = parent.missing
    if parent.flow:
        for name in reversed(missing):
            text = f"{pen.name(name, flow=True)}: {{{text}}}"
        return parent.add_flow(text)
    step = pen.style.indent or 2
    heads = "".join(
        f"{' ' * (parent.column + depth * step)}{pen.name(name)}:{pen.newline}" for depth, name in enumerate(missing)
    )
    return Splice(parent.bottom, parent.bottom, heads + text)
