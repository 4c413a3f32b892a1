"""The places of the parts of a front matter in its text.

libyaml gives where nodes begin and end, but the end of a block is where the next thing begins, an alias has the place
of its anchor, and dashes, commas and comments are no nodes. This module finds the text that belongs to a value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from recommender.corpus.yaml_nodes import MappingNode, Node, ScalarNode
from recommender.links.front_matter.items import EditError

# What libyaml takes for a line end.
BREAKS = "\r\n\x85\u2028\u2029"
_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_NO_BREAK = r"[^\n\r\x85\u2028\u2029]"
_TAIL = re.compile(rf"[ \t]*(?:(?<=[ \t])#{_NO_BREAK}*)?(?:\r\n|[\n\r\x85\u2028\u2029]|\Z)")
_TO_DASH = re.compile(
    rf"(?:[&!]\S*[ \t]*)*(?:[ \t]*(?:#{_NO_BREAK}*)?(?:\r\n|[\n\r\x85\u2028\u2029]))*[ \t]*(-)(?=[\s\x85]|\Z)"
)
_ALIAS = re.compile(r"\*[^\s,\[\]{}]+")
_BETWEEN = re.compile(rf"(?:[\s,]|(?<=\s)#{_NO_BREAK}*)*")


@dataclass(frozen=True, slots=True)
class Chunk:
    """The text of one entry: of a mapping's field, or of a list's item.

    Attributes
    ----------
    start, end : int
        In a block whole lines, with the comment at the end of the last; between brackets without the commas.
    key : ScalarNode or None
        The field's name, None for a list's item.
    head : int
        Where the name or the dash begins; in a flow list where the item begins.
    inner_end : int
        Where the value's own text ends.
    """

    start: int
    end: int
    key: ScalarNode | None
    value: Node
    head: int
    inner_end: int


def start_of(node: Node) -> int:
    return int(node.start_mark.index)


def end_of(node: Node) -> int:
    return int(node.end_mark.index)


def column_of(node: Node) -> int:
    return int(node.start_mark.column)


def line_of_index(text: str, index: int) -> int:
    """One-based number of the line of a character."""
    return sum(1 for _ in _BREAK.finditer(text, 0, index)) + 1


def line_start(text: str, index: int) -> int:
    return max(text.rfind(character, 0, index) for character in BREAKS) + 1


def line_end(text: str, index: int) -> int:
    """Where the line after that of `index` begins."""
    found = _BREAK.search(text, index)
    return found.end() if found else len(text)


def line_break_before(text: str, index: int) -> str | None:
    """The line end right before `index`, None where there is none."""
    if index and text[index - 1] in BREAKS:
        return "\r\n" if text[index - 2 : index] == "\r\n" else text[index - 1]
    return None


def is_flow(node: Node) -> bool:
    return bool(getattr(node, "flow_style", False))


def is_alias(node: Node, after: int) -> bool:
    """Whether an alias follows `after`: the node itself then is written further up."""
    return start_of(node) < after


def alias_span(text: str, after: int) -> tuple[int, int]:
    found = _ALIAS.search(text, after)
    if found is None:  # pragma: no cover - libyaml would not have given the node
        raise unsupported(text, after)
    return found.start(), found.end()


def value_end(text: str, node: Node, after: int) -> int:
    """Where the text of a value ends.

    Parameters
    ----------
    text : str
        The front matter.
    after : int
        Where what comes before it ends: its name or its dash.
    """
    if is_alias(node, after):
        return alias_span(text, after)[1]
    if isinstance(node, ScalarNode):
        return _block_scalar_end(text, node) if node.style in ("|", ">") else end_of(node)
    if is_flow(node) or not node.value:
        return end_of(node)
    if isinstance(node, MappingNode):
        key, value = node.value[-1]
        return max(end_of(key), value_end(text, value, end_of(key)))
    return items_of(text, node)[-1].inner_end


def _block_scalar_end(text: str, node: Node) -> int:
    """Blank lines below a block scalar are not its own, unless its header says that they are kept."""
    start, end = start_of(node), end_of(node)
    if "+" in text[start : line_end(text, start)].partition("#")[0]:
        return end
    return min(line_end(text, start + len(text[start:end].rstrip())), end)


def field_of(text: str, mapping: Node, position: int) -> Chunk:
    """The field at a position of a mapping.

    Raises
    ------
    EditError
        It is laid out in a way that this does not edit, such as with ``?``.
    """
    key, value = mapping.value[position]
    before = start_of(mapping)
    if is_flow(mapping):
        before = text.index("{", before) + 1
    if position:
        last_key, last_value = mapping.value[position - 1]
        before = max(end_of(last_key), value_end(text, last_value, end_of(last_key)))
    if is_alias(key, before):
        raise unsupported(text, before)
    head = start_of(key)
    end = max(end_of(key), value_end(text, value, end_of(key)))
    if not is_flow(mapping):
        return Chunk(line_start(text, head), _tail(text, end), key, value, head, end)
    if not _BETWEEN.fullmatch(text, before, head):
        raise unsupported(text, before)
    return Chunk(head, end, key, value, head, end)


def items_of(text: str, sequence: Node) -> list[Chunk]:
    """The items of a list in the order of the file.

    Raises
    ------
    EditError
        As for `field_of`.
    """
    chunks: list[Chunk] = []
    at = start_of(sequence)
    if is_flow(sequence):
        at = text.index("[", at) + 1
        for item in sequence.value:
            start = alias_span(text, at)[0] if is_alias(item, at) else start_of(item)
            end = value_end(text, item, at)
            if not _BETWEEN.fullmatch(text, at, start):
                raise unsupported(text, at)
            chunks.append(Chunk(start, end, None, item, start, end))
            at = end
        return chunks
    for item in sequence.value:
        found = _TO_DASH.match(text, at)
        if found is None:
            raise unsupported(text, at)
        dash = found.start(1)
        end = max(dash + 1, value_end(text, item, dash + 1))
        start = line_start(text, dash)
        chunks.append(Chunk(start, _tail(text, end), None, item, dash, end))
        at = end
    return chunks


def own_lines(text: str, chunk: Chunk) -> Chunk:
    """The chunk, if nothing else is on its lines.

    Raises
    ------
    EditError
        Something does.
    """
    if text[chunk.start : chunk.head].strip(" "):
        raise unsupported(text, chunk.head)
    return chunk


def _tail(text: str, end: int) -> int:
    """The end of the line on which a value ends, which may carry a comment and nothing else."""
    if line_break_before(text, end) is not None:
        return end
    found = _TAIL.match(text, end)
    if found is None:
        raise unsupported(text, end)
    return found.end()


def last_line_end(text: str) -> int:
    """The end of the last line that is not blank."""
    return line_end(text, len(text.rstrip())) if text.strip() else 0


def unsupported(text: str, index: int) -> EditError:
    """The error for a layout that this package reads and does not edit."""
    message = "the related links are laid out in a way that cannot be edited safely; write them one key a line"
    return EditError("unsupported-layout", message, line_of_index(text, index) + 1)
