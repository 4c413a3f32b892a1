"""Whether articles name each other: the title of one among the strongest terms of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def named(
    titles: csr_matrix, words: csr_matrix, which: NDArray[np.integer], by: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Share of the titles of the rows `which` that is among the words of the rows `by`, shape (m,), 0 to 1."""
    sizes = np.diff(titles.indptr)[which]
    pair = np.repeat(np.arange(len(which)), sizes)
    if not len(pair):
        return np.zeros(len(which))
    before = np.cumsum(sizes) - sizes
    place = np.arange(len(pair)) + np.repeat(titles.indptr[which] - before, sizes)
    occurs = np.asarray(words[by[pair], titles.indices[place]]).ravel() > 0
    return np.bincount(pair, titles.data[place] * occurs, len(which)).astype(np.float64)
