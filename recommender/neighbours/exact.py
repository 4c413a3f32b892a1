"""Exact nearest neighbours by inner product."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.blocked import BlockedProducts
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.order import best_first, rounded

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Sums of float32 products differ by less than this between two orders of summation, at 1,024 dimensions and unit
# length.
FLOAT_NOISE = 2e-6
# Of two such sums that differ by more the higher is the higher however both are summed.
ORDER_NOISE = 4 * FLOAT_NOISE
_SPARE = 8
_RESCORED_PAIRS = 400_000
_PRODUCTS_AT_ONCE = 8_192

Rows = NDArray[np.integer]


def nearest(
    vectors: NDArray[np.floating],
    depth: int,
    *,
    queries: Rows | None = None,
    targets: Rows | None = None,
    threads: int | None = None,
    device: str | None = None,
) -> Candidates:
    """The `depth` best targets of every query, itself excluded.

    The same input gives the same bytes for any number of threads and on any device: faiss, or `BlockedProducts`,
    proposes a few more than asked for, their scores are summed again in one fixed order and rounded, and a row is
    searched deeper until nothing left out can belong to it.

    Parameters
    ----------
    vectors : float32 or float16 array of shape (n, dim)
        Rows L2-normalised, or zero where an article has no text; a zero row has no neighbours and is no neighbour.
    depth : int
        Candidates per query, at least 1.
    queries, targets : arrays of row numbers, optional
        Rows that are searched for, and rows that may be found; all rows if None.
    threads : int, optional
        As many as faiss chooses if None.
    device : str, optional
        A device of torch, to search there; the CPU, by faiss, if None.

    Returns
    -------
    Candidates
        Of shape (n_queries, min(depth, number of targets)), at least one column wide.
    """
    if depth < 1:
        raise ValueError(f"depth must be at least 1; found {depth}")
    n = len(vectors)
    asked = np.arange(n, dtype=np.int64) if queries is None else np.asarray(queries, dtype=np.int64)
    allowed = np.arange(n, dtype=np.int64) if targets is None else np.unique(np.asarray(targets, dtype=np.int64))
    allowed = allowed[nonzero_rows(vectors) if targets is None else nonzero_rows(vectors[allowed])]
    width = max(1, min(depth, len(allowed)))
    indices = np.full((len(asked), width), -1, dtype=np.int32)
    scores = np.full((len(asked), width), -np.inf, dtype=np.float64)
    if len(asked) and len(allowed):
        search = _Search(vectors, allowed, threads, device)
        pending = np.flatnonzero(nonzero_rows(vectors if queries is None else vectors[asked]))
        reach = min(len(allowed), width + 1 + _SPARE)
        while len(pending):
            unsure = [
                chunk[~search.fill(asked, chunk, reach, indices, scores)]
                for chunk in np.array_split(pending, max(1, -(-len(pending) * reach // _RESCORED_PAIRS)))
            ]
            pending = np.concatenate(unsure)
            reach = min(len(allowed), reach * 4)
    return Candidates(indices, scores)


class _Search:
    """Inner-product search among some rows of `vectors`."""

    def __init__(
        self, vectors: NDArray[np.floating], allowed: NDArray[np.int64], threads: int | None, device: str | None
    ) -> None:
        self._vectors = vectors
        self._allowed = allowed
        base = vectors if len(allowed) == len(vectors) else vectors[allowed]
        self._base = np.ascontiguousarray(base, dtype=np.float32)
        self._threads = threads
        self._blocked = None if device is None else BlockedProducts(self._base, device)

    def fill(
        self,
        asked: NDArray[np.int64],
        chunk: NDArray[np.intp],
        reach: int,
        indices: NDArray[np.int32],
        scores: NDArray[np.float64],
    ) -> NDArray[np.bool_]:
        """Write the best candidates of the queries in `chunk`; returns which of them are certain."""
        query_rows = asked[chunk]
        found_scores, found = self._knn(self._vectors[query_rows].astype(np.float32, copy=False), reach)
        rows = self._allowed[found]
        exact = rounded(pair_scores(self._vectors, query_rows, rows))
        exact[rows == query_rows[:, None]] = -np.inf
        order = best_first(rows, exact)[:, : indices.shape[1]]
        best_rows = np.take_along_axis(rows, order, axis=1)
        best = np.take_along_axis(exact, order, axis=1)
        filled = np.isfinite(best)
        indices[chunk] = np.where(filled, best_rows, -1)
        scores[chunk] = best
        if reach == len(self._allowed):
            return np.ones(len(chunk), dtype=np.bool_)
        # Whatever was left out scores at most its last one, give or take the noise and the rounding.
        certain: NDArray[np.bool_] = filled[:, -1] & (best[:, -1] > found_scores[:, -1] + 2 * FLOAT_NOISE)
        return certain

    def _knn(self, queries: NDArray[np.float32], reach: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        if self._blocked is not None:
            return self._blocked.knn(queries, reach)
        import faiss

        before = faiss.omp_get_max_threads()
        if self._threads is not None:
            faiss.omp_set_num_threads(self._threads)
        try:
            found = faiss.knn(queries, self._base, reach, metric=faiss.METRIC_INNER_PRODUCT)
        finally:
            faiss.omp_set_num_threads(before)
        return found[0], found[1]


def pair_scores(vectors: NDArray[np.floating], queries: Rows, candidates: Rows) -> NDArray[np.float32]:
    """Inner products of each query with its candidates, each summed in the same order in any batch.

    Parameters
    ----------
    vectors : float32 array of shape (n, dim)
    queries : integer array of shape (m,)
    candidates : integer array of shape (m, width)

    Returns
    -------
    float32 array of shape (m, width)
    """
    width = candidates.shape[1]
    return np.stack([row_products(vectors, queries, candidates[:, column]) for column in range(width)], axis=1)


def sparse_row_products(rows: csr_matrix, left: Rows, right: Rows) -> NDArray[np.float32]:
    """Inner products of pairs of sparse rows, shape (m,), each summed in the order of the columns, as in a product of
    matrices: both agree to the last bit.

    Parameters
    ----------
    rows : float32 csr_matrix of shape (n, n_columns)
        Columns ascending within a row.
    left, right : integer arrays of shape (m,)
    """
    from scipy.sparse import csr_matrix

    result: NDArray[np.float32] = np.empty(len(left), dtype=np.float32)
    for start in range(0, len(left), _PRODUCTS_AT_ONCE):
        block = slice(start, start + _PRODUCTS_AT_ONCE)
        common = rows[left[block]].multiply(rows[right[block]]).tocsr()
        common.sort_indices()
        # Not `sum`, which adds in another order.
        in_one_column = (common.data, np.zeros(common.nnz, dtype=np.int32), common.indptr)
        sums = csr_matrix(in_one_column, shape=(common.shape[0], 1))
        sums.sum_duplicates()
        result[block] = sums.toarray().ravel()
    return result


def row_products(vectors: NDArray[np.floating], left: Rows, right: Rows) -> NDArray[np.float32]:
    """Inner products of pairs of rows, shape (m,), each summed in one fixed order."""
    result: NDArray[np.float32] = np.empty(len(left), dtype=np.float32)
    for start in range(0, len(left), _PRODUCTS_AT_ONCE):
        block = slice(start, start + _PRODUCTS_AT_ONCE)
        some, others = (vectors.take(rows[block], axis=0).astype(np.float32, copy=False) for rows in (left, right))
        np.einsum("ij,ij->i", some, others, out=result[block])
    return result


def nonzero_rows(vectors: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Which rows hold anything, shape (n,); a part is looked at after the other, so that files can be mapped."""
    known = np.empty(len(vectors), dtype=np.bool_)
    for start in range(0, len(vectors), _PRODUCTS_AT_ONCE):
        np.any(vectors[start : start + _PRODUCTS_AT_ONCE], axis=1, out=known[start : start + _PRODUCTS_AT_ONCE])
    return known
