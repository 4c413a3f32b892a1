"""Cells of near vectors, so that a search compares each article with those of near cells alone.

An inverted-file index (IVF; Jégou et al. 2011, IEEE TPAMI 33) used as a join: every article is a query. What is here
depends on vectors, keys and centroids alone, never on the number of threads or on how the articles are shared out.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.exact import FLOAT_NOISE
from recommender.neighbours.order import rounded
from recommender.processes import cpu_count

Rows = NDArray[np.integer]

# Of so many articles on average, until a site has more than `_CELLS_OF_ROOT` times its root of cells: then assigning
# every article to one of them would take longer than the search itself.
_ARTICLES_PER_CELL = 128
_CELLS_OF_ROOT = 4
_SAMPLE_PER_CELL = 32
_ITERATIONS = 8
_ASSIGNED_AT_ONCE = 4_096


def key_hashes(keys: Iterable[bytes]) -> NDArray[np.uint64]:
    """A number for each key, uniform over all 64-bit numbers, the same on every machine."""
    digests = b"".join(blake2b(key, digest_size=8).digest() for key in keys)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def sample_rows(hashes: NDArray[np.uint64], size: int, n: int) -> NDArray[np.int64]:
    """About `size` of `n` articles, chosen by `key_hashes` alone: whether one is chosen depends on no other.

    Parameters
    ----------
    hashes : uint64 array of shape (m,)
        Of all `n` articles, or of some of them.
    size, n : int

    Returns
    -------
    int64 array
        Positions in `hashes`, ascending.
    """
    if size >= n:
        return np.arange(len(hashes), dtype=np.int64)
    return np.flatnonzero(hashes < np.uint64(size * 2**64 // n))


def cell_count(n: int) -> int:
    """How many cells `n` articles are divided into, at least 1."""
    return max(1, min(n // _ARTICLES_PER_CELL, int(_CELLS_OF_ROOT * n**0.5)))


def sample_size(n_cells: int) -> int:
    """How many articles the centroids of `n_cells` cells are found from."""
    return _SAMPLE_PER_CELL * n_cells


def choose_centroids(sample: NDArray[np.floating], n_cells: int) -> NDArray[np.float32]:
    """Centroids by spherical k-means (Dhillon and Modha 2001, Machine Learning 42), computed on one thread.

    Parameters
    ----------
    sample : array of shape (m, dim)
        Rows L2-normalised, in the order of their keys; zero rows are left out.
    n_cells : int

    Returns
    -------
    float32 array of shape (at most n_cells, dim)
        Rows L2-normalised. Fewer, and none at all, where the sample holds fewer vectors.
    """
    import faiss
    from threadpoolctl import threadpool_limits

    vectors = np.ascontiguousarray(sample[np.any(sample != 0, axis=1)], dtype=np.float32)
    count = min(n_cells, len(vectors))
    if not count:
        return np.empty((0, sample.shape[1]), dtype=np.float32)
    means = faiss.Kmeans(
        sample.shape[1],
        count,
        niter=_ITERATIONS,
        spherical=True,
        seed=1,
        min_points_per_centroid=1,
        max_points_per_centroid=4 * _SAMPLE_PER_CELL,
    )
    with threadpool_limits(1):
        means.train(vectors)
    centroids: NDArray[np.float32] = np.ascontiguousarray(means.centroids, dtype=np.float32)
    return centroids


def assign(
    vectors: NDArray[np.floating], centroids: NDArray[np.float32], *, threads: int | None = None
) -> NDArray[np.int32]:
    """The cell of every vector, shape (n,): that of the nearest centroid, of equally near ones the first.

    Parameters
    ----------
    vectors : array of shape (n, dim)
        Single or half precision, in memory or mapped from a file.
    centroids : float32 array of shape (n_cells, dim)
    threads : int, optional

    Returns
    -------
    int32 array of shape (n,)
        -1 for zero vectors, and for all where there is no cell.
    """
    from threadpoolctl import threadpool_limits

    cells = np.full(len(vectors), -1, dtype=np.int32)
    if not len(centroids):
        return cells
    transposed = np.ascontiguousarray(centroids.T)

    def fill(start: int) -> None:
        block = np.ascontiguousarray(vectors[start : start + _ASSIGNED_AT_ONCE], dtype=np.float32)
        similar = block @ transposed
        best = similar.argmax(axis=1)
        # What the noise of sums could put first is compared again, summed in one fixed order.
        near = similar >= (similar.max(axis=1) - 4 * FLOAT_NOISE)[:, None]
        for line in np.flatnonzero(near.sum(axis=1) > 1).tolist():
            close = np.flatnonzero(near[line])
            best[line] = close[np.argmax(rounded(np.einsum("ij,j->i", centroids[close], block[line])))]
        cells[start : start + len(block)] = np.where(np.any(block != 0, axis=1), best, -1)

    with threadpool_limits(1), ThreadPoolExecutor(threads or cpu_count()) as pool:
        list(pool.map(fill, range(0, len(vectors), _ASSIGNED_AT_ONCE)))
    return cells


@dataclass(frozen=True, slots=True)
class Members:
    """The articles of each cell.

    Attributes
    ----------
    rows : int64 array of shape (m,)
        Cell after cell, ascending within each.
    starts : int64 array of shape (n_cells + 1,)
    """

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]

    def of(self, cell: int) -> NDArray[np.int64]:
        return self.rows[self.starts[cell] : self.starts[cell + 1]]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Articles of each cell, shape (n_cells,)."""
        return np.diff(self.starts)


def members(cells: NDArray[np.int32], n_cells: int, rows: Rows | None = None) -> Members:
    """Group articles by cell; those of cell -1 are in none.

    Parameters
    ----------
    cells : int32 array of shape (n,)
    n_cells : int
    rows : integer array, optional
        The only ones that are grouped, ascending; all if None.
    """
    rows = np.arange(len(cells), dtype=np.int64) if rows is None else np.asarray(rows, dtype=np.int64)
    own = cells[rows]
    order = np.argsort(own, kind="stable")
    starts = np.searchsorted(own[order], np.arange(n_cells + 1))
    return Members(rows[order].astype(np.int64), starts.astype(np.int64))


def cells_within_reach(
    cell: int, centroids: NDArray[np.float32], sizes: NDArray[np.int64], reach: int
) -> NDArray[np.int64]:
    """The cells whose articles a cell's queries are compared with: the nearest to its own, itself first, as many as
    hold `reach` articles or fewer, and at least its own.
    """
    similar = rounded(np.einsum("ij,j->i", centroids, centroids[cell]))
    similar[cell] = np.inf
    nearest = np.argsort(-similar, kind="stable")
    fits = np.cumsum(sizes[nearest]) <= reach
    fits[0] = True
    return nearest[: int(np.argmin(fits)) if not fits.all() else len(fits)]
