"""How crowded the neighbourhood of each article is: what similarities mean depends on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.ranker.features import ArticleFeatures, Rows

_NEAREST = 10
_PAIRS_AT_ONCE = 262_144


@dataclass(frozen=True, slots=True)
class Crowd:
    """Of each article on its own.

    Attributes
    ----------
    mean_similarity : float32 array of shape (n,)
        Mean text similarity to its ten nearest; 0 where it has none.
    rank_by_number : float64 array of shape (n,)
        Its place by id among all, articles of one id sharing a place; NaN without a number.
    nearest : int32 array of shape (n, depth)
        Its nearest by text, best first; -1 past the last.
    """

    mean_similarity: NDArray[np.float32]
    rank_by_number: NDArray[np.float64]
    nearest: NDArray[np.int32]

    def rank(self, sources: Rows, candidates: Rows) -> NDArray[np.float32]:
        """Place of each candidate among the nearest of its source, from 1; NaN where it is not among them."""
        result = np.full(len(sources), np.nan, dtype=np.float32)
        for start in range(0, len(sources), _PAIRS_AT_ONCE):
            block = slice(start, start + _PAIRS_AT_ONCE)
            found = self.nearest[sources[block]] == candidates[block][:, None]
            result[block] = np.where(found.any(axis=1), found.argmax(axis=1) + 1, np.nan)
        return result


def crowd(features: ArticleFeatures, nearest: NDArray[np.int32]) -> Crowd:
    """Measure it.

    Parameters
    ----------
    nearest : int32 array of shape (n, depth)
        The nearest by text of every article, best first; -1 past the last.
    """
    row, place = np.nonzero(nearest[:, :_NEAREST] >= 0)
    similarity = features.similarity(row, nearest[row, place])
    counts = np.bincount(row, minlength=len(nearest))
    mean = np.bincount(row, similarity, len(nearest)) / np.maximum(counts, 1)
    numbers = features.numbers
    rank = np.full(len(numbers), np.nan)
    with_number = ~np.isnan(numbers)
    rank[with_number] = np.unique(numbers[with_number], return_inverse=True)[1]
    return Crowd(mean.astype(np.float32), rank, nearest)
