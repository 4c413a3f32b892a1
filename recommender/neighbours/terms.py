"""The terms of some articles alone, of a vocabulary that is as large as a site."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.space import Rows

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_kept = threading.local()


class Terms:
    """The terms that some articles hold, numbered in their order.

    Other articles have these terms in common with them and no more, so that products need no other column: what is made
    of them is as small as the articles, where a matrix of all columns is as large as the vocabulary. Products are the
    same to the last bit.

    Parameters
    ----------
    words : csr_matrix of shape (n, n_terms)
    rows : integer array
    """

    def __init__(self, words: csr_matrix, rows: Rows) -> None:
        self._terms = np.unique(words[rows].indices)
        self._n_terms = words.shape[1]

    def of(self, words: csr_matrix) -> csr_matrix:
        """Articles without their other terms.

        Parameters
        ----------
        words : csr_matrix of shape (m, n_terms)

        Returns
        -------
        csr_matrix of shape (m, number of the terms)
            Entries in the order that they had.
        """
        from scipy.sparse import csr_matrix

        numbers = _numbers(self._n_terms)
        numbers[self._terms] = np.arange(len(self._terms), dtype=np.int32)
        columns = numbers.take(words.indices)
        numbers[self._terms] = -1
        kept = np.flatnonzero(columns >= 0)
        starts = np.searchsorted(kept, words.indptr)
        shape = (words.shape[0], len(self._terms))
        return csr_matrix((words.data.take(kept), columns.take(kept), starts), shape=shape)


def _numbers(n_terms: int) -> NDArray[np.int32]:
    """A -1 for every term, kept by each thread: what is written there is taken back."""
    numbers: NDArray[np.int32] | None = getattr(_kept, "numbers", None)
    if numbers is None or len(numbers) < n_terms:
        numbers = _kept.numbers = np.full(n_terms, -1, dtype=np.int32)
    return numbers
