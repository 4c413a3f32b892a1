"""Vectors alone: every article compared with the articles of the cells that are nearest to itself.

An inverted-file search with probes of its own for every query, done cell by cell: the queries that probe a cell are
multiplied with its articles at once. Of the products only those are looked at that reach what a query has found among
the cells near its own, so that sorting costs little.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.cells import Members
from recommender.neighbours.exact import FLOAT_NOISE
from recommender.neighbours.order import rounded
from recommender.neighbours.pairs import best_pairs, pruned

_PROBED_AT_ONCE = 2_048
_QUERIES_PER_PRODUCT = 8_192
_FIRST_PROBES = 8
_ARTICLES_PER_BEST = 16
_QUERIES_PER_FLOOR = 128
_CELLS_AT_ONCE = 64
_MOST_PAIRS = 4_000_000


def probe_count(reach: int, targets: Members, centroids: NDArray[np.float32]) -> int:
    """How many cells of the average size hold `reach` articles; at least one, where there are any."""
    mean = max(1.0, len(targets.rows) / max(1, len(centroids)))
    return min(len(centroids), max(1, round(reach / mean)))


def nearest_cells(vectors: NDArray[np.float32], centroids: NDArray[np.float32], probes: int) -> NDArray[np.int32]:
    """The cells of the `probes` nearest centroids of every vector, ascending; of equally near ones the first.

    Which they are depends on each vector alone, not on those beside it.

    Parameters
    ----------
    vectors : float32 array of shape (m, dim)
    centroids : float32 array of shape (n_cells, dim)
    probes : int
        At most `n_cells`.

    Returns
    -------
    int32 array of shape (m, probes)
    """
    return _nearest_cells(vectors @ centroids.T, vectors, centroids, probes)


def _nearest_cells(
    similar: NDArray[np.float32], vectors: NDArray[np.float32], centroids: NDArray[np.float32], probes: int
) -> NDArray[np.int32]:
    if probes == len(centroids):
        return np.broadcast_to(np.arange(probes, dtype=np.int32), (len(vectors), probes))
    place = len(centroids) - probes
    cells = np.argpartition(similar, place, axis=1)
    last = np.take_along_axis(similar, cells[:, place : place + 1], axis=1)
    chosen: NDArray[np.int32] = np.sort(cells[:, place:], axis=1).astype(np.int32)
    # Where the noise of sums could decide, the cells at the border are compared again, summed in one fixed order.
    near = np.abs(similar - last) <= 4 * FLOAT_NOISE
    for line in np.flatnonzero(near.sum(axis=1) > 1).tolist():
        border = np.flatnonzero(near[line])
        sure = np.flatnonzero((similar[line] > last[line, 0]) & ~near[line])
        exact = rounded(np.einsum("ij,j->i", centroids[border], vectors[line]))
        best = border[np.argsort(-exact, kind="stable")[: probes - len(sure)]]
        chosen[line] = np.sort(np.concatenate([sure, best]))
    return chosen


@dataclass(frozen=True, slots=True)
class Probes:
    """Which cells queries probe.

    Attributes
    ----------
    cells : int32 array of shape (m, n_probes)
        From `nearest_cells`.
    nearest : int32 array of shape (m,)
        The nearest of them, or nearly: queries that agree in it probe about the same cells.
    """

    cells: NDArray[np.int32]
    nearest: NDArray[np.int32]

    def take(self, lines: NDArray[np.bool_]) -> Probes:
        """Those of some queries."""
        return Probes(self.cells[lines], self.nearest[lines])


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
    depth : int
    queries : int64 array of shape (m,)
        Rows.
    probes : Probes
    targets : Members
        Articles that may be proposed.
    most_of_cell : int
        Of a larger cell only the first so many are compared.
    pool : Executor

    Returns
    -------
    Candidates
        Of shape (m, depth).
    """
    if not probes.cells.size or not len(targets.rows):
        return Candidates(np.full((len(queries), depth), -1, np.int32), np.full((len(queries), depth), -np.inf))
    asked = np.ascontiguousarray(vectors[queries], dtype=np.float32)
    n_cells = len(targets.starts) - 1
    visits = _Visits(probes.cells, n_cells)
    floor = np.full(len(queries), -np.inf, dtype=np.float32)

    def hits(cell: int, lines: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
        rows = targets.of(cell)[:most_of_cell]
        there = np.ascontiguousarray(vectors[rows], dtype=np.float32).T
        found = []
        for start in range(0, len(lines), _QUERIES_PER_PRODUCT):
            part = lines[start : start + _QUERIES_PER_PRODUCT]
            products = asked[part] @ there
            line, column = np.nonzero(products >= floor[part][:, None])
            found.append((part[line], rows[column], products[line, column]))
        return tuple(np.concatenate(arrays) for arrays in zip(*found, strict=True))  # type: ignore[return-value]

    _raise_floor(floor, asked, probes, targets, vectors, depth, most_of_cell, pool)
    busy = [cell for cell in range(n_cells) if len(visits.of(cell)) and len(targets.of(cell))]
    lines, rows, rough = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32)
    for first in range(0, len(busy), _CELLS_AT_ONCE):
        found = list(pool.map(lambda cell: hits(cell, visits.of(cell)), busy[first : first + _CELLS_AT_ONCE]))
        lines, rows, rough = (
            np.concatenate([held, *(one[at] for one in found)]) for at, held in enumerate((lines, rows, rough))
        )
        if len(lines) > _MOST_PAIRS:
            lines, rows, rough = pruned(floor, depth, lines, rows, rough)
    return best_pairs(vectors, depth, queries, lines, rows, rough, pool)


