"""Whether articles name each other: the title of one among the strongest terms of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Part of the names of remembered mentions: to be raised when the same weights give others.
MENTIONS_VERSION = b"mentions 2"

# What two titles named in full add to a score, each; chosen on development parts of three sites, see models/README.md.
MENTION_WEIGHT = 0.15
# So many pairs are looked at at once, by each thread.
_PAIRS_AT_ONCE = 50_000


def mentions(
    titles: csr_matrix,
    words: csr_matrix,
    left: NDArray[np.integer],
    right: NDArray[np.integer],
    *,
    threads: int | None = None,
) -> NDArray[np.float32]:
    """How far the articles of each pair name each other.

    Parameters
    ----------
    titles, words : csr_matrix of shape (n, n_terms)
        `titles` and `matrix` of `recommender.lexical.weights.TermWeights`; columns ascend within a row.
    left, right : integer arrays of shape (m,)
        Rows.
    threads : int, optional
        By default one per processor; the values are the same for any number.

    Returns
    -------
    float32 array of shape (m,)
        From 0 to 2: the `worth` of the share of the right one's title that stands among the words of the left one, plus
        the same the other way round.
    """
    from concurrent.futures import ThreadPoolExecutor

    from recommender.processes import cpu_count

    found = np.zeros(len(left), dtype=np.float32)

    def fill(start: int) -> None:
        part = slice(start, start + _PAIRS_AT_ONCE)
        there, back = (named(titles, words, *pair) for pair in ((right[part], left[part]), (left[part], right[part])))
        found[part] = worth(there) + worth(back)

    with ThreadPoolExecutor(threads or cpu_count()) as pool:
        list(pool.map(fill, range(0, len(left), _PAIRS_AT_ONCE)))
    return found


def worth(shares: NDArray[np.floating]) -> NDArray[np.floating]:
    """What shares of a title count: their fourth power. A title that is named in full says much, a part of it little
    beyond the words that it is.
    """
    squares = shares * shares
    return squares * squares


def named(
    titles: csr_matrix, words: csr_matrix, which: NDArray[np.integer], by: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Which share of the titles of the rows `which` stands among the words of the rows `by`, shape (m,), 0 to 1."""
    sizes = np.diff(titles.indptr)[which]
    pair = np.repeat(np.arange(len(which)), sizes)
    if not len(pair):
        return np.zeros(len(which))
    before = np.cumsum(sizes) - sizes
    place = np.arange(len(pair)) + np.repeat(titles.indptr[which] - before, sizes)
    stands = np.asarray(words[by[pair], titles.indices[place]]).ravel() > 0
    return np.bincount(pair, titles.data[place] * stands, len(which)).astype(np.float64)
