"""Pairs of queries and targets with rough scores, and the best of each query."""

from __future__ import annotations

from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.exact import ORDER_NOISE, row_products
from recommender.neighbours.order import best_first, rounded

# Lines that are sorted together; their numbers, counted from the first, have 16 bits, which are sorted in linear time.
_LINES_PER_RANGE = 4_096
_LINES_AT_ONCE = 512

_Found = tuple[NDArray[np.uint16], NDArray[np.int32], NDArray[np.float32]]


class RoughPairs:
    """Pairs found so far; a line is a query's position.

    Parameters
    ----------
    queries : int64 array of shape (m,)
        Rows; a pair with itself is left out in the end.

    Attributes
    ----------
    floor : float32 array of shape (m,)
        What a pair of each line must reach to be among its best, ``-inf`` where nothing is known. `prune` raises it.
    """

    def __init__(self, queries: NDArray[np.int64], depth: int) -> None:
        self.floor: NDArray[np.float32] = np.full(len(queries), -np.inf, dtype=np.float32)
        self._queries = queries
        self._depth = depth
        self._bounds = np.array([*range(0, len(queries), _LINES_PER_RANGE), len(queries)])
        self._held: list[list[_Found]] = [[] for _ in self._bounds[1:]]
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, lines: NDArray[np.int32], rows: NDArray[np.int32], rough: NDArray[np.float32]) -> None:
        """More pairs, of ascending lines."""
        ends = np.searchsorted(lines, self._bounds)
        for at in np.flatnonzero(np.diff(ends)).tolist():
            part = slice(ends[at], ends[at + 1])
            self._held[at].append(((lines[part] - self._bounds[at]).astype(np.uint16), rows[part], rough[part]))
        self._count += len(lines)

    def prune(self, pool: Executor) -> None:
        """Keep only what can still be among the best of its line."""

        def prune(at: int) -> int:
            lines, rows, rough = self._in_order(at)
            floor = self.floor[self._bounds[at] : self._bounds[at + 1]]
            starts = np.searchsorted(lines, np.arange(len(floor) + 1))
            # One more than asked for, since a query may be among them itself.
            reached = _reached(rough, starts, self._depth + 1) - ORDER_NOISE
            np.maximum(floor, reached, out=floor)
            kept = np.flatnonzero(rough >= floor.take(lines))
            self._held[at] = [(lines.take(kept), rows.take(kept), rough.take(kept))]
            return len(kept)

        self._count = sum(pool.map(prune, range(len(self._held))))

    def best(self, vectors: NDArray[np.floating], pool: Executor) -> Candidates:
        """The best of each line, scored again in one fixed order; `pool` has the threads."""
        indices = np.full((len(self._queries), self._depth), -1, dtype=np.int32)
        scores = np.full((len(self._queries), self._depth), -np.inf)

        def fill(at: int) -> None:
            own = slice(self._bounds[at], self._bounds[at + 1])
            found = self._best(at, vectors)
            indices[own], scores[own] = found.indices, found.scores

        list(pool.map(fill, range(len(self._held))))
        return Candidates(indices, scores)

    def _best(self, at: int, vectors: NDArray[np.floating]) -> Candidates:
        queries = self._queries[self._bounds[at] : self._bounds[at + 1]]
        lines, rows, rough = self._in_order(at)
        other = np.flatnonzero(rows != queries.take(lines))
        lines, rows, rough = lines.take(other), rows.take(other), rough.take(other)
        every = np.arange(len(queries) + 1)
        reached = _reached(rough, np.searchsorted(lines, every), self._depth)
        near = np.flatnonzero(rough >= reached.take(lines) - ORDER_NOISE)
        lines, rows = lines.take(near), rows.take(near)
        starts = np.searchsorted(lines, every)
        width = max(self._depth, int(np.diff(starts).max(initial=0)))
        table = np.full((len(queries), width), -1, dtype=np.int64)
        scores = np.full((len(queries), width), -np.inf)
        place = np.arange(len(lines)) - starts.take(lines)
        table[lines, place] = rows
        scores[lines, place] = rounded(row_products(vectors, queries.take(lines), rows))
        order = best_first(table, scores)[:, : self._depth]
        return Candidates(
            np.take_along_axis(table, order, axis=1).astype(np.int32), np.take_along_axis(scores, order, axis=1)
        )

    def _in_order(self, at: int) -> _Found:
        """All pairs of a range, those of a line as they were added."""
        if not self._held[at]:
            return np.empty(0, np.uint16), np.empty(0, np.int32), np.empty(0, np.float32)
        lines, rows, rough = (np.concatenate(arrays) for arrays in zip(*self._held[at], strict=True))
        order = np.argsort(lines, kind="stable")
        return lines.take(order), rows.take(order), rough.take(order)


def _reached(rough: NDArray[np.float32], starts: NDArray[np.intp], depth: int) -> NDArray[np.float32]:
    """What the `depth`-th best of each line scores, ``-inf`` where there are fewer."""
    counts = np.diff(starts)
    reached = np.full(len(counts), -np.inf, dtype=np.float32)
    by_count = np.argsort(counts, kind="stable")
    by_count = by_count[counts[by_count] >= depth]
    # Lines of about the same length together, so that tables hold little but scores.
    for first in range(0, len(by_count), _LINES_AT_ONCE):
        some = by_count[first : first + _LINES_AT_ONCE]
        place = np.arange(counts[some[-1]])
        filled = place < counts[some][:, None]
        table = np.full(filled.shape, -np.inf, dtype=np.float32)
        table[filled] = rough[(starts[:-1][some][:, None] + place)[filled]]
        reached[some] = np.sort(table, axis=1)[:, -depth]
    return reached
