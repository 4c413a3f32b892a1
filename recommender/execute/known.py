"""Neighbours from the last run, brought up to date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from recommender.digest import digest
from recommender.execute.cache import Cache
from recommender.execute.remembered import recall, remember
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.space import Space
from recommender.neighbours.update import Change, update
from recommender.progress import Reporter, stage

_SPACE = b"neighbours 3"
# Deeper than any list, so that a few articles can go without a new search.
MIN_DEPTH = 50
# With more changes than this share of the articles, searching anew is as fast.
_UPDATE_RATIO = 0.05


@dataclass(frozen=True, slots=True)
class Prepared:
    """A space, and names of its rows: rows of the same names have the same score with each other on every run."""

    space: Space
    names: list[bytes]


class _State(msgspec.Struct, frozen=True):
    contents: bytes
    names: bytes
    targets: bytes
    depth: int
    indices: bytes
    scores: bytes


def known_neighbours(
    cache: Cache,
    *,
    place: bytes,
    recipe: bytes,
    contents: Sequence[bytes],
    targets: NDArray[np.int32],
    depth: int,
    prepare: Callable[[], Prepared],
    reporter: Reporter,
) -> Candidates:
    """The nearest neighbours of all rows, exactly as a search of the whole space finds them.

    Parameters
    ----------
    cache : Cache
    place : bytes
        Names the site.
    recipe : bytes
        Names the model and the weights: what makes a space from texts.
    contents : sequence of bytes
        One per row: key and content. Where all are as they were, so are the neighbours.
    targets : int32 array
        Rows that may be proposed.
    depth : int
    prepare : callable
        Gives the space; called only if something has changed.
    reporter : Reporter
    """
    full = max(depth, MIN_DEPTH)
    content_names = digest(*contents)
    key = digest(place, recipe)
    old = recall(cache, _SPACE, key, _State)
    if old is not None and old.depth < full:
        old = None
    if old is not None and old.contents == content_names and old.targets == targets.tobytes():
        return _cut(_candidates(old), depth)
    prepared = prepare()
    names = [digest(name) for name in prepared.names]
    if old is not None:
        # Lists as wide as the corpus change their width with it.
        change = _change(old, names, targets) if len(targets) > 2 * old.depth else None
        if change is not None:
            with stage(reporter, "update neighbours"):
                found = update(_candidates(old), change, prepared.space, targets)
            _keep(cache, key, content_names, names, targets, old.depth, found)
            return _cut(found, depth)
    with stage(reporter, "search neighbours", len(names)):
        found = prepared.space.nearest(full, targets=targets)
    _keep(cache, key, content_names, names, targets, full, found)
    return _cut(found, depth)


def _cut(candidates: Candidates, depth: int) -> Candidates:
    return Candidates(candidates.indices[:, :depth], candidates.scores[:, :depth])


def _keep(
    cache: Cache,
    key: bytes,
    contents: bytes,
    names: list[bytes],
    targets: NDArray[np.int32],
    depth: int,
    found: Candidates,
) -> None:
    state = _State(contents, b"".join(names), targets.tobytes(), depth, found.indices.tobytes(), found.scores.tobytes())
    remember(cache, _SPACE, key, state)


def _candidates(state: _State) -> Candidates:
    n = len(state.names) // 16
    indices = np.frombuffer(state.indices, dtype=np.int32).reshape(n, -1)
    return Candidates(indices, np.frombuffer(state.scores, dtype=np.float64).reshape(n, -1))


def _change(old: _State, names: list[bytes], targets: NDArray[np.int32]) -> Change | None:
    """How rows moved since `old`, None where so many changed that a new search is as fast."""
    old_targets = set(np.frombuffer(old.targets, dtype=np.int32).tolist())
    new_targets = set(targets.tolist())
    old_rows = {old.names[at : at + 16]: at // 16 for at in range(0, len(old.names), 16)}
    new_of_old = np.full(len(old_rows), -1, dtype=np.int32)
    if len(old_rows) != len(old.names) // 16:
        return None
    kept = np.zeros(len(names), dtype=np.bool_)
    for row, name in enumerate(names):
        before = old_rows.get(name)
        # An article that may no longer be proposed, or may be now, counts as removed and added.
        if before is not None and (before in old_targets) == (row in new_targets):
            new_of_old[before] = row
            kept[row] = True
    removed = int((new_of_old < 0).sum())
    added = int((~kept).sum())
    if removed + added > _UPDATE_RATIO * len(names):
        return None
    return Change(new_of_old, np.flatnonzero(~kept).astype(np.int32))
