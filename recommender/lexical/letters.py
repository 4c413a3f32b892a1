"""The letters of titles: names of one family share them where they share no word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.lexical.strongest import strongest

_SIZE = 3
_MOST_LETTERS = 60
_SPACE = ord(" ")
# Rarity is rounded, so that a title that comes or goes changes that of few runs.
_RARITY_STEP = 0.5

RUN_NUMBERS = 2**17
"""Numbers of runs are below it."""

MOST_RUNS = 24
"""As many runs of a title are compared at most: the rarest."""


@dataclass(frozen=True, slots=True)
class LetterWeights:
    """The rarest runs of letters of every title.

    Attributes
    ----------
    starts : int64 array of shape (n + 1,)
        Where the runs of each title begin.
    runs : int32 array
        Numbers of the runs, ascending within a title.
    weights : float32 array
        Those of a title with all its runs have length 1.
    """

    starts: NDArray[np.int64]
    runs: NDArray[np.int32]
    weights: NDArray[np.float32]


def title_runs(titles: Iterable[str]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Runs of three letters of each title, within its words and with the space before and after them.

    Returns
    -------
    int32 array
        Numbers of the runs of all titles, ascending within each; a hash.
    int64 array of shape (n + 1,)
        Where those of each title begin, and the last end.
    """
    padded = [f" {' '.join(title[:_MOST_LETTERS].casefold().split())} " for title in titles]
    letters = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    owners = np.repeat(np.arange(len(padded)), np.fromiter(map(len, padded), dtype=np.int64, count=len(padded)))
    is_space = letters == _SPACE
    begins = np.arange(max(len(letters) - _SIZE + 1, 0))
    number = np.zeros(len(begins), dtype=np.uint32)
    for place in range(_SIZE):
        number = (number ^ letters[begins + place]) * np.uint32(0x9E3779B1)
        number ^= number >> np.uint32(15)
    # A space within a run parts two words, or two titles.
    own = begins[~is_space[begins + 1]]
    every = np.sort(owners[own] * RUN_NUMBERS + number[own] % RUN_NUMBERS)
    found = every[np.diff(every, prepend=-1) > 0]
    starts = np.searchsorted(found, np.arange(len(padded) + 1) * RUN_NUMBERS).astype(np.int64)
    return (found % RUN_NUMBERS).astype(np.int32), starts


def title_sizes(titles: Iterable[str]) -> NDArray[np.int16]:
    """Words of each title between spaces, at most 100."""
    return np.fromiter((min(len(title.split()), 100) for title in titles), dtype=np.int16)


def weigh_runs(runs: NDArray[np.int32], starts: NDArray[np.int64]) -> LetterWeights:
    """Weigh the runs of titles, as `title_runs` gives them, by rarity."""
    n = len(starts) - 1
    frequency = np.bincount(runs, minlength=RUN_NUMBERS)
    rarity = np.round((np.log((1 + n) / (1 + frequency)) + 1) / _RARITY_STEP) * _RARITY_STEP
    values = rarity[runs].astype(np.float32)
    squares = np.bincount(np.repeat(np.arange(n), np.diff(starts)), values.astype(np.float64) ** 2, n)
    kept, begins = strongest(values, starts, MOST_RUNS)
    weights = values[kept] / np.repeat(np.sqrt(np.where(squares > 0, squares, 1.0)), np.diff(begins))
    return LetterWeights(begins, runs[kept], weights.astype(np.float32))
