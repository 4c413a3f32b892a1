from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.selection.lists import Choice
from recommender.selection.pairs import pairs_of
from recommender.selection.stability import churn, favoured, settled, usual_margin
from tests.selection.helpers import lists_of


def linked(**lists: list[int]) -> dict[int, tuple[Choice, ...]]:
    return {int(row[1:]): tuple(Choice(target, 0.5) for target in targets) for row, targets in lists.items()}


def test_churn_by_hand() -> None:
    found = churn(linked(r0=[1, 2], r1=[0], r2=[3, 4], r9=[1]), linked(r0=[2, 1], r1=[0], r2=[3, 5], r7=[1]))
    assert (found.lists, found.lists_changed) == (3, 2)
    assert (found.links, found.links_gone, found.ratio) == (5, 1, 0.2)
    assert (found.lists_new, found.lists_gone) == (1, 1)
    assert str(found) == "20.0% of 5 links, 2 of 3 lists; 1 lists are new, 1 gone"
    assert churn({}, linked(r0=[1])).ratio == 0


def test_the_usual_margin_is_the_median_fall_from_place_k_to_2k() -> None:
    candidates = lists_of(
        {
            0: [(1, 0.9), (2, 0.8), (3, 0.7), (4, 0.5)],
            1: [(0, 0.9), (2, 0.8), (3, 0.7), (4, 0.7)],
            2: [(0, 0.9), (1, 0.8), (3, 0.5), (4, 0.4)],
            3: [(0, 0.9), (1, 0.1)],
        },
        5,
    )
    assert usual_margin(pairs_of(candidates, np.arange(5)), 2) == 0.3
    assert usual_margin(pairs_of(candidates, np.arange(5)), 3) == 0.0


def test_incumbents_are_favoured() -> None:
    pairs = pairs_of(lists_of({0: [(1, 0.9), (2, 0.8)], 1: [(0, 0.9)]}, 3), np.arange(3))
    found = favoured(pairs, linked(r0=[2], r2=[0]), 0.25, 3)
    assert found.targets.tolist() == [2, 1, 0]
    assert found.values.tolist() == [1.05, 0.9, 0.9]
    assert found.scores.tolist() == [0.8, 0.9, 0.9]


def test_places_by_hand() -> None:
    values = {1: 0.5, 2: 0.6, 3: 0.9}
    # 2 is better than 1 by no more than the margin; 3 is new and worth more than either.
    assert settled([3, 2, 1], values, [1, 2], 0.2) == [3, 1, 2]
    assert settled([3, 2, 1], values, [1, 2], 0.05) == [3, 2, 1]
    assert settled([3, 2, 1], values, [], 0.2) == [3, 2, 1]
    assert settled([3, 2, 1], values, [2, 9, 3], 1.0) == [2, 3, 1]


@given(st.permutations(range(5)), st.permutations(range(5)), st.floats(0, 2))
def test_a_list_that_is_given_again_stays(targets: list[int], before: list[int], margin: float) -> None:
    values = {target: 1.0 - place / 10 for place, target in enumerate(targets)}
    once = settled(targets, values, before, margin)
    assert sorted(once) == sorted(targets)
    assert settled(targets, values, once, margin) == once
    if margin >= 0.5:
        assert once == before
