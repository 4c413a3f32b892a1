"""What accuracy does not see: how proposals spread over the site, and what the lists are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluator.judgements import Hits
from recommender.evaluator.kernels import unjudged
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.exact import pair_scores

Rows = NDArray[np.integer]

_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Structure:
    """The link graph that a system proposes, cut at k places.

    Attributes
    ----------
    k : int
        Places per list.
    n_lists, n_empty : int
        Number of articles with a list, and of those among them whose list is empty.
    coverage_ratio : float
        Share of the eligible articles that at least one list names.
    orphans : int
        Eligible articles that no list names.
    in_degree_skew : float
        Third standardised moment of how often each eligible article is named (Radovanović et al. 2010, JMLR 11): 0
        where all are named equally often, large where a few are everywhere.
    largest_hub : int
        How often the most frequent article is named.
    largest_hub_key : str or None
        Its key, None if nothing is named; of several the first.
    reciprocity_ratio : float
        Share of the proposals whose target also names the source, among those whose target has a list itself.
    same_group_ratio : float or None
        Share of the proposals within the source's group; None where no article has a group.
    list_similarity : float or None
        Mean cosine of the pairs of proposals within a list: high where a list says one thing several times. None
        without vectors.
    near_duplicate_ratio : float or None
        Share of the proposals that are near-duplicates of the source or of an earlier proposal. None where
        near-duplicates are not known.
    unjudged_ratio : float or None
        Mean over the queries of the share of proposals without a judgement. None where there are no judgements.
    """

    k: int
    n_lists: int
    n_empty: int
    coverage_ratio: float
    orphans: int
    in_degree_skew: float
    largest_hub: int
    largest_hub_key: str | None
    reciprocity_ratio: float
    same_group_ratio: float | None
    list_similarity: float | None
    near_duplicate_ratio: float | None
    unjudged_ratio: float | None


@dataclass(frozen=True, slots=True)
class Frame:
    """What the lists of a system are measured against.

    Attributes
    ----------
    sources : int32 array of shape (n_lists,)
        The article that each list belongs to, ascending.
    keys : sequence of str
        Of all articles.
    eligible : bool array of shape (n_articles,)
        Which articles may be proposed.
    groups : int32 array of shape (n_articles,)
        Number of the article's group, -1 for none.
    vectors : float32 array of shape (n_articles, dim), optional
        Rows L2-normalised or zero.
    duplicates : int32 array of shape (n_articles,), optional
        Number of the article's cluster of near-duplicates, as `recommender.selection.duplicates` labels them.
    """

    sources: NDArray[np.int32]
    keys: Sequence[str]
    eligible: NDArray[np.bool_]
    groups: NDArray[np.int32]
    vectors: NDArray[np.float32] | None = None
    duplicates: NDArray[np.int32] | None = None


def describe(candidates: Candidates, frame: Frame, k: int, hits: Hits | None = None) -> Structure:
    """Measure the lists of one system, whose lines are aligned with `frame.sources`, and `hits` with the queries."""
    lists = candidates.indices[:, :k]
    proposed = lists >= 0
    sources = np.broadcast_to(frame.sources[:, None], lists.shape)[proposed].astype(np.int64)
    targets = lists[proposed].astype(np.int64)
    degrees = in_degrees(candidates, len(frame.eligible), k)
    among = degrees[frame.eligible]
    named = int((among > 0).sum())
    grouped = frame.groups[sources] >= 0
    same_group = (frame.groups[sources] == frame.groups[targets]) & grouped
    return Structure(
        k=k,
        n_lists=len(lists),
        n_empty=int((~proposed.any(axis=1)).sum()),
        coverage_ratio=named / len(among) if len(among) else 0.0,
        orphans=len(among) - named,
        in_degree_skew=_skew(among),
        largest_hub=int(degrees.max(initial=0)),
        largest_hub_key=frame.keys[int(degrees.argmax())] if len(targets) else None,
        reciprocity_ratio=_mean(_reciprocal(sources, targets, frame)),
        same_group_ratio=_mean(same_group) if (frame.groups >= 0).any() else None,
        list_similarity=None if frame.vectors is None else _list_similarity(lists, frame.vectors),
        near_duplicate_ratio=None if frame.duplicates is None else _repeats(lists, frame.sources, frame.duplicates),
        unjudged_ratio=None if hits is None else float(unjudged(hits, k).mean()),
    )


def in_degrees(candidates: Candidates, n_articles: int, k: int) -> NDArray[np.int64]:
    """How many lists name each article within their first `k` places."""
    lists = candidates.indices[:, :k]
    return np.bincount(lists[lists >= 0], minlength=n_articles)


def _skew(values: NDArray[np.int64]) -> float:
    deviations = values - values.mean() if len(values) else np.zeros(1)
    variance = float((deviations**2).mean())
    return float((deviations**3).mean()) / variance**1.5 if variance > 0 else 0.0


def _reciprocal(sources: NDArray[np.int64], targets: NDArray[np.int64], frame: Frame) -> NDArray[np.bool_]:
    n = len(frame.eligible)
    has_list = np.zeros(n, dtype=np.bool_)
    has_list[frame.sources] = True
    could = has_list[targets]
    return np.isin(targets[could] * n + sources[could], sources * n + targets)


def _list_similarity(lists: Rows, vectors: NDArray[np.float32]) -> float:
    """Mean similarity of the pairs within each list."""
    total, pairs = 0.0, 0
    for start in range(0, len(lists), _BLOCK):
        rows = lists[start : start + _BLOCK]
        filled = rows >= 0
        safe = np.maximum(rows, 0)
        for place in range(1, rows.shape[1]):
            earlier = filled[:, :place] & filled[:, place : place + 1]
            total += float(pair_scores(vectors, safe[:, place], safe[:, :place])[earlier].sum(dtype=np.float64))
            pairs += int(earlier.sum())
    return total / pairs if pairs else 0.0


def _repeats(lists: Rows, sources: Rows, clusters: NDArray[np.int32]) -> float:
    """Share of the proposals of the cluster of the source or of an earlier proposal."""
    filled = lists >= 0
    found = np.where(filled, clusters[np.maximum(lists, 0)], -1)
    twin = (found == clusters[sources][:, None]) & filled
    for place in range(1, lists.shape[1]):
        twin[:, place] |= (found[:, :place] == found[:, place : place + 1]).any(axis=1) & filled[:, place]
    return int(twin.sum()) / int(filled.sum()) if filled.any() else 0.0


def _mean(values: NDArray[np.bool_]) -> float:
    return float(values.mean()) if len(values) else 0.0
