from __future__ import annotations

import itertools

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from recommender.evaluator.significance import Interval, PairedScores, holm, unit_sums


def scores(n: int, seed: int = 0, columns: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).random((n, columns))


@settings(max_examples=15, deadline=None)  # theirs collects garbage at every call
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_holm_is_that_of_statsmodels(p_values: list[float]) -> None:
    theirs = multipletests(p_values, method="holm")[1]
    np.testing.assert_allclose(holm(p_values), theirs, atol=1e-12)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []


def test_sums_of_units() -> None:
    values = np.array([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]])
    assert unit_sums(values, np.array([1, 0, 1])).tolist() == [[2.0, 20.0], [5.0, 50.0]]


def test_every_exchange_is_counted_where_there_are_few() -> None:
    values, labels = scores(12), np.repeat(np.arange(6), 2)
    found = PairedScores(values, labels, n_permutations=64).compare(0, 1)
    sums = [values[labels == unit, 0].sum() - values[labels == unit, 1].sum() for unit in range(6)]
    every = [abs(np.dot(signs, sums)) for signs in itertools.product([1, -1], repeat=6)]
    assert found.p_value == np.mean([value >= abs(sum(sums)) - 1e-12 for value in every])


def test_the_exact_test_is_that_of_scipy() -> None:
    values = scores(9, seed=3)
    found = PairedScores(values, np.arange(9), n_permutations=512).compare(0, 1)
    theirs = scipy.stats.permutation_test(
        (values[:, 0], values[:, 1]),
        lambda one, other, axis: one.mean(axis=axis) - other.mean(axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=np.inf,
    )
    assert found.p_value == pytest.approx(theirs.pvalue, abs=1e-12)
    assert found.difference.mean == pytest.approx(theirs.statistic)


def test_the_drawn_test_is_near_the_exact_one() -> None:
    values, labels = scores(60, seed=5), np.repeat(np.arange(12), 5)
    values[:, 0] += 0.06
    exact = PairedScores(values, labels, n_permutations=4096).compare(0, 1).p_value
    drawn = PairedScores(values, labels, n_permutations=4095).compare(0, 1).p_value
    assert drawn == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 4095))


def test_intervals_are_near_those_of_scipy() -> None:
    """Units of one query each: the plain percentile bootstrap."""
    values = scores(200, seed=7, columns=1)
    found = PairedScores(values, np.arange(200), n_resamples=5000).interval(0)
    theirs = scipy.stats.bootstrap(
        (values[:, 0],), np.mean, n_resamples=5000, method="percentile", rng=np.random.default_rng(1)
    ).confidence_interval
    assert found.mean == values.mean()
    assert found.low == pytest.approx(theirs.low, abs=0.004)
    assert found.high == pytest.approx(theirs.high, abs=0.004)


def test_resampling_means_are_those_of_a_naive_cluster_bootstrap() -> None:
    values, labels = scores(30, seed=2, columns=1), np.array([0] * 12 + [1] * 3 + [2] * 15)
    paired = PairedScores(values, labels, n_resamples=40, seed=9)
    rng = np.random.default_rng([9, 0])
    naive = []
    for _ in range(40):
        drawn = rng.integers(3, size=3)
        naive.append(np.concatenate([values[labels == unit, 0] for unit in drawn]).mean())
    low, high = np.quantile(naive, [0.025, 0.975])
    assert paired.interval(0) == Interval(values.mean(), pytest.approx(low, abs=1e-12), pytest.approx(high, abs=1e-12))


def test_queries_that_vary_together_make_intervals_wider() -> None:
    by_unit = np.random.default_rng(0).random(40)
    values = np.repeat(by_unit, 25)[:, None]
    together = PairedScores(values, np.repeat(np.arange(40), 25)).interval(0)
    apart = PairedScores(values, np.arange(1000)).interval(0)
    assert together.high - together.low > 4 * (apart.high - apart.low)


def test_a_comparison_is_paired() -> None:
    """A small advantage on every query is certain, however much the queries differ."""
    easy = np.random.default_rng(0).random(50)
    paired = PairedScores(np.stack([easy * 0.9 + 0.02, easy * 0.9], axis=1), np.arange(50))
    found = paired.compare(0, 1)
    assert found.difference.low == pytest.approx(0.02)
    assert found.difference.high == pytest.approx(0.02)
    assert found.p_value == pytest.approx(1 / 10_000)
    assert (found.wins, found.ties, found.losses) == (50, 0, 0)
    assert paired.interval(0).low < paired.interval(1).high


def test_wins_ties_and_losses() -> None:
    found = PairedScores(np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0], [0.2, 0.3]]), np.arange(4)).compare(0, 1)
    assert (found.wins, found.ties, found.losses) == (1, 1, 2)


def test_equal_systems_are_not_told_apart() -> None:
    same = np.repeat(scores(20, columns=1), 2, axis=1)
    found = PairedScores(same, np.arange(20)).compare(0, 1)
    assert (found.p_value, found.difference, found.ties) == (1.0, Interval(0.0, 0.0, 0.0), 20)


def test_a_single_unit_says_nothing() -> None:
    paired = PairedScores(scores(10), np.zeros(10, dtype=np.int64))
    assert (paired.interval(0).low, paired.interval(0).high) == (0.0, 1.0)
    assert paired.compare(0, 1).p_value == 1.0


def test_no_queries() -> None:
    paired = PairedScores(np.zeros((0, 2)), np.zeros(0, dtype=np.int64))
    assert paired.interval(0) == Interval(0.0, 0.0, 0.0)


def test_the_seed_decides() -> None:
    values, labels = scores(100), np.arange(100)
    one, again, other = (PairedScores(values, labels, seed=seed) for seed in (1, 1, 2))
    assert one.interval(0) == again.interval(0) != other.interval(0)
    assert one.compare(0, 1) == again.compare(0, 1)


def test_large_sites_are_resampled_in_parts() -> None:
    """More units than one block holds at once: the same as in one piece."""
    import recommender.evaluator.significance as module

    values, labels = scores(300), np.arange(300)
    whole = PairedScores(values, labels, n_resamples=50, n_permutations=99)
    before, whole_outcome = module._BLOCK_BYTES, whole.compare(0, 1)
    try:
        module._BLOCK_BYTES = 8 * 300 * 7
        parts = PairedScores(values, labels, n_resamples=50, n_permutations=99).compare(0, 1)
    finally:
        module._BLOCK_BYTES = before
    assert parts == whole_outcome
