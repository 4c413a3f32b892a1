from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.exact import nearest, row_products
from recommender.neighbours.fused import fused_vectors

Vectors = NDArray[np.float32]


def naive(
    vectors: Vectors, depth: int, queries: NDArray[np.integer], targets: NDArray[np.integer]
) -> list[list[tuple[int, float]]]:
    """Every pair, one after the other, in the order `(-score, row)`."""
    lists = []
    for query in queries.tolist():
        if not vectors[query].any():
            lists.append([])
            continue
        scored = [
            (
                -round(float(np.dot(vectors[query].astype(np.float64), vectors[target].astype(np.float64))), 6) + 0.0,
                target,
            )
            for target in targets.tolist()
            if target != query and vectors[target].any()
        ]
        lists.append([(target, -score) for score, target in sorted(scored)[:depth]])
    return lists


def as_lists(found: Candidates) -> list[list[tuple[int, float]]]:
    return [
        [(row, score) for row, score in zip(rows, scores, strict=True) if row >= 0]
        for rows, scores in zip(found.indices.tolist(), found.scores.tolist(), strict=True)
    ]


def unit(rows: NDArray[np.floating]) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def same(found: list[list[tuple[int, float]]], expected: list[list[tuple[int, float]]]) -> None:
    assert [[row for row, _ in one] for one in found] == [[row for row, _ in one] for one in expected]
    for left, right in zip(found, expected, strict=True):
        np.testing.assert_allclose([score for _, score in left], [score for _, score in right], atol=2e-6)


# Few directions in few dimensions: ties, duplicates and zero rows everywhere.
grids = (
    st.integers(1, 40)
    .flatmap(lambda n: st.lists(st.lists(st.integers(-1, 1), min_size=2, max_size=2), min_size=n, max_size=n))
    .map(lambda rows: unit(np.array(rows, dtype=np.float64)))
)


@settings(deadline=None)
@given(grids, st.integers(1, 60), st.randoms(use_true_random=False))
def test_equal_to_comparing_every_pair(vectors: Vectors, depth: int, random) -> None:
    n = len(vectors)
    targets = np.array(sorted(random.sample(range(n), random.randint(1, n))))
    queries = np.array(random.sample(range(n), random.randint(1, n)))
    same(as_lists(nearest(vectors, depth, queries=queries, targets=targets)), naive(vectors, depth, queries, targets))


def test_equal_to_comparing_every_pair_on_ordinary_vectors() -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(300, 24)))
    rows = np.arange(300)
    same(as_lists(nearest(vectors, 17)), naive(vectors, 17, rows, rows))


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_the_same_bytes_for_any_number_of_threads_and_chunks(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = unit(np.random.default_rng(1).normal(size=(400, 32)).round(1))
    expected = nearest(vectors, 9, threads=1)
    monkeypatch.setattr("recommender.neighbours.exact._RESCORED_PAIRS", 37 * threads)
    found = nearest(vectors, 9, threads=threads)
    assert found.indices.tobytes() == expected.indices.tobytes()
    assert found.scores.tobytes() == expected.scores.tobytes()


def test_many_equal_articles_are_ordered_by_key() -> None:
    vectors = np.tile(np.array([[1, 0]], dtype=np.float32), (200, 1))
    found = nearest(vectors, 3)
    assert found.indices[0].tolist() == [1, 2, 3]
    assert found.indices[199].tolist() == [0, 1, 2]


def test_no_articles_one_article_and_fewer_than_asked_for() -> None:
    assert nearest(np.empty((0, 2), np.float32), 5).indices.shape == (0, 1)
    assert nearest(np.ones((1, 1), np.float32), 5).indices.tolist() == [[-1]]
    assert nearest(np.ones((3, 1), np.float32), 5).indices.tolist() == [[1, 2, -1], [0, 2, -1], [0, 1, -1]]


def test_depth_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="depth must be at least 1; found 0"):
        nearest(np.ones((3, 1), np.float32), 0)


def test_a_product_does_not_depend_on_what_stands_beside_it() -> None:
    vectors = unit(np.random.default_rng(2).normal(size=(50, 384)))
    left, right = np.arange(49), np.arange(1, 50)
    together = row_products(vectors, left, right)
    alone = [row_products(vectors, left[at : at + 1], right[at : at + 1])[0] for at in range(49)]
    assert together.tolist() == [float(score) for score in alone]


def test_fused_views_are_the_direction_of_their_weighted_sum() -> None:
    rng = np.random.default_rng(3)
    first, second = unit(rng.normal(size=(5, 4))), unit(rng.normal(size=(5, 4)))
    fused = fused_vectors([first, second], [3.0, 1.0])
    np.testing.assert_allclose(fused, unit(3.0 * first + second), atol=1e-6)


def test_an_article_without_a_view_is_compared_by_the_others() -> None:
    first = np.array([[1, 0], [1, 0]], dtype=np.float32)
    second = np.array([[0, 0], [0, 1]], dtype=np.float32)
    fused = fused_vectors([first, second], [1.0, 1.0])
    np.testing.assert_allclose(np.linalg.norm(fused, axis=1), [1, 1], atol=1e-6)
    np.testing.assert_allclose(fused[0], first[0])
    np.testing.assert_allclose(fused[0] @ fused[1], np.sqrt(0.5), atol=1e-6)
