"""Centroids of cells, by k-means over a sample."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.exact import ORDER_NOISE
from recommender.neighbours.order import rounded
from recommender.processes import cpu_count

# So few centroids are found, and compared with a vector, all at once.
FLAT_UP_TO = 256

_SAMPLE_PER_CELL = 32
_MOST_PER_CELL = 128
_ITERATIONS = 8
_VECTORS_AT_ONCE = 4_096


def sample_size(n_cells: int) -> int:
    """How many articles the centroids of `n_cells` cells are found from."""
    return _SAMPLE_PER_CELL * n_cells


def choose_centroids(sample: NDArray[np.floating], n_cells: int, *, threads: int | None = None) -> NDArray[np.float32]:
    """Centroids by spherical k-means (Dhillon and Modha 2001, Machine Learning 42), the same for any number of threads.

    Many are found in two levels: the sample is divided into areas, about as many as the root of `n_cells`, and each
    area into as many cells as it has its share of the sample.

    Parameters
    ----------
    sample : array of shape (m, dim)
        Rows L2-normalised, in the order of their keys; zero rows are left out.

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
    # OpenMP's threads are limited for each thread that calls, those of BLAS for all of them.
    pool = ThreadPoolExecutor(threads or cpu_count(), initializer=faiss.omp_set_num_threads, initargs=(1,))
    with threadpool_limits(1), pool:
        if count <= FLAT_UP_TO:
            return means(vectors, count)
        areas = means(vectors, round(count**0.5))
        starts = range(0, len(vectors), _VECTORS_AT_ONCE)
        blocks = pool.map(lambda at: nearest_centroid(vectors[at : at + _VECTORS_AT_ONCE], areas), starts)
        own = np.concatenate(list(blocks))
        ends = np.rint(np.cumsum(np.bincount(own, minlength=len(areas))) * (count / len(vectors))).astype(np.int64)
        counts = np.diff(ends, prepend=0).tolist()
        cells = pool.map(lambda area: means(vectors[own == area], counts[area]), np.flatnonzero(counts).tolist())
        return np.concatenate(list(cells))


def means(vectors: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """`count` centroids of vectors by spherical k-means, shape (count, dim).

    BLAS and OpenMP must be limited to one thread while this runs.
    """
    import faiss

    clusters = faiss.Kmeans(
        vectors.shape[1],
        count,
        niter=_ITERATIONS,
        spherical=True,
        seed=1,
        min_points_per_centroid=1,
        max_points_per_centroid=_MOST_PER_CELL,
    )
    clusters.train(vectors)
    centroids: NDArray[np.float32] = np.ascontiguousarray(clusters.centroids, dtype=np.float32)
    return centroids


def nearest_centroid(vectors: NDArray[np.float32], centroids: NDArray[np.float32]) -> NDArray[np.int64]:
    """The nearest centroid of every vector, shape (m,), of equally near ones the first.

    Which it is depends on each vector alone, not on those beside it.
    """
    similar = vectors @ centroids.T
    best: NDArray[np.int64] = similar.argmax(axis=1)
    # What the noise of sums could put first is compared again, summed in one fixed order.
    near = similar >= (np.take_along_axis(similar, best[:, None], axis=1) - ORDER_NOISE)
    for line in np.flatnonzero(np.count_nonzero(near, axis=1) > 1).tolist():
        close = np.flatnonzero(near[line])
        best[line] = close[np.argmax(rounded(np.einsum("ij,j->i", centroids[close], vectors[line])))]
    return best
