"""Pairs of queries and targets with rough scores: the best of each query, some pairs of all queries at a time."""

from __future__ import annotations

from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.exact import FLOAT_NOISE, row_products
from recommender.neighbours.order import best_first, rounded

_PAIRS_AT_ONCE = 65_536
_LINES_AT_ONCE = 2_048


def pruned(
    floor: NDArray[np.float32],
    depth: int,
    lines: NDArray[np.int64],
    rows: NDArray[np.int64],
    rough: NDArray[np.float32],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """The pairs that can still be among the best of their lines, whose floors are raised to what they reach."""
    order = _by_line(lines)
    lines, rows, rough = lines[order], rows[order], rough[order]
    starts = np.searchsorted(lines, np.arange(len(floor) + 1))
    # One more than asked for, since a query may be among them itself.
    np.maximum(floor, _reached(rough, starts, depth + 1) - 4 * np.float32(FLOAT_NOISE), out=floor)
    kept = rough >= floor[lines]
    return lines[kept], rows[kept], rough[kept]


def best_pairs(
    vectors: NDArray[np.floating],
    depth: int,
    queries: NDArray[np.int64],
    lines: NDArray[np.int64],
    rows: NDArray[np.int64],
    rough: NDArray[np.float32],
    pool: Executor,
) -> Candidates:
    """The best pairs of each line, scored again in one fixed order; `pool` has the threads."""
    other = rows != queries[lines]
    lines, rows, rough = lines[other], rows[other], rough[other]
    order = _by_line(lines)
    lines, rows, rough = lines[order], rows[order], rough[order]
    starts = np.searchsorted(lines, np.arange(len(queries) + 1))
    reached = _reached(rough, starts, depth)
    near = rough >= reached[lines] - 4 * np.float32(FLOAT_NOISE)
    lines, rows = lines[near], rows[near]
    exact = np.empty(len(lines))

    def score(start: int) -> None:
        part = slice(start, start + _PAIRS_AT_ONCE)
        exact[part] = rounded(row_products(vectors, queries[lines[part]], rows[part]))

    list(pool.map(score, range(0, len(lines), _PAIRS_AT_ONCE)))
    starts = np.searchsorted(lines, np.arange(len(queries) + 1))
    width = max(depth, int(np.diff(starts).max(initial=0)))
    table = np.full((len(queries), width), -1, dtype=np.int64)
    scores = np.full((len(queries), width), -np.inf)
    place = np.arange(len(lines)) - starts[lines]
    table[lines, place], scores[lines, place] = rows, exact
    order = best_first(table, scores)[:, :depth]
    return Candidates(
        np.take_along_axis(table, order, axis=1).astype(np.int32), np.take_along_axis(scores, order, axis=1)
    )


def _by_line(lines: NDArray[np.int64]) -> NDArray[np.intp]:
    """Positions that order lines, equal ones as they stand; numbers of 16 bits are sorted in linear time."""
    order = np.argsort((lines & 0xFFFF).astype(np.uint16), kind="stable")
    return order[np.argsort((lines[order] >> 16).astype(np.uint16), kind="stable")]


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
