"""The formulas of the measures, one value per query. Undefined cases: see `recommender.evaluator.measures`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from recommender.evaluator.judgements import Hits

Kernel = Callable[[Hits, int], NDArray[np.float64]]
"""Takes a run and a cut-off, gives one value per query. No cut-off is a cut-off at the depth of the run or beyond."""


def ndcg(hits: Hits, cutoff: int) -> NDArray[np.float64]:
    """Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002, ACM TOIS 20:4) with gains of 0 and 1."""
    relevant = hits.relevant[:, :cutoff]
    best = np.minimum(hits.n_relevant, cutoff)
    discounts = 1.0 / np.log2(np.arange(2, 2 + max(relevant.shape[1], int(best.max(initial=0)))))
    ideal = np.concatenate([[0.0], np.cumsum(discounts)])[best]
    return _ratio(relevant @ discounts[: relevant.shape[1]], ideal)


def recall(hits: Hits, cutoff: int) -> NDArray[np.float64]:
    """Share of the relevant articles that are found."""
    return _ratio(_found(hits, cutoff), hits.n_relevant)


def capped_recall(hits: Hits, cutoff: int) -> NDArray[np.float64]:
    """Share of what could be found: hits over the smaller of cut-off and number of relevant articles."""
    return _ratio(_found(hits, cutoff), np.minimum(hits.n_relevant, cutoff))


def precision(hits: Hits, cutoff: int) -> NDArray[np.float64]:
    """Share of the `cutoff` places that hold a relevant article; an empty place counts as a wrong one."""
    return _found(hits, cutoff) / cutoff


def r_precision(hits: Hits, _cutoff: int) -> NDArray[np.float64]:
    """Precision at as many places as the query has relevant articles."""
    places = np.arange(hits.relevant.shape[1])[None, :] < hits.n_relevant[:, None]
    return _ratio((hits.relevant & places).sum(axis=1), hits.n_relevant)


def reciprocal_rank(hits: Hits, cutoff: int) -> NDArray[np.float64]:
    """One over the place of the first relevant article."""
    relevant = hits.relevant[:, :cutoff]
    if not relevant.shape[1]:
        return np.zeros(len(relevant))
    return np.where(relevant.any(axis=1), 1.0 / (1.0 + relevant.argmax(axis=1)), 0.0)


def average_precision(hits: Hits, cutoff: int) -> NDArray[np.float64]:
    """Mean over the relevant articles of the precision at their places, 0 for one that is not found."""
    relevant = hits.relevant[:, :cutoff]
    precisions = np.cumsum(relevant, axis=1) / np.arange(1, relevant.shape[1] + 1)
    return _ratio((precisions * relevant).sum(axis=1), hits.n_relevant)


def hit(hits: Hits, cutoff: int) -> NDArray[np.float64]:
    """1 where at least one relevant article is found."""
    return (_found(hits, cutoff) > 0).astype(np.float64)


def bpref(hits: Hits, _cutoff: int) -> NDArray[np.float64]:
    """How often relevant articles are ranked above rejected ones; unjudged articles do not count.

    Buckley and Voorhees (2004), SIGIR. As trec_eval computes it: a relevant article costs
    ``min(rejected above it, R) / min(rejected, R)``, with R relevant articles. Without rejections it is recall at the
    depth of the run.
    """
    above = np.minimum(np.cumsum(hits.rejected, axis=1), hits.n_relevant[:, None])
    limit = np.maximum(np.minimum(hits.n_rejected, hits.n_relevant), 1)[:, None]
    return _ratio(((1.0 - above / limit) * hits.relevant).sum(axis=1), hits.n_relevant)


def judged(hits: Hits, cutoff: int) -> NDArray[np.float64]:
    """Share of the proposals on which somebody gave a judgement, of either kind."""
    known = (hits.relevant | hits.rejected)[:, :cutoff].sum(axis=1)
    return _ratio(known, np.minimum(hits.proposed, cutoff))


def unjudged(hits: Hits, cutoff: int) -> NDArray[np.float64]:
    """Share of the proposals without a judgement."""
    found: NDArray[np.float64] = np.where(hits.proposed > 0, 1.0 - judged(hits, cutoff), 0.0)
    return found


def _found(hits: Hits, cutoff: int) -> NDArray[np.float64]:
    found: NDArray[np.float64] = hits.relevant[:, :cutoff].sum(axis=1).astype(np.float64)
    return found


def _ratio(above: NDArray[np.number], below: NDArray[np.number]) -> NDArray[np.float64]:
    """Quotient, 0 where nothing is below the line."""
    quotient: NDArray[np.float64] = np.divide(above, below, out=np.zeros(len(above)), where=below > 0)
    return quotient
