"""From hits by query to ratios with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BASELINES = ("tfidf", "bm25")
_RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of means, and the interval that holds 95% of its resamples."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """What the systems found on one site.

    Attributes
    ----------
    queries, units : int
        Articles with curated links, and sets of them that are taken as independent of each other.
    articles : int
    recall : dict of str to float
        By system: mean over the queries of the share of their curated links, of five at most, in the first five places.
    baseline : str
        The better one of `BASELINES`.
    ratios : dict of str to Ratio
        By system that is no baseline: its recall over the baseline's.
    resampled : dict of str to float64 array
        The same ratios, of each resample of the units.
    notes : dict of str to str
        By system: what it was, where that does not go without saying.
    """

    queries: int
    units: int
    articles: int
    recall: dict[str, float]
    baseline: str
    ratios: dict[str, Ratio]
    resampled: dict[str, NDArray[np.float64]]
    notes: dict[str, str]


def site_figures(
    values: Mapping[str, NDArray[np.float64]],
    labels: NDArray[np.integer],
    *,
    articles: int,
    notes: Mapping[str, str] | None = None,
) -> SiteFigures:
    """Compare the systems of one site.

    Parameters
    ----------
    values : mapping of str to float64 array of shape (n_queries,)
        By system, the baselines among them.
    labels : integer array of shape (n_queries,)
        Unit of each query, 0 to ``n_units - 1``, none left out.
    articles : int
    notes : mapping of str to str, optional
    """
    recall = {name: float(own.mean()) for name, own in values.items()}
    baseline = max(BASELINES, key=lambda name: recall[name])
    counts = _draws(int(labels.max()) + 1)
    means = {name: _means(own, labels, counts) for name, own in values.items()}
    least = 1 / (2 * len(labels))  # half a hit: a baseline that finds nothing makes no ratio infinite
    resampled = {
        name: np.maximum(own, least) / np.maximum(means[baseline], least)
        for name, own in means.items()
        if name not in BASELINES
    }
    ratios = {}
    for name, own in resampled.items():
        low, high = np.quantile(own, [0.025, 0.975]).tolist()
        ratios[name] = Ratio(max(recall[name], least) / max(recall[baseline], least), low, high)
    return SiteFigures(
        queries=len(labels),
        units=counts.shape[1],
        articles=articles,
        recall=recall,
        baseline=baseline,
        ratios=ratios,
        resampled=resampled,
        notes=dict(notes or {}),
    )


def over_sites(sites: Mapping[str, SiteFigures]) -> dict[str, Ratio]:
    """By system that every site has: the geometric mean of its ratios.

    The interval is of these very sites: what another draw of their queries would give.
    """
    first = next(iter(sites.values()))
    names = [name for name in first.ratios if all(name in site.ratios for site in sites.values())]
    result = {}
    for name in names:
        draws = np.exp(np.mean([np.log(site.resampled[name]) for site in sites.values()], axis=0))
        low, high = np.quantile(draws, [0.025, 0.975]).tolist()
        value = float(np.exp(np.mean([np.log(site.ratios[name].value) for site in sites.values()])))
        result[name] = Ratio(value, low, high)
    return result


def _draws(n_units: int) -> NDArray[np.float64]:
    """How often each unit is drawn in each resample, shape (n_resamples, n_units)."""
    rng = np.random.default_rng(0)
    chosen = rng.integers(n_units, size=(_RESAMPLES, n_units)) + np.arange(_RESAMPLES)[:, None] * n_units
    return np.bincount(chosen.ravel(), minlength=chosen.size).reshape(chosen.shape).astype(np.float64)


def _means(
    values: NDArray[np.float64], labels: NDArray[np.integer], counts: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Mean of the values of the queries drawn, of each resample."""
    result: NDArray[np.float64] = (counts @ np.bincount(labels, values)) / (counts @ np.bincount(labels))
    return result
