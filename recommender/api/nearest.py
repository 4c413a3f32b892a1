"""From vectors and words to candidates."""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recommender.api.parameters import Parameters
from recommender.errors import InputError
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.mixed import MixedSpace
from recommender.neighbours.space import DenseSpace, Space

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


class NearestArticles(Parameters):
    """The nearest articles of each article, found exactly.

    Parameters
    ----------
    n_neighbors : int
        Candidates of each article; fewer where there are fewer others.
    word_share : float
        Share of the words in the score of a pair, 0 to 1, where `fit` gets words; the rest is the vectors'.

    Attributes
    ----------
    space_ : Space
        What the articles are compared by.
    eligible_ : int64 array
        Rows of the articles that may be candidates.

    Notes
    -----
    ``site.propose`` begins with the same search and adds further signals of a pair.

    Examples
    --------
    >>> X = [[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]]
    >>> found = NearestArticles(n_neighbors=1).fit(X).kneighbors()
    >>> found.indices.ravel().tolist(), found.scores.ravel().tolist()
    ([1, 0, 1], [0.8, 0.8, 0.6])
    """

    def __init__(self, n_neighbors: int = 30, *, word_share: float = 0.7) -> None:
        self.n_neighbors = n_neighbors
        self.word_share = word_share

    def fit(
        self,
        X: ArrayLike,  # noqa: N803
        y: object = None,
        *,
        words: csr_matrix | None = None,
        eligible: ArrayLike | None = None,
    ) -> Self:
        """Take the articles to search among.

        Parameters
        ----------
        X : array of shape (n_articles, dim)
            Rows L2-normalised, or zero where an article has no text.
        words : sparse matrix of shape (n_articles, n_terms), optional
            Weights of words, such as ``site.words``; rows no longer than 1.
        eligible : bool array of shape (n_articles,), optional
            Which articles may be candidates; by default all.

        Raises
        ------
        InputError
            The shapes do not agree, a number is not finite, or `word_share` is not from 0 to 1.
        """
        self.space_ = self._space(np.asarray(X, dtype=np.float32), words)
        n = len(self.space_)
        may = np.ones(n, dtype=np.bool_) if eligible is None else np.asarray(eligible, dtype=np.bool_)
        if may.shape != (n,):
            raise InputError(f"eligible: expected an array of shape ({n},); found {may.shape}")
        self.eligible_: NDArray[np.int64] = np.flatnonzero(may)
        return self

    def kneighbors(self, rows: ArrayLike | None = None, *, n_neighbors: int | None = None) -> Candidates:
        """The nearest articles of all articles or of some, themselves excluded.

        Parameters
        ----------
        rows : integer array, optional
            Rows of the articles that want candidates; all if None.
        n_neighbors : int, optional
            By default the parameter of that name.

        Returns
        -------
        Candidates
            A line for each of `rows`; best first, ties by row.

        Raises
        ------
        InputError
            Nothing was fitted, the number of neighbours is not a whole number from 1, or there is no such row.
        """
        space: Space = self._fitted("space_")
        depth = self.n_neighbors if n_neighbors is None else n_neighbors
        if not isinstance(depth, Integral) or depth < 1:
            raise InputError(f"n_neighbors must be a whole number from 1; found {depth!r}")
        queries = None if rows is None else np.asarray(rows, dtype=np.int64)
        if queries is not None and (queries.ndim != 1 or np.any((queries < 0) | (queries >= len(space)))):
            raise InputError(f"rows: expected numbers of articles from 0 to {len(space) - 1:,}; found {rows!r}")
        return space.nearest(depth, queries=queries, targets=self.eligible_)

    def _space(self, vectors: NDArray[np.float32], words: csr_matrix | None) -> Space:
        if vectors.ndim != 2:
            raise InputError(f"X: expected an array of shape (n_articles, dim); found {vectors.shape}")
        if not np.isfinite(vectors).all():
            raise InputError("X: expected finite numbers; found NaN or infinity")
        if words is None:
            return DenseSpace(vectors)
        if words.shape[0] != len(vectors):
            raise InputError(f"words: expected {len(vectors):,} rows, as X has; found {words.shape[0]:,}")
        if not 0 <= self.word_share <= 1:
            raise InputError(f"word_share must be from 0 to 1; found {self.word_share}")
        rows = words.tocsr().astype(np.float32)
        rows.sort_indices()
        return MixedSpace(vectors, rows, self.word_share)
