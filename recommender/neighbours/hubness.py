"""What is near to everything is worth a little less to each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.order import SCORE_DECIMALS, best_first, rounded

# Chosen on development parts of three sites; models/README.md has the figures.
HUB_DISCOUNT = 0.3
NEAREST = 10
# So many neighbours change places among each other; as many as any list is chosen from, so that one search serves all.
RERANKED = 50


def crowding(found: Candidates) -> NDArray[np.float64]:
    """How near every article's neighbours are: the mean score of its ten nearest, places without one counting 0.

    Parameters
    ----------
    found : Candidates
        One row per article, at least ten columns wide where there are as many candidates.

    Returns
    -------
    float64 array of shape (n,)
    """
    scores = found.scores[:, :NEAREST]
    total: NDArray[np.float64] = np.where(np.isfinite(scores), scores, 0.0).sum(axis=1)
    return total / NEAREST


def discounted(scores: NDArray[np.float64], crowding_of_targets: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores less 0.3 times the targets' `crowding`, `rounded`.

    This is cross-domain similarity local scaling (Conneau et al. 2018, ICLR) with a smaller part of the target's and
    without the query's own neighbourhood, which moves no rank.
    """
    return rounded(scores - HUB_DISCOUNT * crowding_of_targets)


def discount_hubs(found: Candidates, crowding_of_all: NDArray[np.float64]) -> Candidates:
    """Candidates with `discounted` scores, in their order.

    Places change among the first fifty alone, and whatever stands behind scores less than these, so that the first
    places are the same however deep the lists are.
    """
    present = found.indices >= 0
    scores = np.where(present, discounted(found.scores, crowding_of_all[found.indices]), -np.inf)
    if found.depth > RERANKED:
        below = scores[:, :RERANKED].min(axis=1) - 10.0**-SCORE_DECIMALS
        scores[:, RERANKED:] = rounded(np.minimum(scores[:, RERANKED:], below[:, None]))
    order = best_first(np.where(present, found.indices, np.iinfo(np.int32).max), scores)
    return Candidates(np.take_along_axis(found.indices, order, axis=1), np.take_along_axis(scores, order, axis=1))
