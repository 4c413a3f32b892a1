"""Single parts of a link that stays, with new values in their places."""

from __future__ import annotations

from dataclasses import replace

from recommender.corpus.yaml_nodes import MappingNode, Node, ScalarNode
from recommender.links.front_matter.items import WHOLE, Kept, Splice, Value
from recommender.links.front_matter.layout import (
    BREAKS,
    column_of,
    end_of,
    field_of,
    is_alias,
    is_flow,
    line_start,
    start_of,
    unsupported,
    value_end,
)
from recommender.links.front_matter.render import Pen
from recommender.links.front_matter.style import block_scalar_column, scalar_style


def changes_of(text: str, node: Node, after: int, kept: Kept, pen: Pen, *, flow: bool) -> list[Splice]:
    """Splices that give a link's parts their new values.

    Parameters
    ----------
    text : str
        The front matter.
    node : Node
        The link.
    after : int
        Where its name or dash ends.
    flow : bool
        Whether it is between brackets or braces.

    Raises
    ------
    EditError
        A part is not a single value, or the link is an alias of another.
    """
    if not kept.changes:
        return []
    if WHOLE in kept.changes:
        column = len(text[line_start(text, after) : after]) - 1
        return [_value(text, WHOLE, node, after, column, kept.changes[WHOLE], pen, flow=flow)]
    if is_alias(node, after) or not isinstance(node, MappingNode):
        raise unsupported(text, after)
    flow = flow or is_flow(node)
    there = {key.value: (key, value) for key, value in node.value}
    splices = [
        _value(text, part, there[part][1], end_of(there[part][0]), column_of(there[part][0]), value, pen, flow=flow)
        for part, value in kept.changes.items()
        if part in there
    ]
    missing = {part: value for part, value in kept.changes.items() if part not in there}
    if missing:
        splices.append(_added(text, node, missing, pen, flow=flow))
    return splices


def _value(text: str, part: str, node: Node, after: int, column: int, value: Value, pen: Pen, *, flow: bool) -> Splice:
    if not isinstance(node, ScalarNode):
        raise unsupported(text, after)
    start, end = max(start_of(node), after), value_end(text, node, after)
    if is_alias(node, after):
        start = end - len(text[after:end].rpartition("*")[2]) - 1
    written = text[start:end]
    own = pen if not written else _in_style(text, part, node, column, pen)
    new = own.text(part, value, flow=True) if flow else own.value(part, value, column)
    if written.endswith(tuple(BREAKS)):
        new += pen.newline
    if not written and not text[after:start].endswith((" ", "\t")):
        new = " " + new
    return Splice(start, end, new)


def _in_style(text: str, part: str, node: ScalarNode, column: int, pen: Pen) -> Pen:
    """The pen that writes a value as it is written now."""
    scalars = {**pen.style.scalars, part: scalar_style(node)}
    text_column = block_scalar_column(text, node)
    quote = scalar_style(node) if node.style in ("'", '"') else pen.style.quote
    fold = pen.style.fold if text_column is None or text_column <= column else text_column - column
    return replace(pen, style=replace(pen.style, scalars=scalars, quote=quote, fold=fold))


def _added(text: str, node: Node, parts: dict[str, Value], pen: Pen, *, flow: bool) -> Splice:
    """Parts that the link lacks, after its last."""
    if not node.value:
        at = text.index("{", start_of(node)) + 1
        return Splice(at, at, pen.flow_link(parts)[1:-1])
    last = field_of(text, node, len(node.value) - 1)
    if flow:
        return Splice(last.end, last.end, ", " + pen.flow_link(parts)[1:-1])
    column = column_of(node.value[0][0])
    return Splice(last.end, last.end, "".join(" " * column + line for line in pen.parts(parts, column)))
