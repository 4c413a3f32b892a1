"""Neighbours from the last run, brought up to date."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from recommender.cache import Cache, digest
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.exact import nearest
from recommender.neighbours.update import Change, update
from recommender.progress import Reporter, stage

_SPACE = b"neighbours 1"
# Deeper than any list, so that a few articles can go without a new search.
_MIN_DEPTH = 32
# With more changes than this share of the articles, searching anew is as fast.
_UPDATE_RATIO = 0.05


class _State(msgspec.Struct, frozen=True):
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
    names: Sequence[bytes],
    targets: NDArray[np.int32],
    depth: int,
    vectors: Callable[[], NDArray[np.float32]],
    reporter: Reporter,
) -> Candidates:
    """The nearest neighbours of all rows, exactly as `nearest` finds them.

    Parameters
    ----------
    cache : Cache
    place : bytes
        Names the site.
    recipe : bytes
        Names the model and the weights: what makes vectors from texts.
    names : sequence of bytes
        One per row: key and content. Rows of the same name have the same vector on every run.
    targets : int32 array
        Rows that may be proposed.
    depth : int
    vectors : callable
        Gives the vectors, float32 of shape (n, dim); called only if something has changed.
    reporter : Reporter
    """
    full = max(depth, _MIN_DEPTH)
    row_names = [digest(name) for name in names]
    key = digest(place, recipe)
    old = _recall(cache, key)
    if old is not None and old.depth >= full:
        if old.names == b"".join(row_names) and old.targets == targets.tobytes():
            return _cut(_candidates(old), depth)
        # Lists as wide as the corpus change their width with it.
        change = _change(old, row_names, targets) if len(targets) > 2 * old.depth else None
        if change is not None:
            with stage(reporter, "update neighbours"):
                found = update(_candidates(old), change, vectors(), targets)
                _keep(cache, key, row_names, targets, old.depth, found)
            return _cut(found, depth)
    rows = vectors()
    with stage(reporter, "search neighbours", len(names)):
        found = nearest(rows, full, targets=targets)
    _keep(cache, key, row_names, targets, full, found)
    return _cut(found, depth)


def _cut(candidates: Candidates, depth: int) -> Candidates:
    return Candidates(candidates.indices[:, :depth], candidates.scores[:, :depth])


def _recall(cache: Cache, key: bytes) -> _State | None:
    blob = cache.get(_SPACE, [key]).get(key)
    if blob is None:
        return None
    try:
        return msgspec.msgpack.decode(blob, type=_State)
    except msgspec.DecodeError:
        return None


def _keep(
    cache: Cache, key: bytes, names: list[bytes], targets: NDArray[np.int32], depth: int, found: Candidates
) -> None:
    state = _State(b"".join(names), targets.tobytes(), depth, found.indices.tobytes(), found.scores.tobytes())
    cache.put(_SPACE, {key: msgspec.msgpack.encode(state)})


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
