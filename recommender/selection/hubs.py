"""Hub correction: what is near to everything is worth less to each.

A few articles are among the nearest of very many others, the more so the more dimensions vectors have (Radovanović et
al. 2010, JMLR 11). Both corrections compare a pair's score with how near either article's own neighbours are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.order import rounded
from recommender.selection.pairs import LinkPairs
from recommender.settings import HubCorrection

CSLS_NEIGHBOURS = 10
SCALING_NEIGHBOUR = 7


def corrected(pairs: LinkPairs, candidates: Candidates, correction: HubCorrection) -> LinkPairs:
    """Pairs with corrected values.

    Parameters
    ----------
    candidates : Candidates
        One line per article, from which its neighbourhood is read.
    correction : {"none", "csls", "local-scaling"}
        ``csls``: twice the score, less the mean score of the 10 nearest of either article (cross-domain similarity
        local scaling, Conneau et al. 2018, ICLR). ``local-scaling``: ``exp(-d²(x, y) / (d(x) d(y)))``, where
        ``d² = 2 - 2 score`` and ``d(x)`` is the distance of the seventh nearest of x (Zelnik-Manor and Perona 2004,
        NIPS 17); scores are cosines, or others that are at most 1.
    """
    if correction == "none" or not len(pairs):
        return pairs
    scores = np.where(candidates.indices >= 0, candidates.scores, np.nan)
    if correction == "csls":
        radius = _mean(scores[:, :CSLS_NEIGHBOURS])
        values = 2 * pairs.values - radius[pairs.sources] - radius[pairs.targets]
    else:
        scale = _distance(_last(scores[:, :SCALING_NEIGHBOUR]))
        product = np.maximum(scale[pairs.sources] * scale[pairs.targets], 1e-12)
        values = np.exp(-(_distance(pairs.values) ** 2) / product)
    return pairs.valued(rounded(values)).best_first()


def _mean(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of each line's scores, 0 for an article without neighbours."""
    counts = (~np.isnan(scores)).sum(axis=1)
    total: NDArray[np.float64] = np.nansum(scores, axis=1) / np.maximum(counts, 1)
    return total


def _last(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """The last score of each line, 0 for an article without neighbours."""
    counts = (~np.isnan(scores)).sum(axis=1)
    last: NDArray[np.float64] = scores[np.arange(len(scores)), np.maximum(counts, 1) - 1]
    return np.where(counts > 0, last, 0.0)


def _distance(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = np.sqrt(np.maximum(2 - 2 * scores, 0))
    return result
