"""Which centroids are nearest to a vector.

What is found depends on each vector and the centroids alone, never on the number of threads or on the vectors beside
it.
"""

from __future__ import annotations

from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.centroids import FLAT_UP_TO, means, nearest_centroid
from recommender.neighbours.exact import ORDER_NOISE
from recommender.neighbours.order import rounded
from recommender.processes import cpu_count

# The part of all areas whose centroids a vector is compared with to find its cell.
_COMPARED_SHARE = 1 / 4
_VECTORS_AT_ONCE = 8_192
_PROBED_AT_ONCE = 2_048
# Lines of similarities are shortened where sorting then takes at least this factor less.
_SHORTER = 4


@dataclass(frozen=True, slots=True)
class Probes:
    """Which cells queries probe.

    Attributes
    ----------
    cells : int32 array of shape (m, n_probes)
        Those of the nearest centroids, ascending.
    nearest : int32 array of shape (m,)
        The nearest of them, or nearly: queries that agree in it probe about the same cells.
    """

    cells: NDArray[np.int32]
    nearest: NDArray[np.int32]

    def take(self, lines: NDArray[np.bool_]) -> Probes:
        """Those of some queries."""
        return Probes(self.cells[lines], self.nearest[lines])


class Quantizer:
    """Centroids and the areas that they lie in.

    Of many centroids only those in the areas nearest to a vector are compared with it to find its cell: a coarse
    quantizer before the fine one. To find which cells a query probes all are compared: the few best lie in more areas.

    Parameters
    ----------
    centroids : float32 array of shape (n_cells, dim)
        Rows L2-normalised.
    """

    def __init__(self, centroids: NDArray[np.float32]) -> None:
        from threadpoolctl import threadpool_limits

        self._centroids = centroids
        n = len(centroids)
        with threadpool_limits(1):
            self._areas = means(centroids, round(n**0.5)) if n > FLAT_UP_TO else centroids[:0]
            own = nearest_centroid(centroids, self._areas) if len(self._areas) else np.empty(0, np.int64)
        self._of_area = [np.flatnonzero(own == area) for area in range(len(self._areas))]

    def nearest(self, vectors: NDArray[np.floating], *, threads: int | None = None) -> NDArray[np.int32]:
        """The cell of every vector: that of the nearest centroid, of equally near ones the first.

        Parameters
        ----------
        vectors : array of shape (n, dim)
            Single or half precision, in memory or mapped from a file.

        Returns
        -------
        int32 array of shape (n,)
            -1 for zero vectors, and for all where there is no cell.
        """
        from threadpoolctl import threadpool_limits

        cells = np.full(len(vectors), -1, dtype=np.int32)
        if not len(self._centroids):
            return cells

        def fill(start: int) -> None:
            block = np.ascontiguousarray(vectors[start : start + _VECTORS_AT_ONCE], dtype=np.float32)
            found = self._nearest(block) if self._of_area else nearest_centroid(block, self._centroids)
            cells[start : start + len(block)] = np.where(np.any(block != 0, axis=1), found, -1)

        with threadpool_limits(1), ThreadPoolExecutor(threads or cpu_count()) as pool:
            list(pool.map(fill, range(0, len(vectors), _VECTORS_AT_ONCE)))
        return cells

    def _nearest(self, block: NDArray[np.float32]) -> NDArray[np.int64]:
        """The nearest of the centroids in each vector's areas."""
        areas = nearest_cells(block, self._areas, max(1, round(len(self._areas) * _COMPARED_SHARE)))[0]
        order = np.argsort(areas.ravel(), kind="stable")
        starts = np.searchsorted(areas.ravel()[order], np.arange(len(self._areas) + 1))
        best, found = np.full(len(block), -np.inf, dtype=np.float32), np.zeros(len(block), dtype=np.int64)
        unsure = np.zeros(len(block), dtype=np.bool_)
        for area, centroids in enumerate(self._of_area):
            lines = order[starts[area] : starts[area + 1]] // areas.shape[1]
            if not len(lines) or not len(centroids):
                continue
            similar = block.take(lines, axis=0) @ self._centroids[centroids].T
            column = similar.argmax(axis=1)
            highest = np.take_along_axis(similar, column[:, None], axis=1)[:, 0]
            # What the noise of sums could put first is compared again below.
            alike = np.count_nonzero(similar >= (highest - ORDER_NOISE)[:, None], axis=1) > 1
            above = highest - best[lines]
            unsure[lines] = np.where(above > ORDER_NOISE, alike, unsure[lines] | (above >= -ORDER_NOISE))
            higher = above > 0
            best[lines[higher]], found[lines[higher]] = highest[higher], centroids[column[higher]]
        for line in np.flatnonzero(unsure).tolist():
            near = np.sort(np.concatenate([self._of_area[area] for area in areas[line].tolist()]))
            found[line] = near[nearest_centroid(block[line : line + 1], self._centroids[near])[0]]
        return found

    def probes(self, vectors: NDArray[np.floating], queries: NDArray[np.int64], count: int, pool: Executor) -> Probes:
        """The `count` cells of the nearest centroids of every query.

        BLAS must be limited to one thread while this runs; `pool` has the threads.

        Parameters
        ----------
        vectors : array of shape (n, dim)
        queries : int64 array of shape (m,)
            Rows.
        count : int
            At most `n_cells`.
        """
        found = Probes(np.empty((len(queries), count), dtype=np.int32), np.zeros(len(queries), dtype=np.int32))
        if not count:
            return found

        def fill(start: int) -> None:
            part = slice(start, start + _PROBED_AT_ONCE)
            block = np.ascontiguousarray(vectors.take(queries[part], axis=0), dtype=np.float32)
            found.cells[part], found.nearest[part] = nearest_cells(block, self._centroids, count)

        list(pool.map(fill, range(0, len(queries), _PROBED_AT_ONCE)))
        return found