def probe(
    vectors: NDArray[np.floating],
    depth: int,
    queries: NDArray[np.int64],
    centroids: NDArray[np.float32],
    targets: Members,
    reach: int,
    pool: Executor,
) -> Candidates:
    """`probed_nearest` with as many probes as reach so many articles."""
    probes = probes_of(vectors, queries, centroids, probe_count(reach, targets, centroids), pool)
    return probed_nearest(vectors, depth, queries, probes, targets, reach, pool)


class _Visits:
    """Which queries probe each cell."""

    def __init__(self, probes: NDArray[np.int32], n_cells: int) -> None:
        flat = probes.ravel()
        # Sorting of so short numbers takes time in proportion to their count.
        order = np.argsort(flat.astype(np.uint16) if n_cells <= 2**16 else flat, kind="stable")
        self._lines = order // max(1, probes.shape[1])
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(flat, minlength=n_cells))])

    def of(self, cell: int) -> NDArray[np.int64]:
        lines: NDArray[np.int64] = self._lines[self._starts[cell] : self._starts[cell + 1]]
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
        cells, counts = np.unique(own, return_counts=True)
        cells = np.sort(cells[np.argsort(-counts, kind="stable")[:_FIRST_PROBES]])
        lists = [targets.of(cell)[:most_of_cell] for cell in cells.tolist()]
        sizes = np.array([len(rows) for rows in lists])
        rows = np.concatenate(lists)
        if len(rows) <= depth:
            return
        products = asked[part] @ np.ascontiguousarray(vectors[rows], dtype=np.float32).T
        # The best of each few articles are as many different articles, and soon found.
        ends = np.cumsum(sizes)
        starts = [np.arange(end - size, end, _ARTICLES_PER_BEST) for size, end in zip(sizes, ends, strict=True)]
        best = np.maximum.reduceat(products, np.concatenate(starts), axis=1)
        does_probe = np.stack([(own == cell).any(axis=1) for cell in cells.tolist()], axis=1)
        best = np.where(np.repeat(does_probe, [len(one) for one in starts], axis=1), best, -np.inf)
        # One more than asked for, since a query may be among them itself.
        place = best.shape[1] - depth - 1
        if place >= 0:
            floor[part] = np.partition(best, place, axis=1)[:, place] - 4 * np.float32(FLOAT_NOISE)

    order = np.argsort(probes.nearest, kind="stable")
    alike = np.split(order, np.flatnonzero(np.diff(probes.nearest[order])) + 1)
    parts = [np.array_split(some, -(-len(some) // _QUERIES_PER_FLOOR)) for some in alike if len(some)]
    list(pool.map(fill, chain.from_iterable(parts)))


def probes_of(
    vectors: NDArray[np.floating],
    queries: NDArray[np.int64],
    centroids: NDArray[np.float32],
    probes: int,
    pool: Executor,
) -> Probes:
    """The probes of many queries."""
    found = Probes(np.empty((len(queries), probes), dtype=np.int32), np.zeros(len(queries), dtype=np.int32))
    if not probes:
        return found

    def fill(start: int) -> None:
        part = slice(start, start + _PROBED_AT_ONCE)
        block = np.ascontiguousarray(vectors[queries[part]], dtype=np.float32)
        similar = block @ centroids.T
        found.nearest[part] = similar.argmax(axis=1)
        found.cells[part] = _nearest_cells(similar, block, centroids, probes)

    list(pool.map(fill, range(0, len(queries), _PROBED_AT_ONCE)))
    return found


def together(probes: NDArray[np.int32], targets: Members) -> NDArray[np.int64]:
    """All articles that any of some queries is compared with, ascending."""
    lists: Sequence[NDArray[np.int64]] = [targets.of(cell) for cell in np.unique(probes).tolist()]
    return np.sort(np.concatenate([np.empty(0, dtype=np.int64), *lists]))
