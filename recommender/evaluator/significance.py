"""Confidence in a figure: intervals and tests over queries that are not independent.

Queries that are connected by curated links share their right answers, so what is resampled, and what changes sign
under the null hypothesis, is a whole unit of them (see `recommender.evaluator.units`). Both procedures are linear in
the scores: they are run once over the columns of all systems, and a difference of systems is a difference of columns,
which makes every comparison a paired one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Labels = NDArray[np.integer]

SIGNIFICANT = 0.05
"""A smaller corrected p-value makes a difference significant."""

_BLOCK_BYTES = 64_000_000
# Sums that differ by less are one sum in another order.
_NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its 95% interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """A paired comparison of two systems by one measure.

    Attributes
    ----------
    difference : Interval
        Mean over the queries of the first less the second.
    p_value : float
        Two-sided, of the paired randomisation test, not corrected for other comparisons.
    wins, ties, losses : int
        Queries on which the first is better than, equal to, worse than the second.
    """

    difference: Interval
    p_value: float
    wins: int
    ties: int
    losses: int


class PairedScores:
    """The scores of several systems on the same queries, resampled together.

    Parameters
    ----------
    values : float64 array of shape (n_queries, n_columns)
        A column is one measure of one system.
    labels : integer array of shape (n_queries,)
        Unit of each query, 0 to ``n_units - 1``, none left out.
    n_resamples : int
        Draws of the bootstrap.
    n_permutations : int
        Draws of the randomisation test.

    Notes
    -----
    Intervals are percentiles of the cluster bootstrap (Davison and Hinkley 1997, section 3.8): units are drawn with
    replacement, and the statistic is the mean over the queries drawn. With a single unit nothing is known of the
    variation, and the interval is the whole range that a measure can have.

    The randomisation test (Smucker, Allan and Carterette 2007, CIKM) swaps two systems on random units. All
    ``2 ** n_units`` ways are counted where there are no more than `n_permutations`; otherwise
    ``p = (1 + extreme draws) / (1 + draws)``.
    """

    def __init__(
        self, values: Floats, labels: Labels, *, n_resamples: int = 1000, n_permutations: int = 9999, seed: int = 0
    ) -> None:
        self._values = values
        self._sums = unit_sums(values, labels)
        self._exact = 2 ** min(len(self._sums), 63) <= n_permutations
        self._sizes = np.bincount(labels)
        self._n_resamples = n_resamples
        self._n_permutations = n_permutations
        self._seed = seed

    def interval(self, column: int) -> Interval:
        """Mean and 95% interval of one column."""
        return self._interval(self._values[:, column], self._means[:, column], 0.0)

    def compare(self, first: int, second: int) -> Outcome:
        """Compare two columns."""
        difference = self._values[:, first] - self._values[:, second]
        flipped = np.abs(self._flipped[:, first] - self._flipped[:, second])
        extreme = int((flipped >= abs(difference.sum()) - _NOISE).sum())
        added = 0 if self._exact else 1
        return Outcome(
            self._interval(difference, self._means[:, first] - self._means[:, second], -1.0),
            (extreme + added) / (len(flipped) + added),
            wins=int((difference > 0).sum()),
            ties=int((difference == 0).sum()),
            losses=int((difference < 0).sum()),
        )

    def _interval(self, values: Floats, resampled: Floats, least: float) -> Interval:
        if not len(values):
            return Interval(0.0, 0.0, 0.0)
        if len(self._sums) == 1:
            # One unit shows no variation: only the range of the measure is known.
            return Interval(float(values.mean()), least, 1.0)
        low, high = np.quantile(resampled, [0.025, 0.975])
        return Interval(float(values.mean()), float(low), float(high))

    @cached_property
    def _means(self) -> Floats:
        """Means of each resample, shape ``(n_resamples, n_columns)``."""
        rng = np.random.default_rng([self._seed, 0])
        n = len(self._sizes)
        means = np.zeros((self._n_resamples, self._sums.shape[1]))
        for part in _blocks(self._n_resamples if n else 0, n):
            chosen = rng.integers(n, size=(part.stop - part.start, n))
            chosen += np.arange(len(chosen))[:, None] * n
            counts = np.bincount(chosen.ravel(), minlength=chosen.size).reshape(chosen.shape).astype(np.float64)
            means[part] = counts @ self._sums / (counts @ self._sizes)[:, None]
        return means

    @cached_property
    def _flipped(self) -> Floats:
        """Sums over the units under random signs, one line per draw."""
        n = len(self._sums)
        if self._exact:
            signs = 1.0 - 2.0 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)
            every: Floats = signs @ self._sums
            return every
        rng = np.random.default_rng([self._seed, 1])
        sums = np.empty((self._n_permutations, self._sums.shape[1]))
        for part in _blocks(self._n_permutations, n):
            bits = rng.integers(0, 2, size=(part.stop - part.start, n), dtype=np.int8)
            sums[part] = (1.0 - 2.0 * bits) @ self._sums
        return sums


def smallest_p_value(n_units: int, n_permutations: int) -> float:
    """The smallest p-value that `PairedScores` can give.

    Where all ways of swapping are counted, the one that was seen and its mirror image are always among them.

    Examples
    --------
    >>> smallest_p_value(5, 9999), smallest_p_value(100, 9999)
    (0.0625, 0.0001)
    """
    if 2 ** min(n_units, 63) <= n_permutations:
        return float(min(1.0, 2.0 / 2**n_units))
    return 1 / (1 + n_permutations)


def unit_sums(values: Floats, labels: Labels) -> Floats:
    """Sums of the rows of `values` within each unit, shape ``(n_units, n_columns)``."""
    if not len(values):
        return np.zeros((0, values.shape[1]))
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], np.arange(int(labels.max()) + 1))
    sums: Floats = np.add.reduceat(values[order], starts, axis=0)
    return sums


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values corrected for being several (Holm 1979, Scandinavian Journal of Statistics 6), in the order given."""
    n = len(p_values)
    corrected = [0.0] * n
    largest = 0.0
    for rank, index in enumerate(sorted(range(n), key=lambda position: p_values[position])):
        largest = max(largest, min(1.0, (n - rank) * p_values[index]))
        corrected[index] = largest
    return corrected


def _blocks(total: int, width: int) -> Iterator[slice]:
    """Parts of `total` rows of `width` numbers that are not too large at once."""
    rows = max(1, _BLOCK_BYTES // (8 * max(width, 1)))
    for start in range(0, total, rows):
        yield slice(start, min(start + rows, total))