def assign(
    vectors: NDArray[np.floating], centroids: NDArray[np.float32], *, threads: int | None = None
) -> NDArray[np.int32]:
    """`Quantizer.nearest` of some centroids."""
    return Quantizer(centroids).nearest(vectors, threads=threads)


def nearest_cells(
    vectors: NDArray[np.float32], centroids: NDArray[np.float32], probes: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The `probes` nearest centroids of every vector, ascending, of equally near ones the first; and the nearest.

    Which they are depends on each vector alone, not on those beside it; the nearest may be another one where noise
    decides.

    Parameters
    ----------
    vectors : float32 array of shape (m, dim)
    centroids : float32 array of shape (n_cells, dim)
    probes : int
        At most `n_cells`.

    Returns
    -------
    int64 array of shape (m, probes)
    int64 array of shape (m,)
    """
    similar = vectors @ centroids.T
    nearest = similar.argmax(axis=1)
    if probes == len(centroids):
        return np.broadcast_to(np.arange(probes), similar.shape), nearest
    values, columns = _largest(similar, probes)
    place = values.shape[1] - probes
    last = np.partition(values, place, axis=1)[:, place]
    inside = values >= last[:, None]
    left_out = np.where(inside, np.float32(-np.inf), values).max(axis=1)
    # Where the noise of sums could decide, the cells at the border are compared again, summed in one fixed order.
    unsure = (last - left_out <= ORDER_NOISE) | (np.count_nonzero(inside, axis=1) > probes)
    for line in np.flatnonzero(unsure).tolist():
        near = np.abs(values[line] - last[line]) <= ORDER_NOISE
        sure = (values[line] > last[line]) & ~near
        border = np.flatnonzero(near)
        exact = rounded(np.einsum("ij,j->i", centroids[columns[line, border]], vectors[line]))
        sure[border[np.argsort(-exact, kind="stable")[: probes - np.count_nonzero(sure)]]] = True
        inside[line] = sure
    return columns[inside].reshape(-1, probes), nearest


def _largest(similar: NDArray[np.float32], count: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Of every line its `count` largest values, whatever is as near to them as noise, and some more: with their
    columns, ascending; ``-inf`` where a line has fewer than another.
    """
    m, n = similar.shape
    of_each = n // (_SHORTER * count)
    if of_each < _SHORTER:
        return similar, np.broadcast_to(np.arange(n), similar.shape)
    # The largest of some columns each are as many different values, and soon found.
    best = np.maximum.reduceat(similar, np.arange(0, n, of_each), axis=1)
    place = best.shape[1] - count
    reached = np.partition(best, place, axis=1)[:, place] - 2 * ORDER_NOISE
    line, column = np.divmod(np.flatnonzero(similar >= reached[:, None]), n)
    counts = np.bincount(line, minlength=m)
    filled = np.arange(counts.max()) < counts[:, None]
    values, columns = np.full(filled.shape, -np.inf, dtype=np.float32), np.zeros(filled.shape, dtype=np.int64)
    values[filled], columns[filled] = similar[line, column], column
    return values, columns
