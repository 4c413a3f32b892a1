"""A group of links where a file has none, written as the site's others are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from recommender.links.front_matter.frames import Frame, Level
from recommender.links.front_matter.items import Value
from recommender.links.front_matter.render import Pen


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
