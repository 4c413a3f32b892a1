"""The candidates that a ranker scores: articles that are near by text, by id or by date."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.locality import near_on_line
from recommender.ranker.places import Places
from recommender.ranker.sequence import MAX_LENGTH

_TEXT_DEPTH = 30
_SMALL_SITE = 5_000
_SMALL_SITE_TEXT_DEPTH = 100
_MOST_NEAR = 48
_MOST_BY_DATE = 15
_DAYS = 30.0


def text_depth(n: int) -> int:
    """How many neighbours by text each of `n` articles has in the pool."""
    return _TEXT_DEPTH if n > _SMALL_SITE else _SMALL_SITE_TEXT_DEPTH


@dataclass(frozen=True, slots=True)
class Pool:
    """Pairs to score.

    Attributes
    ----------
    sources, candidates : int64 arrays of shape (n_pairs,)
        Ordered by source, then candidate; each pair once.
    origins : dict of str to bool array of shape (n_pairs,)
        Which pairs each kind of neighbourhood gave.
    """

    sources: NDArray[np.int64]
    candidates: NDArray[np.int64]
    origins: dict[str, NDArray[np.bool_]]


def with_pairs(pool: Pool, sources: NDArray[np.int64], candidates: NDArray[np.int64], n: int) -> Pool:
    """A pool of `n` articles with more pairs, which no neighbourhood gave."""
    codes = pool.sources * n + pool.candidates
    union = _distinct(np.concatenate([codes, sources * n + candidates]))
    origins = {}
    for name, own in pool.origins.items():
        origins[name] = _among(union, codes[own])
    return Pool(union // n, union % n, origins)


def candidate_pool(
    nearest: NDArray[np.int32],
    numbers: NDArray[np.float64],
    days: NDArray[np.float64],
    *,
    sources: NDArray[np.integer],
    targets: NDArray[np.integer],
    text_only: bool,
    places: Places | None = None,
) -> Pool:
    """Unite the neighbourhoods.

    Parameters
    ----------
    nearest : int32 array of shape (n, depth)
        By text, of every article; -1 past the last.
    numbers, days : float64 arrays of shape (n,)
        Ids and dates as numbers, NaN where there is none. Dates are used where half of the articles have no number.
    sources, targets : integer arrays
        Rows of the articles that get links, and that may be linked.
    text_only : bool
        Only neighbours by text.
    places : Places, optional
        Gives what is near by folder and by links inside texts.
    """
    n = len(numbers)
    asks = np.zeros(n, dtype=np.bool_)
    asks[sources] = True
    allowed = np.zeros(n, dtype=np.bool_)
    allowed[targets] = True
    text = np.repeat(np.arange(n), nearest.shape[1]), nearest.ravel().astype(np.int64)
    found = {"text": text}
    if not text_only:
        if np.isnan(numbers).sum() * 2 <= n:
            found["ids"] = near_on_line(numbers, MAX_LENGTH - 1, _MOST_NEAR, targets=allowed)
        elif not np.isnan(days).all():
            found["dates"] = near_on_line(days, _DAYS, _MOST_BY_DATE, targets=allowed)
        if places is not None:
            found["place"] = places.near(np.asarray(sources, dtype=np.int64))
    codes = {
        name: _distinct(left[keep] * n + right[keep])
        for name, (left, right) in found.items()
        for keep in ((right >= 0) & asks[left] & allowed[np.maximum(right, 0)],)
    }
    union = _distinct(np.concatenate(list(codes.values())))
    origins = {name: _among(union, own) for name, own in codes.items()}
    return Pool(union // n, union % n, origins)


def _distinct(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ascending, each once. Sorting takes a third of the time that `numpy.unique` takes for millions of numbers."""
    ordered = np.sort(codes)
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered


def _among(codes: NDArray[np.int64], some: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of `codes` are among `some`, which are all of them; both ascend."""
    result = np.zeros(len(codes), dtype=np.bool_)
    result[np.searchsorted(codes, some)] = True
    return result


def pool_recall(pool: Pool, shown: NDArray[np.bool_], n_links: int) -> dict[str, float]:
    """Share of `n_links` curated links that each neighbourhood, and that all together, hold.

    Parameters
    ----------
    shown : bool array of shape (n_pairs,)
        Which pairs are curated links.
    """
    recall = {name: float((shown & own).sum() / n_links) for name, own in pool.origins.items()}
    recall["union"] = float(shown.sum() / n_links)
    return recall


def ranked(pool: Pool, scores: NDArray[np.float64], n: int, depth: int) -> Candidates:
    """Candidates of all `n` articles from the scores of their pairs, at most `depth` each."""
    from recommender.neighbours.order import rounded

    exact = rounded(scores)
    order = np.lexsort((pool.candidates, -exact, pool.sources))
    owners = pool.sources[order]
    begins = np.searchsorted(owners, np.arange(n))
    place = np.arange(len(owners)) - begins[owners]
    kept = place < depth
    width = max(1, min(depth, int(place.max(initial=0)) + 1))
    indices = np.full((n, width), -1, dtype=np.int32)
    values = np.full((n, width), -np.inf)
    indices[owners[kept], place[kept]] = pool.candidates[order][kept]
    values[owners[kept], place[kept]] = exact[order][kept]
    return Candidates(indices, values)
