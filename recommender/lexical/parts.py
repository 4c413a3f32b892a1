"""Term weights of a site that is too large to be counted and weighed at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.lexical.terms import TermCounts
from recommender.scratch import GrowingArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Terms are counted by ranges of their numbers, each of which fits in memory.
_RANGES = 64
_RANGE_BYTES = 4 * 2**20


class TermFrequencies:
    """In how many articles each term stands."""

    def __init__(self) -> None:
        self._ranges = [GrowingArray(np.uint32, _RANGE_BYTES) for _ in range(_RANGES)]

    def add(self, counts: TermCounts) -> None:
        ordered = np.sort(counts.terms)
        bounds = np.arange(1, _RANGES, dtype=np.uint64) * (2**32 // _RANGES)
        for held, part in zip(self._ranges, np.split(ordered, np.searchsorted(ordered, bounds)), strict=True):
            held.append(part)

    def shared(self) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """The terms that more than one article has, ascending, and how many have them."""
        terms, frequencies = [np.empty(0, dtype=np.uint32)], [np.empty(0, dtype=np.int64)]
        for held in self._ranges:
            found, count = np.unique(held.whole(), return_counts=True)
            terms.append(found[count > 1])
            frequencies.append(count[count > 1])
        self._ranges = []
        return np.concatenate(terms), np.concatenate(frequencies)


class StackedRows:
    """Rows of several matrices of single precision, one below the other."""

    def __init__(self, n_columns: int) -> None:
        self._n_columns = n_columns
        self._data, self._indices = GrowingArray(np.float32), GrowingArray(np.int32)
        self._lengths = GrowingArray(np.int64)

    def add(self, rows: csr_matrix) -> None:
        self._data.append(rows.data)
        self._indices.append(rows.indices)
        self._lengths.append(np.diff(rows.indptr))

    def whole(self) -> csr_matrix:
        """All rows; nothing can be added afterwards."""
        from scipy.sparse import csr_matrix

        starts = np.concatenate([[0], np.cumsum(self._lengths.whole())])
        shape = (len(starts) - 1, self._n_columns)
        return csr_matrix((self._data.whole(), self._indices.whole(), starts), shape=shape)


Parts = Callable[[], Iterable[TermCounts]]
"""Gives the counts of a site's articles in their order, some at a time; asked for twice."""
