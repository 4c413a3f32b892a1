from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.corpus.resolve import AMBIGUOUS, DANGLING, EXTERNAL
from recommender.evaluator.units import connect
from tests.evaluator.helpers import targets


def test_components_follow_links_in_either_direction() -> None:
    found = connect(targets([3], [DANGLING, EXTERNAL], [3], [], [4, AMBIGUOUS]))
    assert found.labels.tolist() == [0, 1, 0, 0, 2]
    assert found.of(np.array([4, 2, 0])).tolist() == [1, 0, 0]


@given(st.lists(st.lists(st.integers(-3, 29), max_size=3), min_size=1, max_size=30))
def test_components_are_those_of_a_naive_search(lists: list[list[int]]) -> None:
    links = [[row for row in rows if row < len(lists)] for rows in lists]
    naive = list(range(len(links)))
    for _ in links:
        for row, rows in enumerate(links):
            for other in rows:
                if other >= 0:
                    naive[row] = naive[other] = min(naive[row], naive[other])
    numbers = {label: number for number, label in enumerate(dict.fromkeys(naive))}
    assert connect(targets(*links)).labels.tolist() == [numbers[label] for label in naive]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=25), st.integers(2, 6), st.integers(0, 3))
def test_folds_share_no_component_and_are_close_in_size(sizes: list[int], n_folds: int, seed: int) -> None:
    links = targets(*[[row + 1] if place < size - 1 else [] for size, place, row in _chains(sizes)])
    components = connect(links)
    keys = [f"/a/{row:03d}" for row in range(len(links))]
    folds = components.folds(np.arange(len(links)), n_folds, keys, seed=seed)
    for component in range(len(sizes)):
        assert len(set(folds[components.labels == component].tolist())) == 1
    load = np.bincount(folds, minlength=n_folds)
    # Largest first into the smallest fold: no two folds differ by more than the largest component.
    assert load.max() - load.min() <= max(sizes)
    assert folds.tolist() == components.folds(np.arange(len(links)), n_folds, keys, seed=seed).tolist()


def _chains(sizes: list[int]) -> list[tuple[int, int, int]]:
    rows = [(size, place) for size in sizes for place in range(size)]
    return [(size, place, row) for row, (size, place) in enumerate(rows)]


def test_folds_of_nothing_and_too_few() -> None:
    components = connect(targets([1], []))
    assert components.folds(np.empty(0, dtype=np.int64), 2, ["a", "b"]).tolist() == []
    with pytest.raises(ValueError, match="at least 2"):
        components.folds(np.array([0]), 1, ["a", "b"])
