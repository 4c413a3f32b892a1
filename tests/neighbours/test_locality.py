"""Neighbours on a line against a naive twin."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.neighbours.locality import near_on_line

_PLACES = st.lists(st.one_of(st.integers(0, 30).map(float), st.just(float("nan"))), max_size=25)


@given(_PLACES, st.integers(0, 10), st.data())
def test_all_within_reach(places: list[float], reach: int, data: st.DataObject) -> None:
    allowed = data.draw(st.lists(st.booleans(), min_size=len(places), max_size=len(places)))
    sources, candidates = near_on_line(np.array(places), reach, 100, targets=np.array(allowed, dtype=bool))
    expected = {
        (i, j)
        for i, here in enumerate(places)
        for j, there in enumerate(places)
        if i != j and allowed[j] and abs(here - there) <= reach
    }
    assert len(sources) == len(expected)
    assert set(zip(sources.tolist(), candidates.tolist(), strict=True)) == expected


@given(_PLACES, st.integers(1, 3))
def test_the_nearest_on_either_side_where_there_are_more(places: list[float], most: int) -> None:
    line = np.array(places)
    sources, candidates = near_on_line(line, 30, most, targets=np.ones(len(places), dtype=bool))
    for row in range(len(places)):
        found = line[candidates[sources == row]]
        left = sorted((place for place in places if place < places[row]), reverse=True)[:most]
        assert sorted(found[found < places[row]].tolist(), reverse=True) == left
        assert (found >= places[row]).sum() <= most + 1
