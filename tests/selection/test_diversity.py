from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.selection.diversity import diversified
from recommender.selection.pairs import pairs_of
from tests.selection.helpers import candidates_of, lists_of, similarity_of, unit_vectors


def test_by_hand() -> None:
    # 1 and 2 are the same, 3 is another; 2 loses all that 1 says.
    vectors = np.array([[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]], dtype=np.float32)
    pairs = pairs_of(lists_of({0: [(1, 0.9), (2, 0.8), (3, 0.5)]}, 4), np.arange(4))
    found = diversified(pairs, 2, 0.5, similarity_of(vectors))
    assert found.targets.tolist() == [1, 3, 2]
    assert found.values.tolist() == [0.45, 0.25, -0.1]
    assert found.scores.tolist() == [0.9, 0.5, 0.8]


def test_near_duplicates_do_not_fill_the_pool() -> None:
    # With one place the pool is four: 1, which 2, 3 and 4 repeat, then 5, 6 and 7.
    candidates = lists_of({0: [(row, 1 - row / 10) for row in range(1, 9)]}, 9)
    clusters = np.array([0, 1, 1, 1, 1, 5, 6, 7, 8], dtype=np.int32)
    pairs = pairs_of(candidates, np.arange(9))
    similarity = similarity_of(np.eye(9, dtype=np.float32))
    assert diversified(pairs, 1, 0.1, similarity, clusters).targets.tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert diversified(pairs, 1, 0.1, similarity).targets.tolist() == [1, 2, 3, 4]


def test_no_weight_changes_nothing() -> None:
    pairs = pairs_of(lists_of({0: [(1, 0.9)]}, 2), np.arange(2))
    assert diversified(pairs, 5, 0.0, similarity_of(np.eye(2, dtype=np.float32))) is pairs


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 25), st.integers(1, 5), st.floats(0.01, 1), st.integers(0, 50))
def test_as_the_naive_twin(n: int, k: int, weight: float, seed: int) -> None:
    vectors = unit_vectors(n, 4, seed)
    similarity = similarity_of(vectors)
    pairs = pairs_of(candidates_of(vectors, 12), np.arange(n))
    found = diversified(pairs, k, weight, similarity)
    for row in range(n):
        mine = pairs.sources == row
        pool = list(zip(pairs.targets[mine].tolist(), pairs.values[mine].tolist(), strict=True))[: 4 * k]
        chosen: list[int] = []
        while pool and len(chosen) < k:

            def marginal(pair: tuple[int, float], before: list[int] = chosen) -> float:
                alike = [float(similarity(np.array([one]), np.array([pair[0]]))[0]) for one in before]
                return round((1 - weight) * pair[1] - weight * max([0.0, *alike]), 6)

            best = max(pool, key=lambda pair: (marginal(pair), -pool.index(pair)))
            pool.remove(best)
            chosen.append(best[0])
        assert found.targets[found.sources == row][: len(chosen)].tolist() == chosen or _ties(found, row, len(chosen))


def _ties(found: object, row: int, k: int) -> bool:
    """Whether equal values stand where the order may differ: values are sorted again by value, then by row."""
    values = found.values[found.sources == row]  # type: ignore[attr-defined]
    return len(set(values[: k + 1].tolist())) < min(k + 1, len(values))
