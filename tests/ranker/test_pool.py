"""The union of neighbourhoods, by hand and against a naive twin."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.ranker.pool import candidate_pool, pool_recall, ranked

NONE = np.full(4, np.nan)
NEAREST = np.array([[1, 2], [0, -1], [3, 0], [2, 1]], dtype=np.int32)
ALL = np.arange(4)


def _pairs(pool):
    return list(zip(pool.sources.tolist(), pool.candidates.tolist(), strict=True))


def test_text_alone() -> None:
    pool = candidate_pool(NEAREST, NONE, NONE, sources=ALL, targets=ALL, text_only=False)
    assert _pairs(pool) == [(0, 1), (0, 2), (1, 0), (2, 0), (2, 3), (3, 1), (3, 2)]
    assert pool.origins["text"].all()


def test_ids_join_and_only_those_who_may_take_part() -> None:
    numbers = np.array([1.0, 5.0, 40.0, 500.0])
    pool = candidate_pool(
        NEAREST, numbers, NONE, sources=np.array([0, 2]), targets=np.array([0, 1, 3]), text_only=False
    )
    assert _pairs(pool) == [(0, 1), (2, 0), (2, 1), (2, 3)]
    assert pool.origins["text"].tolist() == [True, True, False, True]
    assert pool.origins["ids"].tolist() == [True, True, True, False]
    shown = np.array([True, False, True, False])
    assert pool_recall(pool, shown, 4) == {"text": 0.25, "ids": 0.5, "union": 0.5}


def test_dates_where_there_are_no_ids_and_nothing_but_text_where_asked() -> None:
    days = np.array([1.0, 2.0, 400.0, 401.0])
    pool = candidate_pool(NEAREST, NONE, days, sources=ALL, targets=ALL, text_only=False)
    assert set(pool.origins) == {"text", "dates"}
    assert (1, 0) in _pairs(pool)
    assert pool.origins["dates"].sum() == 4
    numbers = np.arange(4.0)
    assert set(candidate_pool(NEAREST, numbers, days, sources=ALL, targets=ALL, text_only=True).origins) == {"text"}


@settings(max_examples=50)
@given(st.data())
def test_ranked_is_each_sources_best(data: st.DataObject) -> None:
    n = data.draw(st.integers(2, 8))
    nearest = np.array(
        [data.draw(st.lists(st.integers(-1, n - 1), min_size=3, max_size=3)) for _ in range(n)], dtype=np.int32
    )
    nearest[nearest == np.arange(n)[:, None]] = -1
    nothing = np.full(n, np.nan)
    pool = candidate_pool(nearest, nothing, nothing, sources=np.arange(n), targets=np.arange(n), text_only=False)
    scores = np.array(data.draw(st.lists(st.sampled_from([0.1, 0.2, 0.3]), min_size=len(pool.sources), max_size=99)))
    scores = scores[: len(pool.sources)]
    depth = data.draw(st.integers(1, 4))
    found = ranked(pool, scores, n, depth)
    for row in range(n):
        own = [
            (-score, target)
            for source, target, score in zip(pool.sources, pool.candidates, scores.tolist(), strict=True)
            if source == row
        ]
        expected = [int(target) for _, target in sorted(own)[:depth]]
        assert found.indices[row][found.indices[row] >= 0].tolist() == expected
