from __future__ import annotations

import numpy as np
import pytest

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.exact import nearest, row_products
from recommender.trainer.negatives import HARDEST_RATIO, excluded, mine, related_rows
from recommender.trainer.pairs import TrainingPairs


def _unit(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    vectors = rng.normal(size=shape).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_related_are_itself_links_both_ways_and_near_duplicates() -> None:
    neighbours = Candidates(
        np.array([[3, 1], [-1, -1], [0, 3]], dtype=np.int32), np.array([[0.96, 0.9], [-np.inf] * 2, [0.94, 0.1]])
    )
    related = related_rows(5, np.array([[1, 2]]), neighbours, np.array([0, 1, 2]))
    expected = np.eye(5, dtype=bool)
    expected[[1, 2, 0, 3], [2, 1, 3, 0]] = True
    assert (related.toarray() == expected).all()


@pytest.mark.parametrize("seed", range(5))
def test_excluded_against_a_naive_twin(seed: int) -> None:
    rng = np.random.default_rng(seed)
    links = rng.integers(12, size=(10, 2))
    related = related_rows(12, links, Candidates(np.empty((0, 1), np.int32), np.empty((0, 1))), np.empty(0, np.int64))
    anchors, answers = rng.integers(12, size=6), rng.integers(12, size=15)
    pairs = {frozenset(pair) for pair in links.tolist()} | {frozenset([row]) for row in range(12)}
    naive = [
        [place != line and frozenset([anchor, answer]) in pairs for place, answer in enumerate(answers.tolist())]
        for line, anchor in enumerate(anchors.tolist())
    ]
    assert excluded(related, anchors, answers).tolist() == naive


def _mined(seed: int) -> tuple[TrainingPairs, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    vectors = _unit(rng, (40, 3))
    vectors[5] = vectors[4]
    for near, other in ((1, 0), (3, 2), (6, 4), (7, 0)):
        vectors[near] = vectors[other] + 0.1 * vectors[near]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = np.arange(30)
    links = np.array([[0, 1], [2, 3], [4, 6], [0, 7]])
    answers = np.arange(40, dtype=np.int32)
    answers[9] = -1
    both = links[:, 0].astype(np.int32), links[:, 1].astype(np.int32)
    pairs = TrainingPairs("links", *both, *both, answers)
    neighbours = nearest(vectors, 20, queries=rows, targets=rows)
    related = related_rows(40, links, neighbours, rows)
    scores = row_products(vectors, *both)
    mined = mine(pairs, scores, neighbours, rows, related, 2, np.random.default_rng(seed))
    return pairs, mined, related.toarray(), vectors


def test_mined_are_never_right_answers_and_have_a_text() -> None:
    pairs, mined, related, _ = _mined(0)
    assert mined.shape == (4, 2)
    for line, chosen in enumerate(mined.tolist()):
        for row in chosen:
            assert not related[pairs.anchor_rows[line], row]
            assert not related[pairs.positive_rows[line], row]
            assert row < 30
            assert row != 9


def test_mined_are_not_nearer_than_the_positive_allows() -> None:
    pairs, mined, _, vectors = _mined(0)
    scores = row_products(vectors, pairs.anchor_rows, pairs.positive_rows)
    near = np.einsum("id,ijd->ij", vectors[pairs.anchor_rows], vectors[mined])
    assert (near <= HARDEST_RATIO * scores[:, None] + 1e-6).all()


def test_the_seed_decides() -> None:
    assert _mined(0)[1].tolist() == _mined(0)[1].tolist()
    assert any(_mined(0)[1].tolist() != _mined(seed)[1].tolist() for seed in (1, 2, 3))
