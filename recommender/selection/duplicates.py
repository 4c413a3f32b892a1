"""Near-duplicates: articles that say the same, by a threshold that the site's own scores give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates

IDENTICAL = 1 - 2e-6
"""Vectors of the same text reach this, whatever the rounding."""

# Strict, because a page that is wrongly taken for a copy loses its best link.
_WRONG_RATIO = 0.001


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Articles that say the same.

    Attributes
    ----------
    threshold : float
        Similarity from which on two articles are near-duplicates.
    labels : int32 array of shape (n,)
        Number of the article's cluster: the row of its first article. A cluster holds what is connected by pairs of
        near-duplicates; most articles are alone in theirs.
    """

    threshold: float
    labels: NDArray[np.int32]

    def clusters(self) -> list[list[int]]:
        """Rows of each cluster of two or more, the largest first, equal ones by their first row."""
        order = np.argsort(self.labels, kind="stable")
        bounds = np.flatnonzero(np.diff(self.labels[order])) + 1
        found = [rows.tolist() for rows in np.split(order, bounds) if len(rows) > 1]
        return sorted(found, key=lambda rows: (-len(rows), rows[0]))


def near_duplicates(
    similar: Candidates, same: Sequence[NDArray[np.integer]] = (), *, threshold: float | None = None
) -> Duplicates:
    """Find the near-duplicates of a site.

    Parameters
    ----------
    similar : Candidates
        One line per article with those most alike; scores are similarities, 1 for the same text.
    same : sequence of integer arrays of shape (n,), optional
        Numbers of texts, such as the articles' questions: the same number means the same text, -1 none. Such articles
        are near-duplicates too, if on this site most of the pairs that share a text are as alike as `threshold`
        says: a title such as "Overview" makes none.
    threshold : float, optional
        By default `duplicate_threshold` of the articles' nearest.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    n = len(similar.indices)
    if threshold is None:
        threshold = duplicate_threshold(similar.scores[:, 0] if n else np.empty(0))
    sources, places = np.nonzero((similar.indices >= 0) & (similar.scores >= threshold))
    edges = [(sources, similar.indices[sources, places].astype(np.int64))]
    edges += [found for numbers in same if (found := _sharing(numbers, similar, threshold)) is not None]
    left, right = (np.concatenate([edge[side] for edge in edges]) for side in (0, 1))
    graph = coo_matrix((np.ones(len(left), dtype=np.int8), (left, right)), shape=(n, n))
    _, components = connected_components(graph, directed=False)
    _, first, inverse = np.unique(components, return_index=True, return_inverse=True)
    return Duplicates(threshold, first[inverse].astype(np.int32) if n else np.empty(0, np.int32))


def duplicate_threshold(best: NDArray[np.floating], wrong_ratio: float = _WRONG_RATIO) -> float:
    """Similarity from which on an article and its nearest are near-duplicates rather than neighbours.

    What an ordinary article's nearest scores is taken to be normal on Fisher's scale (artanh), with the middle and the
    spread of the lower half of what is observed: near-duplicates are above it. The threshold is the lowest score
    above which at most `wrong_ratio` of the articles are there by chance (empirical null, Efron 2004, JASA 99).

    Parameters
    ----------
    best : array of shape (n,)
        The similarity of each article's nearest; ``-inf`` where it has none.
    wrong_ratio : float

    Returns
    -------
    float
        At most `IDENTICAL`, which it is where nothing stands out.
    """
    from scipy.special import ndtr  # as scipy.stats.norm.cdf, which takes a second to import

    scores = np.sort(np.asarray(best, dtype=np.float64)[np.isfinite(best)])
    if not len(scores):
        return IDENTICAL
    fisher = np.arctanh(np.clip(scores, -IDENTICAL, IDENTICAL))
    middle = float(np.median(fisher))
    spread = middle - float(np.quantile(fisher, ndtr(-1.0)))
    if spread <= 0:
        return IDENTICAL
    observed = len(scores) - np.searchsorted(fisher, fisher, side="left")
    by_chance = len(scores) * ndtr((middle - fisher) / spread)
    above = np.flatnonzero(by_chance <= wrong_ratio * observed)
    return min(float(scores[above[0]]), IDENTICAL) if len(above) else IDENTICAL


def _sharing(
    numbers: NDArray[np.integer], similar: Candidates, threshold: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Pairs of neighbours in the order of rows that share a text, if most of them are near-duplicates anyway."""
    order = np.argsort(numbers, kind="stable")
    follows = (numbers[order][1:] == numbers[order][:-1]) & (numbers[order][1:] >= 0)
    left, right = order[:-1][follows], order[1:][follows]
    if not len(left):
        return None
    listed = similar.indices[left] == right[:, None]
    alike = np.where(listed, similar.scores[left], -np.inf).max(axis=1)
    return (left, right) if np.median(alike) >= threshold else None
