from __future__ import annotations

import numpy as np
import pytest

from recommender.evaluator.slices import Slice, by_crossing, by_group, by_judgements, by_length
from tests.evaluator.helpers import judgements


def told(slices: list[Slice]) -> dict[str, list[int]]:
    return {part.name: part.members.tolist() for part in slices}


# Queries 0 to 3; articles 4 and 5 are only linked to.
JUDGED = judgements([[1], [0, 4], [5, 1, 3], [4, 5, 0, 1, 2]])
GROUPS = ["a", "a", "b", None, "b", "b"]


def test_by_group_largest_first() -> None:
    assert told(by_group(JUDGED, GROUPS)) == {"a": [0, 1], "(no group)": [3], "b": [2]}
    assert by_group(JUDGED, [None] * 6) == []


def test_small_groups_are_one_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.evaluator.slices._LARGEST_GROUPS", 1)
    assert told(by_group(JUDGED, GROUPS)) == {"a": [0, 1], "(all others)": [2, 3]}


def test_by_length_of_the_answer() -> None:
    lengths = np.array([0, 499, 500, 4000, 1, 1])
    assert told(by_length(JUDGED, lengths)) == {"0 to 499": [0, 1], "500 to 999": [2], "4000 or more": [3]}


def test_by_number_of_judgements() -> None:
    assert told(by_judgements(JUDGED)) == {"1": [0], "2": [1], "3": [2], "5 or more": [3]}


def test_by_whether_links_cross_groups() -> None:
    assert told(by_crossing(JUDGED, GROUPS)) == {
        "within the group": [0],
        "within and across": [1, 2],
        "across groups": [3],
    }
    assert by_crossing(JUDGED, [None] * 6) == []


def test_every_way_of_dividing_holds_every_query_once() -> None:
    lengths = np.arange(0, 6000, 1000)
    for parts in (by_group(JUDGED, GROUPS), by_length(JUDGED, lengths), by_judgements(JUDGED)):
        assert sorted(member for part in parts for member in part.members.tolist()) == [0, 1, 2, 3]
