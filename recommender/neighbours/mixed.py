"""Words and vectors together: exact nearest neighbours by a weighted sum of a sparse and a dense inner product."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.block_search import search_blocks
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.equals import first_of_equals
from recommender.neighbours.exact import FLOAT_NOISE, nonzero_rows, row_products, sparse_row_products
from recommender.neighbours.order import rounded
from recommender.neighbours.space import Rows
from recommender.processes import cpu_count

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


class MixedSpace:
    """Similarity by words and vectors: ``share * words + (1 - share) * vectors``.

    Parameters
    ----------
    vectors : float32 array of shape (n, dim)
        Rows L2-normalised, or zero.
    words : float32 csr_matrix of shape (n, n_terms)
        Columns ascending within a row; see `recommender.lexical.weights.TermWeights`.
    share : float
        Of the words, 0 to 1.
    """

    def __init__(self, vectors: NDArray[np.float32], words: csr_matrix, share: float) -> None:
        if not 0 <= share <= 1:
            raise ValueError(f"share must be from 0 to 1; found {share}")
        self.vectors = vectors
        self.words = words
        self.share = share
        self._known: NDArray[np.bool_] = (nonzero_rows(vectors) & (share < 1)) | (
            (np.diff(words.indptr) > 0) & (share > 0)
        )

    def __len__(self) -> int:
        return len(self.vectors)

    @property
    def known(self) -> NDArray[np.bool_]:
        return self._known

    def nearest(
        self, depth: int, *, queries: Rows | None = None, targets: Rows | None = None, threads: int | None = None
    ) -> Candidates:
        """The `depth` best targets of every query, itself excluded; the same bytes for any number of threads."""
        from threadpoolctl import threadpool_limits

        n = len(self)
        asked = np.arange(n) if queries is None else np.asarray(queries, dtype=np.int64)
        allowed = np.arange(n) if targets is None else np.unique(np.asarray(targets, dtype=np.int64))
        # Every block is a task of its own, so that matrix products need no threads of theirs.
        with threadpool_limits(1), ThreadPoolExecutor(threads or cpu_count()) as pool:
            return self._best(depth, asked, allowed, pool.map)

    def among(self, depth: int, queries: Rows, targets: Rows) -> Candidates:
        return self._best(depth, np.asarray(queries, dtype=np.int64), np.asarray(targets, dtype=np.int64), map)

    def _best(
        self, depth: int, asked: NDArray[np.int64], allowed: NDArray[np.int64], run: Callable[..., Iterable[Any]]
    ) -> Candidates:
        if depth < 1:
            raise ValueError(f"depth must be at least 1; found {depth}")
        allowed = allowed[self._known[allowed]]
        width = max(1, min(depth, len(allowed)))
        indices = np.full((len(asked), width), -1, dtype=np.int32)
        scores = np.full((len(asked), width), -np.inf, dtype=np.float64)
        pending = np.flatnonzero(self._known[asked])
        if not len(pending) or not len(allowed):
            return Candidates(indices, scores)
        allowed = first_of_equals(self.vectors, self.words, allowed, width + 1)
        indices[pending], scores[pending] = search_blocks(self, asked[pending], allowed, width, run)
        return Candidates(indices, scores)

    def pairs(self, left: Rows, right: Rows) -> NDArray[np.float64]:
        """Scores of pairs, shape (m,), `rounded`."""
        return self.mixed(sparse_row_products(self.words, left, right), left, right)

    def scores_of_few(self, rows: Rows, few: Rows, floor: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scores of every row with each of a few others, ``-inf`` where certainly below the row's `floor`."""
        if 2 * len(rows) > len(self):
            # Products with all rows cost less than a copy of most of them.
            words = (self.words @ self.words[few].T).toarray()[rows]
            dense = (self.vectors @ self.vectors[few].T)[rows]
        else:
            words = (self.words[rows] @ self.words[few].T).toarray()
            dense = self.vectors[rows] @ self.vectors[few].T
        rough = self.share * words + (1 - self.share) * dense
        scores = np.full(rough.shape, -np.inf)
        near = rough >= (floor - 2 * FLOAT_NOISE)[:, None]
        near &= self._known[rows][:, None] & self._known[few]
        row, column = np.nonzero(near)
        scores[row, column] = self.mixed(words[row, column], rows[row], few[column])
        return scores

    def mixed(self, words: NDArray[np.floating], left: Rows, right: Rows) -> NDArray[np.float64]:
        """Scores of pairs whose products of words are known, shape (m,), `rounded`."""
        dense = row_products(self.vectors, left, right).astype(np.float64)
        return rounded(self.share * words.astype(np.float64) + (1 - self.share) * dense)
