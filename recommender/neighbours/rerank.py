"""The first neighbours of each article change places by what is known of each pair."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.order import SCORE_DECIMALS, best_first, rounded

# Candidates that change places among each other: as many as any list is chosen from, so that one search serves all.
RERANKED = 50


def reordered(found: Candidates, scores: NDArray[np.floating]) -> Candidates:
    """Candidates with the first of them in the order of other scores, which are above 0, `rounded`.

    Places change among the first fifty alone. All later ones score less than these, the less the
    further down, so that places and scores are the same however deep the lists are.

    Parameters
    ----------
    scores : float array of shape (n, min(depth, 50))
        Of the first places.
    """
    width = min(found.depth, RERANKED)
    present = found.indices >= 0
    indices, given = found.indices.copy(), np.empty(found.scores.shape)
    first = np.where(present[:, :width], rounded(scores[:, :width]), -np.inf)
    order = best_first(np.where(present[:, :width], indices[:, :width], np.iinfo(np.int32).max), first)
    indices[:, :width] = np.take_along_axis(indices[:, :width], order, axis=1)
    given[:, :width] = np.take_along_axis(first, order, axis=1)
    if found.depth > RERANKED:
        below = np.maximum(first.min(axis=1) - 10.0**-SCORE_DECIMALS, 0)[:, None]
        later = rounded(below * (RERANKED / np.arange(RERANKED + 1, found.depth + 1)))
        given[:, RERANKED:] = np.where(present[:, RERANKED:], later, -np.inf)
    return Candidates(indices, given)
