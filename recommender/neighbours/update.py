"""Neighbours after a few articles were added, changed or removed: what a full search would find, without one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.exact import FLOAT_NOISE, nearest, row_products
from recommender.neighbours.order import best_first, rounded

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


def update(old: Candidates, change: Change, vectors: NDArray[np.float32], targets: NDArray[np.int32]) -> Candidates:
    """The candidates that `nearest(vectors, old.depth, targets=targets)` would give.

    A kept row's list loses what is gone and takes in what is new. A list is complete down to its last score, so that a
    row is searched anew only if more left it than came in above that score.

    Parameters
    ----------
    old : Candidates
        What `nearest` gave for the old rows.
    change : Change
    vectors : float32 array of shape (n, dim)
        Of the new rows; those of kept rows as they were.
    targets : int32 array
        New rows that may be proposed.
    """
    n, depth = len(vectors), old.depth
    kept_old = np.flatnonzero(change.new_of_old >= 0)
    kept_new = change.new_of_old[kept_old]
    indices = np.full((n, depth), -1, dtype=np.int32)
    scores = np.full((n, depth), -np.inf, dtype=np.float64)

    listed = old.indices[kept_old]
    moved = np.where(listed >= 0, change.new_of_old[listed], -1).astype(np.int32)
    moved_scores = np.where(moved >= 0, old.scores[kept_old], -np.inf)
    # A list that was not full held every target there was, so nothing stands outside it.
    floor = np.where(old.indices[kept_old, -1] >= 0, old.scores[kept_old, -1], -np.inf)
    lost = np.any((listed >= 0) & (moved < 0), axis=1)

    fresh = np.intersect1d(change.added, targets).astype(np.int32)
    fresh = fresh[np.any(vectors[fresh] != 0, axis=1)]
    step = max(1, _PAIRS_AT_ONCE // (len(fresh) + depth))
    unsure = np.zeros(len(kept_new), dtype=np.bool_)
    for start in range(0, len(kept_new), step):
        block = slice(start, start + step)
        rows = kept_new[block]
        columns = np.broadcast_to(fresh, (len(rows), len(fresh)))
        new_scores = _scores_of_few(vectors, rows, fresh, floor[block])
        all_rows = np.concatenate([moved[block], columns], axis=1)
        all_scores = np.concatenate([moved_scores[block], new_scores], axis=1)
        order = best_first(all_rows, all_scores)[:, :depth]
        best = np.take_along_axis(all_scores, order, axis=1)
        scores[rows] = best
        indices[rows] = np.where(np.isfinite(best), np.take_along_axis(all_rows, order, axis=1), -1)
        # Of equal scores at the floor some may have been left out, so the floor itself is not certain.
        unsure[block] = lost[block] & (best[:, -1] <= floor[block])
    again = np.concatenate([kept_new[unsure], change.added]).astype(np.int64)
    if len(again):
        found = nearest(vectors, depth, queries=again, targets=targets)
        indices[again], scores[again] = -1, -np.inf
        indices[again, : found.depth] = found.indices
        scores[again, : found.depth] = found.scores
    return Candidates(indices, scores)


def _scores_of_few(
    vectors: NDArray[np.float32], rows: NDArray[np.int32], few: NDArray[np.int32], floor: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Scores of every row with each of a few others, ``-inf`` where they are certainly below the row's `floor`."""
    rough = vectors[rows] @ vectors[few].T
    scores = np.full(rough.shape, -np.inf)
    near = rough >= (floor - 2 * FLOAT_NOISE)[:, None]
    # Zero rows have no neighbours.
    near &= np.any(vectors[rows] != 0, axis=1)[:, None]
    row, column = np.nonzero(near)
    scores[row, column] = rounded(row_products(vectors, rows[row], few[column]))
    return scores
