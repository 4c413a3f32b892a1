from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from recommender.evaluator.structure import Frame, describe, in_degrees
from tests.evaluator.helpers import candidates, judgements

# Four eligible articles and one that is not; 0 and 1 in one group, 2 in another, 3 in none.
KEYS = ["/a", "/b", "/c", "/d", "/e"]
GROUPS = np.array([0, 0, 1, -1, 1], dtype=np.int32)
ELIGIBLE = np.array([True, True, True, True, False])
ANGLES = np.deg2rad([0, 10, 60, 90, 200])
VECTORS = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1).astype(np.float32)
FRAME = Frame(np.arange(5, dtype=np.int32), KEYS, ELIGIBLE, GROUPS, VECTORS, np.array([0, 0, 2, 3, 4], dtype=np.int32))
LISTS = candidates([[1, 2], [0], [1, 0], [1], []], depth=3)


def keys(n: int) -> list[str]:
    return [f"/a/{row:03d}" for row in range(n)]


def test_by_hand() -> None:
    found = describe(LISTS, FRAME, 2)
    assert (found.k, found.n_lists, found.n_empty) == (2, 5, 1)
    # 0 is named twice, 1 three times, 2 once, 3 never.
    assert (found.coverage_ratio, found.orphans) == (3 / 4, 1)
    assert (found.largest_hub, found.largest_hub_key) == (3, "/b")
    assert found.in_degree_skew == pytest.approx(0.0)
    # 0-1, 1-0, 0-2 and 2-0 are returned, 2-1 and 3-1 are not.
    assert found.reciprocity_ratio == 4 / 6
    # 0-1 and 1-0 stay in the group; 3 has none.
    assert found.same_group_ratio == 2 / 6
    # Pairs within a list: 1 and 2 (50 degrees), 1 and 0 (10 degrees).
    assert found.list_similarity == pytest.approx((np.cos(np.deg2rad(50)) + np.cos(np.deg2rad(10))) / 2, abs=1e-6)
    # 0 and 1 are one cluster: 0-1, 1-0, and 0 behind 1 in the list of 2.
    assert found.near_duplicate_ratio == 3 / 6
    assert found.unjudged_ratio is None


def test_places_behind_k_do_not_count() -> None:
    found = describe(LISTS, FRAME, 1)
    assert (found.largest_hub, found.orphans) == (3, 2)
    assert found.list_similarity == 0.0


def test_unjudged_is_the_mean_over_the_queries() -> None:
    judged = judgements([[1], [2, 3]])
    lists = candidates([[1, 2], [4]])
    frame = Frame(np.arange(2, dtype=np.int32), KEYS, ELIGIBLE, GROUPS)
    assert describe(lists, frame, 2, judged.judge(lists)).unjudged_ratio == pytest.approx((1 / 2 + 1) / 2)


def test_what_is_not_known_is_none() -> None:
    frame = Frame(np.arange(5, dtype=np.int32), KEYS, ELIGIBLE, np.full(5, -1, dtype=np.int32))
    found = describe(LISTS, frame, 2)
    assert (found.same_group_ratio, found.list_similarity, found.near_duplicate_ratio) == (None, None, None)


def test_links_back_count_among_those_who_were_asked() -> None:
    """Article 2 was not asked, so that it cannot link back; of the two other links one is returned."""
    frame = Frame(np.array([0, 1, 3], dtype=np.int32), KEYS, ELIGIBLE, GROUPS)
    found = describe(candidates([[1, 2], [0], [1]]), frame, 2)
    assert found.reciprocity_ratio == 2 / 3


def test_nothing_proposed() -> None:
    found = describe(candidates([[]] * 5, depth=2), FRAME, 2)
    assert (found.coverage_ratio, found.orphans, found.in_degree_skew) == (0.0, 4, 0.0)
    assert (found.largest_hub, found.largest_hub_key, found.reciprocity_ratio) == (0, None, 0.0)


@given(st.lists(st.lists(st.integers(0, 11), max_size=4, unique=True), min_size=12, max_size=12))
def test_against_a_naive_count(lists: list[list[int]]) -> None:
    run = candidates(lists, depth=4)
    frame = Frame(np.arange(12, dtype=np.int32), keys(12), np.ones(12, dtype=np.bool_), np.zeros(12, dtype=np.int32))
    found = describe(run, frame, 4)
    pairs = [(source, target) for source, rows in enumerate(lists) for target in rows]
    degrees = [sum(target == row for _, target in pairs) for row in range(12)]
    assert in_degrees(run, 12, 4).tolist() == degrees
    assert found.orphans == degrees.count(0)
    assert found.largest_hub == max(degrees)
    returned = [(target, source) in pairs for source, target in pairs]
    assert found.reciprocity_ratio == pytest.approx(np.mean(returned) if pairs else 0.0)
    if len(set(degrees)) > 1:
        assert found.in_degree_skew == pytest.approx(scipy.stats.skew(degrees))


def test_blocks_of_lists_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(50, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    run = candidates([rng.choice(50, 5, replace=False).tolist() for _ in range(50)])
    frame = Frame(
        np.arange(50, dtype=np.int32), keys(50), np.ones(50, dtype=np.bool_), np.zeros(50, dtype=np.int32), vectors
    )
    whole = describe(run, frame, 5)
    monkeypatch.setattr("recommender.evaluator.structure._BLOCK", 7)
    assert describe(run, frame, 5).list_similarity == pytest.approx(whole.list_similarity, abs=1e-12)
    naive = [vectors[a] @ vectors[b] for row in run.indices for place, b in enumerate(row) for a in row[:place]]
    assert whole.list_similarity == pytest.approx(np.mean(naive), abs=1e-6)
