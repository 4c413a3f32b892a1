"""The letters of titles: names of one family share them where they share no word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_SIZES = (3, 4)
_NUMBERS = 2**18
_MOST_LETTERS = 200


def title_runs(titles: Iterable[str]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Runs of three and four letters of each title, within its words and with the space before and behind them.

    Returns
    -------
    int32 array
        Numbers of the runs of all titles, ascending within each; a hash.
    int64 array of shape (n + 1,)
        Where those of each title begin, and the last end.
    """
    runs = [np.unique(_runs(title)) for title in titles]
    starts = np.concatenate([[0], np.cumsum([len(own) for own in runs], dtype=np.int64)]).astype(np.int64)
    return np.concatenate([np.empty(0, np.int32), *runs]), starts


def weigh_runs(runs: NDArray[np.int32], starts: NDArray[np.int64]) -> csr_matrix:
    """Weights of the runs of titles by rarity.

    Returns
    -------
    float32 csr_matrix of shape (n, 2 ** 18)
        Rows of length 1 or empty: inner products are cosines.
    """
    from scipy.sparse import csr_matrix

    n = len(starts) - 1
    rarity = np.log((1 + n) / (1 + np.bincount(runs, minlength=_NUMBERS))) + 1
    owners = np.repeat(np.arange(n), np.diff(starts))
    values = rarity[runs]
    squares = np.bincount(owners, values * values, n)
    values = (values / np.sqrt(np.where(squares > 0, squares, 1.0))[owners]).astype(np.float32)
    return csr_matrix((values, runs, starts), shape=(n, _NUMBERS))


def _runs(title: str) -> NDArray[np.int32]:
    padded = [f" {word} " for word in title.casefold()[:_MOST_LETTERS].split()]
    numbers = [
        crc32(word[start : start + size].encode("utf-8", "surrogatepass")) % _NUMBERS
        for word in padded
        for size in _SIZES
        for start in range(max(len(word) - size, 0) + 1)
    ]
    return np.array(numbers, dtype=np.int32)
