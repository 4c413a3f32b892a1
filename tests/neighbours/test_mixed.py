from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

import recommender.neighbours.block_search as block_search
from recommender.neighbours.mixed import MixedSpace
from recommender.neighbours.space import DenseSpace


def naive(
    vectors: NDArray[np.float32], words: NDArray[np.float32], share: float, depth: int, targets: list[int]
) -> list[list[tuple[int, float]]]:
    """Every pair, one after the other, in the order `(-score, row)`."""
    known = [
        bool(one.any() and share < 1) or bool(other.any() and share > 0)
        for one, other in zip(vectors, words, strict=True)
    ]
    lists = []
    for query in range(len(vectors)):
        scored = []
        for target in targets:
            if target != query and known[query] and known[target]:
                by_words = sum(float(a) * float(b) for a, b in zip(words[query], words[target], strict=True))
                by_vectors = sum(float(a) * float(b) for a, b in zip(vectors[query], vectors[target], strict=True))
                scored.append((-round(share * by_words + (1 - share) * by_vectors, 6) + 0.0, target))
        lists.append([(target, -score) for score, target in sorted(scored)[:depth]])
    return lists


small = st.integers(1, 30).flatmap(
    lambda n: st.tuples(
        *[
            st.lists(st.lists(st.sampled_from(values), min_size=3, max_size=3), min_size=n, max_size=n)
            for values in ((-0.5, 0.0, 0.5), (0.0, 0.0, 0.25, 0.5))
        ]
    )
)


@settings(deadline=None, max_examples=50)
@given(
    small,
    st.sampled_from([0.0, 0.5, 0.75, 1.0]),
    st.integers(1, 6),
    st.sampled_from([2, 7, 1024]),
    st.sampled_from([0.2, 0.8, 1.0]),
    st.randoms(use_true_random=False),
)
def test_the_best_are_those_of_every_pair(
    numbers, share: float, depth: int, rows_at_once: int, allowed: float, random
) -> None:
    vectors, words = (np.array(one, dtype=np.float32) for one in numbers)
    targets = [row for row in range(len(vectors)) if random.random() < allowed]
    space = MixedSpace(vectors, csr_matrix(words), share)
    with patch.object(block_search, "_ROWS_AT_ONCE", rows_at_once):
        found = space.nearest(depth, targets=np.array(targets, dtype=np.int64))
    lists = [
        [(row, score) for row, score in zip(rows, scores, strict=True) if row >= 0]
        for rows, scores in zip(found.indices.tolist(), found.scores.tolist(), strict=True)
    ]
    assert lists == naive(vectors, words, share, depth, targets)


def realistic(n: int = 400) -> MixedSpace:
    rng = np.random.default_rng(5)
    vectors = rng.normal(size=(n, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    words = (rng.random((n, 60)) * (rng.random((n, 60)) < 0.1)).astype(np.float32)
    return MixedSpace(vectors, csr_matrix(words), 0.8)


def test_neither_threads_nor_blocks_change_a_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    space = realistic()
    expected = space.nearest(10, threads=1)
    monkeypatch.setattr(block_search, "_ROWS_AT_ONCE", 50)
    for threads in (1, 2, 5):
        found = space.nearest(10, threads=threads)
        assert found.indices.tobytes() == expected.indices.tobytes()
        assert found.scores.tobytes() == expected.scores.tobytes()
    some = np.arange(0, 400, 3)
    found = space.nearest(10, queries=some)
    assert found.indices.tobytes() == expected.indices[some].tobytes()
    assert found.scores.tobytes() == expected.scores[some].tobytes()


def test_pairs_score_as_the_search_does() -> None:
    space = realistic()
    found = space.nearest(10)
    sources = np.repeat(np.arange(len(space)), 10)
    assert space.pairs(sources, found.indices.ravel()).tobytes() == found.scores.ravel().tobytes()
    few = np.arange(0, 400, 7)
    scores = space.scores_of_few(np.arange(400), few, np.full(400, -np.inf))
    left, right = np.repeat(np.arange(400), len(few)), np.tile(few, 400)
    assert scores.ravel().tobytes() == space.pairs(left, right).tobytes()


def test_scores_below_the_floor_may_be_left_out_and_others_not() -> None:
    space = realistic()
    rows, few = np.arange(400), np.arange(50)
    whole = space.scores_of_few(rows, few, np.full(400, -np.inf))
    cut = space.scores_of_few(rows, few, np.full(400, 0.2))
    assert np.array_equal(cut[whole >= 0.2], whole[whole >= 0.2])
    assert (cut[whole < 0.19] == -np.inf).all()


def test_without_words_it_is_the_dense_space() -> None:
    space = realistic()
    dense = DenseSpace(space.vectors).nearest(10)
    found = MixedSpace(space.vectors, space.words, 0.0).nearest(10)
    assert found.indices.tobytes() == dense.indices.tobytes()
    np.testing.assert_allclose(found.scores, dense.scores, atol=2e-6)


def test_what_cannot_be_is_refused() -> None:
    nothing = np.zeros((2, 2), dtype=np.float32)
    with pytest.raises(ValueError, match=r"share must be from 0 to 1; found 1\.5"):
        MixedSpace(nothing, csr_matrix(nothing), 1.5)
    space = MixedSpace(nothing, csr_matrix(nothing), 0.5)
    assert space.nearest(3).indices.tolist() == [[-1], [-1]]
    with pytest.raises(ValueError, match="depth must be at least 1; found 0"):
        space.nearest(0)
