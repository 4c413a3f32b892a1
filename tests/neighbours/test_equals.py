from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

import recommender.neighbours.mixed as mixed
import recommender.neighbours.space as space
from recommender.neighbours.equals import first_of_equals
from recommender.neighbours.mixed import MixedSpace
from recommender.neighbours.space import DenseSpace


def site(kinds: list[int]) -> tuple[np.ndarray, csr_matrix]:
    """Rows of one kind have one content."""
    rng = np.random.default_rng(5)
    vectors = rng.normal(size=(4, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    words = rng.random((4, 12)).astype(np.float32) * (rng.random((4, 12)) < 0.5)
    return vectors[kinds], csr_matrix(words[kinds])


@pytest.mark.parametrize("type_", [np.float32, np.float16])
def test_the_first_of_each_content_stay(type_: type) -> None:
    vectors, words = site([0, 1, 0, 0, 2, 1, 0])
    rows = np.arange(7)
    assert first_of_equals(vectors.astype(type_), words, rows, 2).tolist() == [0, 1, 2, 4, 5]
    assert first_of_equals(vectors.astype(type_), None, rows, 1).tolist() == [0, 1, 4]
    assert first_of_equals(vectors.astype(type_), words, rows[2:], 2).tolist() == [2, 3, 4, 5]
    assert first_of_equals(vectors.astype(type_), words, rows, 4).tolist() == rows.tolist()


def test_one_bit_of_a_vector_or_a_word_is_another_content() -> None:
    vectors, words = site([0, 0, 0])
    vectors[1, 3] = np.nextafter(vectors[1, 3], np.float32(9))
    words.data[-1] = np.nextafter(words.data[-1], np.float32(9))
    assert first_of_equals(vectors, words, np.arange(3), 1).tolist() == [0, 1, 2]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.integers(1, 4), st.sets(st.integers(0, 39)))
def test_lists_are_the_same_with_all_of_them(kinds: list[int], depth: int, drawn: set[int]) -> None:
    vectors, words = site(kinds)
    targets = np.array(sorted(row for row in drawn if row < len(kinds)) or range(len(kinds)))
    for make in (lambda: MixedSpace(vectors, words, 0.7), lambda: DenseSpace(vectors)):
        found = make().nearest(depth, targets=targets)
        with pytest.MonkeyPatch.context() as patch:
            for module in (mixed, space):
                patch.setattr(module, "first_of_equals", lambda vectors, words, rows, most: rows)
            expected = make().nearest(depth, targets=targets)
        width = expected.indices.shape[1]
        assert found.indices[:, :width].tolist() == expected.indices.tolist()
        assert found.scores[:, :width].tolist() == expected.scores.tolist()
