from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from recommender.selection.duplicates import IDENTICAL, duplicate_threshold, near_duplicates
from tests.selection.helpers import lists_of


def ordinary(n: int, middle: float, spread: float, seed: int = 0) -> np.ndarray:
    """Similarities of nearest articles where nothing is repeated: normal on Fisher's scale."""
    return np.tanh(np.random.default_rng(seed).normal(np.arctanh(middle), spread, n))


@pytest.mark.parametrize(("middle", "spread"), [(0.9, 0.2), (0.55, 0.15), (0.7, 0.1)])
def test_the_threshold_follows_the_model(middle: float, spread: float) -> None:
    # As many articles at each place from 2 to 8 spreads above the middle.
    copies = np.tanh(np.arctanh(middle) + spread * np.linspace(2, 8, 300))
    threshold = duplicate_threshold(np.concatenate([ordinary(3000, middle, spread), copies]))
    place = (np.arctanh(threshold) - np.arctanh(middle)) / spread
    # By hand: 3,300 · P(z > 3.9) = 0.16 is less than a thousandth of the 205 copies above it, at 3.8 it is more; the
    # copies move middle and spread a little.
    assert 3.6 < place < 4.4


def test_where_nothing_stands_out_only_identical_texts_count() -> None:
    # The quantiles of a normal distribution: the tail is exactly what chance gives.
    best = np.tanh(np.arctanh(0.8) + 0.2 * norm.ppf((np.arange(1000) + 0.5) / 1000))
    assert duplicate_threshold(best) == IDENTICAL
    assert duplicate_threshold(np.full(10, 0.7)) == IDENTICAL
    assert duplicate_threshold(np.array([-np.inf, -np.inf])) == IDENTICAL
    assert duplicate_threshold(np.empty(0)) == IDENTICAL


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-1, 1), max_size=60), st.integers(0, 9))
def test_the_threshold_does_not_depend_on_the_order(best: list[float], seed: int) -> None:
    scores = np.array(best)
    threshold = duplicate_threshold(scores)
    assert threshold == duplicate_threshold(np.random.default_rng(seed).permutation(scores))
    assert threshold <= IDENTICAL


SIMILAR = lists_of(
    {
        0: [(3, 0.97), (1, 0.6)],
        1: [(4, 0.5), (0, 0.6)],
        2: [(5, 0.99)],
        3: [(0, 0.97), (6, 0.96)],
        4: [(1, 0.5)],
        5: [(2, 0.99)],
        6: [(3, 0.96)],
    },
    7,
)


def test_clusters_hold_what_is_connected() -> None:
    found = near_duplicates(SIMILAR, threshold=0.95)
    assert found.labels.tolist() == [0, 1, 2, 0, 4, 2, 0]
    assert found.clusters() == [[0, 3, 6], [2, 5]]
    assert near_duplicates(SIMILAR, threshold=0.98).clusters() == [[2, 5]]
    assert near_duplicates(SIMILAR, threshold=1.0).clusters() == []


def test_a_shared_text_makes_duplicates_only_where_it_means_so() -> None:
    questions = np.array([0, 1, 2, 0, 9, 2, -1])
    # Both pairs that share a question are alike by more: then 1 and 4, with a question of their own, stay alone.
    assert near_duplicates(SIMILAR, [questions], threshold=0.965).clusters() == [[0, 3], [2, 5]]
    assert near_duplicates(SIMILAR, [np.array([0, 1, 2, 0, 1, 2, 0])], threshold=0.95).clusters() == [
        [0, 3, 6],
        [1, 4],
        [2, 5],
    ]
    # Titles such as "Overview" stand on articles that are not alike.
    titles = np.array([0, 1, 0, 2, 1, 1, -1])
    assert near_duplicates(SIMILAR, [titles], threshold=0.95).clusters() == [[0, 3, 6], [2, 5]]


def test_articles_without_a_text_are_alone() -> None:
    assert near_duplicates(SIMILAR, [np.full(7, -1)], threshold=1.0).clusters() == []
    assert near_duplicates(lists_of({}, 0)).clusters() == []
