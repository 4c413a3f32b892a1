"""Neighbours after a few articles were added, changed or removed: what a full search would find, without one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.order import best_first
from recommender.neighbours.space import Space

_PAIRS_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class Change:
    """How the rows of a corpus moved.

    Attributes
    ----------
    new_of_old : int32 array of shape (n_old,)
        Where each old row is now, -1 where it is gone or has changed. Increasing where it is not -1, since both
        corpora are in the order of their keys.
    added : int32 array
        New rows that are new or have changed, increasing.
    """

    new_of_old: NDArray[np.int32]
    added: NDArray[np.int32]


def update(old: Candidates, change: Change, space: Space, targets: NDArray[np.int32]) -> Candidates:
    """The candidates that `space.nearest(old.depth, targets=targets)` would give.

    A kept row's list loses what is gone and takes in what is new. A list is complete down to its last score, so that a
    row is searched anew only if more left it than came in above that score.

    Parameters
    ----------
    old : Candidates
        What the search gave for the old rows.
    space : Space
        Of the new rows; the scores of kept rows with each other as they were.
    targets : int32 array
        New rows that may be proposed.
    """
    n, depth = len(space), old.depth
    kept_old = np.flatnonzero(change.new_of_old >= 0)
    kept_new = change.new_of_old[kept_old]
    indices = np.full((n, depth), -1, dtype=np.int32)
    scores = np.full((n, depth), -np.inf, dtype=np.float64)

    listed = old.indices[kept_old]
    moved = np.where(listed >= 0, change.new_of_old[listed], -1).astype(np.int32)
    moved_scores = old.scores[kept_old]
    # A list that was not full held every target there was, so nothing is outside it.
    floor = np.where(listed[:, -1] >= 0, moved_scores[:, -1], -np.inf)
    lost = np.any((listed >= 0) & (moved < 0), axis=1)
    moved_scores[moved < 0] = -np.inf
    indices[kept_new], scores[kept_new] = moved, moved_scores

    fresh = np.intersect1d(change.added, targets).astype(np.int32)
    fresh = fresh[space.known[fresh]]
    step = max(1, _PAIRS_AT_ONCE // (len(fresh) + depth))
    unsure = np.zeros(len(kept_new), dtype=np.bool_)
    for start in range(0, len(kept_new), step):
        new_scores = space.scores_of_few(kept_new[start : start + step], fresh, floor[start : start + step])
        # Most lists lose nothing and gain nothing.
        touched = np.flatnonzero(lost[start : start + step] | np.isfinite(new_scores).any(axis=1))
        lines = start + touched
        columns = np.broadcast_to(fresh, (len(lines), len(fresh)))
        all_rows = np.concatenate([moved[lines], columns], axis=1)
        all_scores = np.concatenate([moved_scores[lines], new_scores[touched]], axis=1)
        order = best_first(all_rows, all_scores)[:, :depth]
        best = np.take_along_axis(all_scores, order, axis=1)
        scores[kept_new[lines]] = best
        indices[kept_new[lines]] = np.where(np.isfinite(best), np.take_along_axis(all_rows, order, axis=1), -1)
        # Of equal scores at the floor some may have been left out, so the floor itself is not certain.
        unsure[lines] = lost[lines] & (best[:, -1] <= floor[lines])
    again = np.concatenate([kept_new[unsure], change.added]).astype(np.int64)
    if len(again):
        found = space.nearest(depth, queries=again, targets=targets)
        indices[again], scores[again] = -1, -np.inf
        indices[again, : found.depth] = found.indices
        scores[again, : found.depth] = found.scores
    return Candidates(indices, scores)
