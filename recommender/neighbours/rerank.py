"""The first neighbours of each article change places by what is known of each pair."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.order import SCORE_DECIMALS, best_first, rounded

# So many change places among each other; as many as any list is chosen from, so that one search serves all.
RERANKED = 50


def rerank(found: Candidates, changes: NDArray[np.floating]) -> Candidates:
    """Candidates in the order of their scores with `changes` added, `rounded`.

    Places change among the first fifty alone, and whatever stands behind scores less than these, so that the first
    places are the same however deep the lists are.

    Parameters
    ----------
    found : Candidates
    changes : float array of shape (n, at least min(depth, 50))
        Added to the scores of the first places.
    """
    width = min(found.depth, RERANKED)
    scores = found.scores.copy()
    present = found.indices[:, :width] >= 0
    scores[:, :width] = np.where(
        present, rounded(np.where(present, scores[:, :width], 0.0) + changes[:, :width]), -np.inf
    )
    if found.depth > RERANKED:
        below = scores[:, :RERANKED].min(axis=1) - 10.0**-SCORE_DECIMALS
        scores[:, RERANKED:] = rounded(np.minimum(scores[:, RERANKED:], below[:, None]))
    order = best_first(np.where(found.indices >= 0, found.indices, np.iinfo(np.int32).max), scores)
    return Candidates(np.take_along_axis(found.indices, order, axis=1), np.take_along_axis(scores, order, axis=1))
