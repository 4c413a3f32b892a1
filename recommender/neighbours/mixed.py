"""Words and vectors together: exact nearest neighbours by a weighted sum of a sparse and a dense inner product."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.equals import first_of_equals
from recommender.neighbours.exact import FLOAT_NOISE, ORDER_NOISE, nonzero_rows, row_products, sparse_row_products
from recommender.neighbours.order import best_first, rounded
from recommender.neighbours.space import Rows
from recommender.neighbours.terms import Terms
from recommender.processes import cpu_count

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Scores held at once, by each thread.
_SCORES_AT_ONCE = 12_000_000


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
        self, depth: int, asked: NDArray[np.int64], allowed: NDArray[np.int64], run: Callable[..., Iterable[None]]
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
        search = _Search(self, allowed, width, asked[pending])
        step = max(1, _SCORES_AT_ONCE // len(allowed))

        def fill(block: NDArray[np.intp]) -> None:
            indices[block], scores[block] = search.best(asked[block])

        for _ in run(fill, [pending[start : start + step] for start in range(0, len(pending), step)]):
            pass
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


class _Search:
    """A search among some rows of a space, for some queries."""

    def __init__(self, space: MixedSpace, allowed: NDArray[np.int64], width: int, asked: NDArray[np.int64]) -> None:
        self._space = space
        self._allowed = allowed
        self._width = width
        self._share = np.float32(space.share)
        self._base = space.vectors.take(allowed, axis=0) * (1 - self._share)
        self._terms = Terms(space.words, asked) if len(asked) < len(space) else None
        self._postings = self._words(allowed).T.tocsr()

    def best(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Best targets and their scores of a block of queries.

        Whoever shares words with a query gives a score that its list reaches at least; whatever of the whole row of
        dense products lies above it is scored again, summed in one fixed order.
        """
        space = self._space
        words = self._words(rows) @ self._postings
        rough = space.vectors.take(rows, axis=0) @ self._base.T
        owner = np.repeat(np.arange(len(rows)), np.diff(words.indptr))
        rough[owner, words.indices] += self._share * words.data
        own = np.minimum(np.searchsorted(self._allowed, rows), len(self._allowed) - 1)
        is_own = self._allowed[own] == rows
        rough[np.flatnonzero(is_own), own[is_own]] = -np.inf
        columns: list[NDArray[np.int64]] = []
        found_words: list[NDArray[np.float32]] = []
        line_of_words = np.zeros(len(self._allowed), dtype=np.float32)
        for line in range(len(rows)):
            part = slice(words.indptr[line], words.indptr[line + 1])
            shared = words.indices[part]
            near = self._near(rough[line], shared)
            line_of_words[shared] = words.data[part]
            columns.append(near)
            found_words.append(line_of_words[near])
            line_of_words[shared] = 0
        counts = np.fromiter(map(len, columns), dtype=np.int64, count=len(columns))
        targets = self._allowed[np.concatenate(columns)]
        exact = space.mixed(np.concatenate(found_words), np.repeat(rows, counts), targets)
        table = np.full((len(rows), max(int(counts.max()), self._width)), -1, dtype=np.int64)
        scores = np.full(table.shape, -np.inf)
        filled = np.arange(table.shape[1]) < counts[:, None]
        table[filled], scores[filled] = targets, exact
        order = best_first(table, scores)[:, : self._width]
        best = np.take_along_axis(scores, order, axis=1)
        return np.where(np.isfinite(best), np.take_along_axis(table, order, axis=1), -1).astype(np.int32), best

    def _words(self, rows: NDArray[np.int64]) -> csr_matrix:
        words = self._space.words[rows]
        return words if self._terms is None else self._terms.of(words)

    def _near(self, rough: NDArray[np.float32], shared: NDArray[np.int32]) -> NDArray[np.int64]:
        """Columns that can be among the best, a few more than there are places."""
        width = self._width
        if len(shared) > width:
            some = rough[shared]
            reached = np.partition(some, len(some) - width)[len(some) - width]
            near = np.flatnonzero(rough >= reached - ORDER_NOISE)
        else:
            near = np.flatnonzero(rough > -np.inf)
        if len(near) > width:
            some = rough[near]
            reached = np.partition(some, len(some) - width)[len(some) - width]
            near = near[some >= reached - ORDER_NOISE]
        return near
