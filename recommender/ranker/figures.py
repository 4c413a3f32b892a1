"""What a way of ranking finds."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.order import rounded

PLACES = 5


class Judged(Protocol):
    """Which pairs are links, and how many links each article has."""

    @property
    def shown(self) -> NDArray[np.bool_]: ...

    @property
    def n_links(self) -> NDArray[np.int64]: ...


def capped_recall(
    sources: NDArray[np.int64], candidates: NDArray[np.int64], scores: NDArray[np.floating], judged: Judged
) -> float:
    """Mean over articles with links of the hits in five places over the most that there can be.

    Parameters
    ----------
    sources, candidates : int64 arrays of shape (n_pairs,)
    scores : float array of shape (n_pairs,)
        Higher is better; ties go to the smaller row.
    """
    found = recall_by_query(sources, candidates, scores, judged)
    return float(found.mean()) if len(found) else 0.0


def recall_by_query(
    sources: NDArray[np.int64], candidates: NDArray[np.int64], scores: NDArray[np.floating], judged: Judged
) -> NDArray[np.float64]:
    """As `capped_recall`, of each article with links, in the order of their rows."""
    order = np.lexsort((candidates, -rounded(scores), sources))
    owners = sources[order]
    begins = np.searchsorted(owners, np.arange(len(judged.n_links)))
    hit = judged.shown[order] & (np.arange(len(owners)) - begins[owners] < PLACES)
    hits = np.bincount(owners, hit, len(judged.n_links))
    asked = judged.n_links > 0
    result: NDArray[np.float64] = hits[asked] / np.minimum(judged.n_links[asked], PLACES)
    return result
