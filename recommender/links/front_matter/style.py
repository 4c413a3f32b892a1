"""How a site writes its related links: seen in a file's own links, in those of other files, or what is usual."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import Any

from recommender.corpus.curated import LinkNode
from recommender.corpus.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from recommender.links.front_matter.frames import Frame, usual_frame
from recommender.links.front_matter.items import WHOLE
from recommender.links.front_matter.layout import Chunk, column_of, end_of, is_alias, is_flow, line_start, start_of
from recommender.links.front_matter.scalars import ScalarStyle, is_plain_text

_STYLES: dict[str | None, ScalarStyle] = {
    None: "plain", "": "plain", "'": "single", '"': "double", ">": "folded", "|": "literal",
}  # fmt: skip
_BLOCK_INDENT = re.compile(r"[^\r\n\x85\u2028\u2029]*(?:\r\n|[\n\r\x85\u2028\u2029])+( +)")


@dataclass(frozen=True, slots=True)
class Style:
    """Marks of a way to write links; None where nothing shows.

    Attributes
    ----------
    indent : int
        Columns by which a link's parts are indented below the name of its field.
    dash : int
        Columns by which a list's dashes are indented below the name of its field.
    content : int
        Columns from a dash to what follows it.
    list_flow, mapping_flow : bool
        Lists in brackets, links in braces.
    fold : int
        Columns by which a text below ``>-`` is indented below its name.
    blank_between : bool
        A blank line between a list's items.
    key_quote : str
        ``'"'``, ``"'"`` or ``""``: how the names of parts are quoted.
    quote : {"single", "double"}
    order : tuple of str
        The parts' names in their order.
    scalars : mapping of str to ScalarStyle
        By part.
    frame : Frame
        Lines around the links of a group.
    fence : str
        The line before and after the front matter.
    """

    indent: int | None = None
    dash: int | None = None
    content: int | None = None
    list_flow: bool | None = None
    mapping_flow: bool | None = None
    fold: int | None = None
    blank_between: bool | None = None
    key_quote: str | None = None
    quote: ScalarStyle | None = None
    order: tuple[str, ...] | None = None
    scalars: Mapping[str, ScalarStyle] = field(default_factory=dict)
    frame: Frame | None = None
    fence: str | None = None

    def over(self, other: Style) -> Style:
        """What is seen here, and where nothing is, what is seen in the other."""
        merged: dict[str, Any] = {}
        for item in fields(self):
            own = getattr(self, item.name)
            merged[item.name] = own if own is not None else getattr(other, item.name)
        merged["scalars"] = {**other.scalars, **self.scalars}
        return Style(**merged)


USUAL = Style(
    indent=2,
    dash=2,
    content=2,
    list_flow=False,
    mapping_flow=False,
    fold=2,
    blank_between=False,
    key_quote="",
    quote="double",
)


def style_of_links(text: str, chunks: Sequence[Chunk], links: Sequence[LinkNode], container: Node | None) -> Style:
    """What a file's own links show.

    Parameters
    ----------
    text : str
        The front matter.
    chunks : sequence of Chunk
        Of the numbered fields, or of the list's items; aligned with `links`.
    container : Node or None
        The list; None for numbered fields.
    """
    seen: list[Style] = []
    for chunk, link in zip(chunks, links, strict=True):
        after = chunk.head + 1 if chunk.key is None else end_of(chunk.key)
        if not is_alias(link.node, after if container is None or not is_flow(container) else chunk.start):
            seen.append(_style_of_link(text, chunk, link.node))
    if not seen:
        return Style(list_flow=is_flow(container)) if container is not None and container.value else Style()
    found = common_style(seen)
    if container is None:
        return found
    gaps = [text[first.end : second.start] for first, second in pairwise(chunks)]
    between = None if is_flow(container) or not gaps else all(gap and not gap.strip() for gap in gaps)
    return Style(list_flow=is_flow(container), blank_between=between).over(found)


def style_of_field(text: str, name: Chunk, items: Sequence[Chunk]) -> Style:
    """The column of a block list's dashes."""
    if not items or name.key is None or is_flow(name.value):
        return Style()
    return Style(dash=_column(text, items[0].head) - _column(text, name.head))


