"""Vectors alone: every article compared with the articles of the cells that are nearest to itself.

An inverted-file search with probes of its own for every query, done cell by cell: the queries that probe a cell are
multiplied with its articles at once. Of the products only those are looked at that reach what a query has found among
the cells near its own, so that sorting costs little.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.cells import Members
from recommender.neighbours.exact import ORDER_NOISE
from recommender.neighbours.pairs import RoughPairs
from recommender.neighbours.quantizer import Probes

_QUERIES_PER_PRODUCT = 2_048
_FIRST_PROBES = 4
_ARTICLES_PER_BEST = 16
_QUERIES_PER_FLOOR = 256
_CELLS_AT_ONCE = 64
_MOST_PAIRS = 4_000_000


def probe_count(reach: int, targets: Members, centroids: NDArray[np.float32]) -> int:
    """How many cells of the average size hold `reach` articles; at least one, where there are any."""
    mean = max(1.0, len(targets.rows) / max(1, len(centroids)))
    return min(len(centroids), max(1, round(reach / mean)))


def probed_nearest(
    vectors: NDArray[np.floating],
    depth: int,
    queries: NDArray[np.int64],
    probes: Probes,
    targets: Members,
    most_of_cell: int,
    pool: Executor,
) -> Candidates:
    """The `depth` best of every query among the articles of the cells that it probes, itself excluded.

    The same for any number of threads and whichever queries are asked together. BLAS must be limited to one thread
    while this runs; `pool` has the threads.

    Parameters
    ----------
    vectors : float32 or float16 array of shape (n, dim)
        In memory or mapped from a file.
    queries : int64 array of shape (m,)
        Rows.
    targets : Members
        Articles that may be proposed.
    most_of_cell : int
        Articles of a cell that are compared at most: its first.

    Returns
    -------
    Candidates
        Of shape (m, depth).
    """
    if not probes.cells.size or not len(targets.rows):
        return Candidates(np.full((len(queries), depth), -1, np.int32), np.full((len(queries), depth), -np.inf))
    asked = np.ascontiguousarray(vectors.take(queries, axis=0), dtype=np.float32)
    n_cells = len(targets.starts) - 1
    visits = _Visits(probes.cells, n_cells)
    pairs = RoughPairs(queries, depth)
    _raise_floor(pairs.floor, asked, probes, targets, vectors, depth, most_of_cell, pool)

    def hits(cell: int) -> list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]]:
        rows = targets.of(cell)[:most_of_cell]
        lines = visits.of(cell)
        there = np.ascontiguousarray(vectors.take(rows, axis=0), dtype=np.float32).T
        found = []
        for start in range(0, len(lines), _QUERIES_PER_PRODUCT):
            part = lines[start : start + _QUERIES_PER_PRODUCT]
            products = asked.take(part, axis=0) @ there
            places = np.flatnonzero(products >= pairs.floor.take(part)[:, None])
            line = places // len(rows)
            column = places - line * len(rows)
            found.append((part.take(line), rows.take(column).astype(np.int32), products.ravel().take(places)))
        return found

    busy = [cell for cell in range(n_cells) if len(visits.of(cell)) and len(targets.of(cell))]
    for first in range(0, len(busy), _CELLS_AT_ONCE):
        for found in pool.map(hits, busy[first : first + _CELLS_AT_ONCE]):
            for lines, rows, rough in found:
                pairs.add(lines, rows, rough)
        if len(pairs) > _MOST_PAIRS:
            pairs.prune(pool)
    return pairs.best(vectors, pool)


class _Visits:
    """Which queries probe each cell."""

    def __init__(self, probes: NDArray[np.int32], n_cells: int) -> None:
        flat = probes.ravel()
        # Sorting of so short numbers takes time in proportion to their count.
        order = np.argsort(flat.astype(np.uint16) if n_cells <= 2**16 else flat, kind="stable")
        self._lines = (order // max(1, probes.shape[1])).astype(np.int32)
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(flat, minlength=n_cells))])

    def of(self, cell: int) -> NDArray[np.int32]:
        lines: NDArray[np.int32] = self._lines[self._starts[cell] : self._starts[cell + 1]]
        return lines


def _raise_floor(
    floor: NDArray[np.float32],
    asked: NDArray[np.float32],
    probes: Probes,
    targets: Members,
    vectors: NDArray[np.floating],
    depth: int,
    most_of_cell: int,
    pool: Executor,
) -> None:
    """Set for every query what its list reaches at least, from the cells that most of those beside it probe too."""

    def fill(part: NDArray[np.intp]) -> None:
        own = probes.cells[part]
        counts = np.bincount(own.ravel(), minlength=len(targets.starts) - 1)
        cells = np.sort(np.argsort(-counts, kind="stable")[:_FIRST_PROBES])
        lists = [targets.of(cell)[:most_of_cell] for cell in cells.tolist()]
        sizes = np.array([len(rows) for rows in lists])
        rows = np.concatenate(lists)
        if len(rows) <= depth:
            return
        there = np.ascontiguousarray(vectors.take(rows, axis=0), dtype=np.float32)
        products = asked.take(part, axis=0) @ there.T
        # The best of each few articles are as many different articles, and soon found.
        ends = np.cumsum(sizes)
        starts = [np.arange(end - size, end, _ARTICLES_PER_BEST) for size, end in zip(sizes, ends, strict=True)]
        best = np.maximum.reduceat(products, np.concatenate(starts), axis=1)
        does_probe = np.stack([(own == cell).any(axis=1) for cell in cells.tolist()], axis=1)
        best = np.where(np.repeat(does_probe, [len(one) for one in starts], axis=1), best, -np.inf)
        # One more than asked for, since a query may be among them itself.
        place = best.shape[1] - depth - 1
        if place >= 0:
            floor[part] = np.partition(best, place, axis=1)[:, place] - ORDER_NOISE

    order = np.argsort(probes.nearest, kind="stable")
    alike = np.split(order, np.flatnonzero(np.diff(probes.nearest[order])) + 1)
    parts = [np.array_split(some, -(-len(some) // _QUERIES_PER_FLOOR)) for some in alike if len(some)]
    list(pool.map(fill, chain.from_iterable(parts)))


def together(probes: NDArray[np.int32], targets: Members) -> NDArray[np.int64]:
    """All articles that any of some queries is compared with, ascending."""
    lists: Sequence[NDArray[np.int64]] = [targets.of(cell) for cell in np.unique(probes).tolist()]
    return np.sort(np.concatenate([np.empty(0, dtype=np.int64), *lists]))
