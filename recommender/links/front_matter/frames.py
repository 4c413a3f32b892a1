"""Lines around the links of a group, such as its heading: a new group is written as the others are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from recommender.corpus.yaml_nodes import MappingNode, Node, ScalarNode, is_null

# From the field's value down to the list of links, a level each: () for a list; for a mapping its texts by name and,
# with None for a text, where it goes on.
Level = tuple[tuple[str, str | None], ...]
Frame = tuple[Level, ...]

# A frame is usual that every fourth group has, and more than one.
_USUAL = 0.25


def frame_of(above: Sequence[tuple[Node, int]]) -> Frame | None:
    """The frame of the links that are held by these nodes, None where they are no list."""
    if not above or isinstance(above[-1][0], MappingNode):
        return None
    levels: list[Level] = []
    for node, at in above:
        if not isinstance(node, MappingNode):
            levels.append(())
            continue
        level: list[tuple[str, str | None]] = []
        for place, (key, value) in enumerate(node.value):
            if place == at:
                level.append((key.value, None))
            elif isinstance(value, ScalarNode) and not is_null(value):
                level.append((key.value, value.value))
        levels.append(tuple(level))
    return tuple(levels)


def usual_frame(frames: Sequence[Frame]) -> Frame | None:
    """The most frequent of a site's frames, None where each page has its own."""
    counts = Counter(frames)
    if not counts:
        return None
    frame = min(counts, key=lambda one: (-counts[one], repr(one)))
    return frame if counts[frame] >= max(2, _USUAL * len(frames)) else None