def style_of_file(text: str, root: Node | None) -> Style:
    """What the other fields of a front matter show, for a site that has no links yet."""
    if not isinstance(root, MappingNode):
        return Style()
    indent = dash = content = None
    scalars = [value for _, value in root.value if isinstance(value, ScalarNode)]
    for key, value in root.value:
        if is_alias(value, end_of(key)) or isinstance(value, ScalarNode) or is_flow(value):
            continue
        if isinstance(value, MappingNode) and value.value:
            indent = indent or column_of(value.value[0][0]) - column_of(key)
            scalars += [node for _, node in value.value if isinstance(node, ScalarNode)]
        elif isinstance(value, SequenceNode) and value.value and dash is None:
            found = text.find("-", start_of(value))
            first = value.value[0]
            if found >= 0 and start_of(first) > found:
                dash = max(0, _column(text, found) - column_of(key))
                same_line = int(first.start_mark.line) == int(value.start_mark.line)
                content = start_of(first) - found if same_line else None
    quote = _most_frequent([_STYLES[node.style] for node in scalars if node.style in ("'", '"')])
    key_quote = '"' if is_flow(root) and root.value and all(key.style == '"' for key, _ in root.value) else None
    if key_quote:
        # JSON between the markers stays JSON.
        return Style(key_quote=key_quote, quote="double", scalars={WHOLE: "double"})
    return Style(indent=indent, dash=dash, content=content, quote=quote)


def common_style(styles: Iterable[Style]) -> Style:
    """The most frequent mark of each kind, the smallest of equally frequent ones."""
    seen = list(styles)
    merged: dict[str, Any] = {}
    for item in fields(Style):
        if item.name != "scalars":
            values = [value for style in seen if (value := getattr(style, item.name)) is not None]
            merged[item.name] = usual_frame(values) if item.name == "frame" else _most_frequent(values)
    parts = dict.fromkeys(part for style in seen for part in style.scalars)
    merged["scalars"] = {
        part: _most_frequent([style.scalars[part] for style in seen if part in style.scalars]) for part in parts
    }
    return Style(**merged)


def _style_of_link(text: str, chunk: Chunk, node: Node) -> Style:
    if isinstance(node, ScalarNode):
        style = _STYLES[node.style]
        return Style(
            scalars={WHOLE: style} if _shows_style(node) else {},
            quote=style if style in ("single", "double") else None,
            content=_content(text, chunk, node),
        )
    pairs = [(key, value) for key, value in node.value if isinstance(value, ScalarNode)]
    scalars = {key.value: _STYLES[value.style] for key, value in pairs if _shows_style(value)}
    quotes = [_STYLES[value.style] for _, value in pairs if value.style in ("'", '"')]
    first = pairs[0][0] if pairs else None
    flow = is_flow(node)
    indent = None
    if first is not None and not flow and chunk.key is not None:
        indent = column_of(first) - column_of(chunk.key)
    columns = ((key, block_scalar_column(text, value)) for key, value in pairs)
    folds = [column - column_of(key) for key, column in columns if column is not None]
    return Style(
        indent=indent if indent is None or indent > 0 else None,
        content=_content(text, chunk, node),
        mapping_flow=flow,
        fold=folds[0] if folds and folds[0] > 0 else None,
        key_quote=(first.style or "") if first is not None and first.style in (None, "", "'", '"') else None,
        quote=_most_frequent(quotes),
        order=tuple(key.value for key, _ in node.value),
        scalars=scalars,
    )


def scalar_style(node: ScalarNode) -> ScalarStyle:
    """How a scalar is written."""
    return _STYLES[node.style]


def block_scalar_column(text: str, node: ScalarNode) -> int | None:
    """The column of a block scalar's text, None for any other scalar."""
    found = _BLOCK_INDENT.match(text, start_of(node)) if node.style in (">", "|") else None
    return len(found[1]) if found else None


def _content(text: str, chunk: Chunk, node: Node) -> int | None:
    if chunk.key is not None or text[chunk.head] != "-":
        return None
    gap = text[chunk.head + 1 : start_of(node)]
    return len(gap) + 1 if gap and not gap.strip(" ") else None


def _shows_style(node: ScalarNode) -> bool:
    """Whether a scalar's style was a choice: a number is plain, and a text that cannot be plain is quoted."""
    if not node.style:
        return bool(node.value) and not node.value.isdigit()
    return node.style in (">", "|") or is_plain_text(node.value)


def _most_frequent(values: Sequence[Any]) -> Any:
    counts = Counter(values)
    return min(counts, key=lambda value: (-counts[value], value)) if counts else None


def _column(text: str, index: int) -> int:
    return index - line_start(text, index)
