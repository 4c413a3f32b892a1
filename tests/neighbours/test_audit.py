from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import recommender.neighbours.audit as audit_module
from recommender.neighbours.audit import exact_by_parts, recall
from recommender.neighbours.space import DenseSpace
from tests.neighbours.sites import site

NONE = -np.inf


def test_recall_by_hand() -> None:
    exact = np.array([[0.9, 0.8, 0.7], [0.9, 0.9, 0.5], [0.4, NONE, NONE], [NONE, NONE, NONE]])
    # Two of three; all, since 0.9 stands for either of two equal ones; nothing of one; nothing of nothing.
    found = np.array([[0.9, 0.7, 0.2], [0.9, 0.9, 0.4], [0.3, NONE, NONE], [NONE, NONE, NONE]])
    audit = recall(found, exact, 3)
    assert audit.recall_ratio == pytest.approx((2 + 2 + 0) / (3 + 3 + 1))
    assert (audit.k, audit.articles) == (3, 4)
    assert recall(found, exact, 1).recall_ratio == pytest.approx(2 / 3)
    assert recall(exact, exact, 3).recall_ratio == 1
    assert recall(found[3:], exact[3:], 3).recall_ratio == 1


def test_an_equal_score_is_as_good_and_counts_once() -> None:
    exact = np.array([[0.5, 0.5]])
    assert recall(np.array([[0.5, 0.5, 0.5]]), exact, 2).recall_ratio == 1
    assert recall(np.array([[0.5, 0.4, 0.4]]), exact, 2).recall_ratio == 0.5


def test_an_audit_says_what_it_compared() -> None:
    found = np.array([[0.9, 0.7]])
    assert str(recall(found, found, 2)) == "100.0% of the 2 nearest found, by exact search for 1 articles"


@pytest.mark.parametrize("dense", [True, False])
def test_an_exact_search_by_parts(monkeypatch: pytest.MonkeyPatch, dense: bool) -> None:
    monkeypatch.setattr(audit_module, "_TARGETS_AT_ONCE", 70)
    mixed = site(400)
    space = DenseSpace(mixed.vectors) if dense else mixed
    queries, targets = np.array([0, 3, 97, 200, 399]), np.arange(1, 400, 2)
    with ThreadPoolExecutor(2) as pool:
        found = exact_by_parts(space, queries, targets, 8, pool)
        empty = exact_by_parts(space, queries, targets[:0], 8, pool)
    exact = space.nearest(8, queries=queries, targets=targets)
    assert found.indices.tolist() == exact.indices.tolist()
    assert found.scores.tolist() == exact.scores.tolist()
    assert (empty.indices == -1).all()
