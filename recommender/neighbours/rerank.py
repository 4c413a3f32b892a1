"""The first neighbours of each article change places by what is known of each pair."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.order import SCORE_DECIMALS, best_first, rounded

# Candidates that change places among each other: as many as any list is chosen from, so that one search serves all.
RERANKED = 50


def reordered(found: Candidates, scores: NDArray[np.floating], more: NDArray[np.int32] | None = None) -> Candidates:
    """Candidates with the first of them in the order of other scores, which are above 0, `rounded`.

    Places change among the first fifty alone, and what joins them. All later ones score less than these, the less the
    further down, so that places and scores are the same however deep the lists are.

    Parameters
    ----------
    scores : float array of shape (n, min(depth, 50) + m)
        Of the first places, and of `more`.
    more : int32 array of shape (n, m), optional
        Candidates that are not among the first, -1 behind the last.
    """
    first, later = found.indices[:, :RERANKED], found.indices[:, RERANKED:]
    if more is not None:
        first = np.hstack([first, more])
        line = np.arange(len(first))[:, None] << 32
        later = np.where(np.isin(line + later, (line + more)[more >= 0]), -1, later)
    present = first >= 0
    given = np.where(present, rounded(scores), -np.inf)
    order = best_first(np.where(present, first, np.iinfo(np.int32).max), given)
    first, given = np.take_along_axis(first, order, axis=1), np.take_along_axis(given, order, axis=1)
    if found.depth <= RERANKED:
        return Candidates(first[:, : found.depth], given[:, : found.depth])
    behind = present.sum(axis=1)[:, None]
    least = np.take_along_axis(given, np.maximum(behind - 1, 0), axis=1)
    below = np.maximum(np.where(behind > 0, least, 0) - 10.0**-SCORE_DECIMALS, 0)
    # What there is comes before what there is not, in the order that it has.
    indices = np.hstack([first, later])
    order = np.argsort(indices < 0, axis=1, kind="stable")[:, : found.depth]
    indices = np.take_along_axis(indices, order, axis=1)
    place = np.arange(found.depth)
    lower = rounded(below * (RERANKED / np.maximum(place + 1, RERANKED)))
    upper = np.take_along_axis(np.hstack([given, np.zeros(later.shape)]), order, axis=1)
    return Candidates(indices, np.where(indices < 0, -np.inf, np.where(place < behind, upper, lower)))
