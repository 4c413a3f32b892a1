"""Term weights of a site that is too large to be counted and weighed at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.lexical.terms import TermCounts
from recommender.scratch import GrowingArray

# Terms are counted by ranges of their numbers, each of which fits in memory.
_RANGES = 64
_RANGE_BYTES = 4 * 2**20


class TermFrequencies:
    """The number of articles with each term."""

    def __init__(self) -> None:
        self._ranges = [GrowingArray(np.uint32, _RANGE_BYTES) for _ in range(_RANGES)]

    def add(self, counts: TermCounts) -> None:
        ordered = np.sort(counts.terms)
        bounds = np.arange(1, _RANGES, dtype=np.uint64) * (2**32 // _RANGES)
        for held, part in zip(self._ranges, np.split(ordered, np.searchsorted(ordered, bounds)), strict=True):
            held.append(part)

    def shared(self) -> Iterator[tuple[NDArray[np.uint32], NDArray[np.int64]]]:
        """The terms that more than one article has, ascending, and how many have them; some at a time, once."""
        while self._ranges:
            found, count = np.unique(self._ranges.pop(0).whole(), return_counts=True)
            yield found[count > 1], count[count > 1]


Parts = Callable[[], Iterable[TermCounts]]
"""Gives the counts of a site's articles in their order, some at a time; asked for more than once."""


@dataclass(frozen=True, slots=True)
class SharedTerms:
    """The terms that more than one article has.

    Attributes
    ----------
    ranges : tuple of pairs of arrays
        Terms, uint32 and ascending from range to range, and how many articles have each, int64.
    articles : int
        Of the site.
    """

    ranges: tuple[tuple[NDArray[np.uint32], NDArray[np.int64]], ...]
    articles: int


def shared_terms(parts: Parts) -> SharedTerms:
    """Count the articles with each term."""
    frequencies, n = TermFrequencies(), 0
    for part in parts():
        frequencies.add(part)
        n += len(part)
    return SharedTerms(tuple(frequencies.shared()), n)
