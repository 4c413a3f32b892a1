"""Diversity within a list: maximal marginal relevance (Carbonell and Goldstein 1998, SIGIR)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.order import rounded
from recommender.selection.pairs import LinkPairs, Similarity, firsts_of_clusters, places_in_line

# Only the best candidates of each list are reordered: a poor one does not come in by being different.
_POOL_PER_PLACE = 4


def diversified(
    pairs: LinkPairs, k: int, weight: float, similarity: Similarity, clusters: NDArray[np.int32] | None = None
) -> LinkPairs:
    """Pairs with values that fall with the likeness to pairs before them in their list.

    Place by place, the next pair is the one with the largest ``(1 - weight) value - weight s``, where s is the highest
    similarity of its target to a target before it, 0 at the first place. That is its new value. After `k` places the
    others are valued by what they would give as the next.

    Parameters
    ----------
    pairs : LinkPairs
        Best first. Only the best ``4 k`` of each source stay, of near-duplicates counted the first alone.
    k : int
        Places per list.
    weight : float
        0 changes nothing, 1 looks at difference alone.
    clusters : int32 array of shape (n,), optional
        Cluster of near-duplicates of each article.
    """
    if weight <= 0 or not len(pairs):
        return pairs
    firsts = np.ones(len(pairs), np.bool_) if clusters is None else firsts_of_clusters(pairs, clusters)
    # How many clusters a line has named by each of its pairs, this one included.
    named: NDArray[np.int64] = np.cumsum(firsts, dtype=np.int64)
    before_line = (named - firsts.astype(np.int64))[np.arange(len(pairs)) - places_in_line(pairs.sources)]
    pairs = pairs.take(named - before_line <= _POOL_PER_PLACE * k)
    place = places_in_line(pairs.sources)
    line = np.cumsum(place == 0) - 1
    shape = (int(line[-1]) + 1, int(place.max()) + 1)
    targets = np.full(shape, -1, dtype=np.int32)
    values = np.full(shape, -np.inf)
    targets[line, place], values[line, place] = pairs.targets, pairs.values
    nearest = np.zeros(shape)
    result = np.full(shape, -np.inf)
    waiting = targets >= 0
    lines = np.arange(shape[0])
    for _ in range(min(k, shape[1])):
        marginal = rounded((1 - weight) * values - weight * nearest)
        marginal[~waiting] = -np.inf
        # The first of equal ones: they are in the order of value, then of row.
        chosen = marginal.argmax(axis=1)
        there = waiting[lines, chosen]
        result[lines[there], chosen[there]] = marginal[lines[there], chosen[there]]
        waiting[lines[there], chosen[there]] = False
        row, column = np.nonzero(waiting & there[:, None])
        alike = similarity(targets[row, chosen[row]], targets[row, column])
        nearest[row, column] = np.maximum(nearest[row, column], alike)
    rest = rounded((1 - weight) * values - weight * nearest)
    result[waiting] = rest[waiting]
    return pairs.valued(result[line, place]).best_first()
