"""How readily editors link from one group to another, learned from curated links."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.ranker.features import Rows

# Expected links at the average rate that a group is credited with besides its own.
_PRIOR_LINKS = 5.0


@dataclass(frozen=True, slots=True)
class GroupAffinity:
    """Rates of groups as shown links over expected ones: 1 is average.

    Attributes
    ----------
    target : float32 array of shape (n_groups + 1,)
        How readily articles of each group are linked; the last entry is of articles without a group.
    pair : float32 array of shape (n_groups + 1, n_groups + 1)
        How readily articles of one group link to those of another.
    """

    target: NDArray[np.float32]
    pair: NDArray[np.float32]

    def of_target(self, groups: NDArray[np.int32]) -> NDArray[np.float32]:
        return self.target[groups]

    def of_pairs(self, sources: NDArray[np.int32], candidates: NDArray[np.int32]) -> NDArray[np.float32]:
        return self.pair[sources, candidates]


@dataclass(frozen=True, slots=True)
class AffinityCounts:
    """Counts by group names, as they are kept. An empty name means no group.

    Attributes
    ----------
    shown, expected : tuple of float
        Curated links between the two groups, and how many there would be if each article's links were drawn from its
        candidates whatever their group.
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    shown: tuple[float, ...]
    expected: tuple[float, ...]

    def on(self, group_names: tuple[str, ...]) -> GroupAffinity:
        """Rates for the groups of a site; unknown ones are average."""
        n = len(group_names) + 1
        place = {name: number for number, name in enumerate(group_names)}
        place[""] = n - 1
        shown, expected = np.zeros((n, n)), np.zeros((n, n))
        for source, target, links, chance in zip(self.sources, self.targets, self.shown, self.expected, strict=True):
            if source in place and target in place:
                shown[place[source], place[target]] += links
                expected[place[source], place[target]] += chance
        return _affinity(shown, expected)


def count_affinity(
    group_names: tuple[str, ...],
    sources: NDArray[np.int32],
    candidates: NDArray[np.int32],
    shown: NDArray[np.bool_],
    expected: NDArray[np.floating],
) -> AffinityCounts:
    """Count links by the groups of both ends.

    Parameters
    ----------
    sources, candidates : int32 arrays of shape (n_pairs,)
        Groups of both ends of each pair, -1 for none.
    shown : bool array of shape (n_pairs,)
        Whether the pair is a curated link.
    expected : float array of shape (n_pairs,)
        How many links the pair would have if the source's were drawn from its candidates.
    """
    n = len(group_names) + 1
    cells = (sources.astype(np.int64) % n) * n + candidates.astype(np.int64) % n
    links = np.bincount(cells, shown.astype(np.float64), n * n)
    chance = np.bincount(cells, expected, n * n)
    used = np.flatnonzero(chance > 0).tolist()
    names = (*group_names, "")
    return AffinityCounts(
        tuple(names[cell // n] for cell in used),
        tuple(names[cell % n] for cell in used),
        tuple(links[used].tolist()),
        tuple(np.round(chance[used], 3).tolist()),
    )


def expected_links(sources: Rows, weights: NDArray[np.floating], shown: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Each source's shown links spread over its candidates by weight.

    Parameters
    ----------
    sources : integer array of shape (n_pairs,)
    weights : float array of shape (n_pairs,)
    shown : bool array of shape (n_pairs,)
    """
    n = int(sources.max(initial=0)) + 1
    total = np.bincount(sources, weights, n)
    links = np.bincount(sources, shown.astype(np.float64), n)
    rate: NDArray[np.float64] = np.divide(links, total, out=np.zeros(n), where=total > 0)
    return weights * rate[sources]


def _affinity(shown: NDArray[np.float64], expected: NDArray[np.float64]) -> GroupAffinity:
    average = shown.sum() / expected.sum() if expected.sum() else 1.0
    target = (shown.sum(axis=0) + _PRIOR_LINKS * average) / (expected.sum(axis=0) + _PRIOR_LINKS)
    # Pairs of groups lean on how readily the second is linked at all.
    pair = (shown + _PRIOR_LINKS * target[None, :]) / (expected + _PRIOR_LINKS)
    scale = average or 1.0
    return GroupAffinity((target / scale).astype(np.float32), (pair / scale).astype(np.float32))
