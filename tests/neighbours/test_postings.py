from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

import recommender.neighbours.postings as postings_module
from recommender.neighbours.postings import found_by_words, heaviest, posting_lists
from recommender.scratch import GrowingArray, StackedRows
from tests.neighbours.sites import site


@settings(deadline=None)
@given(
    st.lists(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=7, max_size=7), min_size=1, max_size=8),
    st.integers(1, 8),
)
def test_the_heaviest_entries_of_every_row(numbers: list[list[float]], most: int) -> None:
    kept = heaviest(csr_matrix(np.array(numbers, dtype=np.float32)), most)
    for row, values in enumerate(numbers):
        expected = sorted(
            sorted((-value, column) for column, value in enumerate(values) if value)[:most], key=lambda p: p[1]
        )
        part = slice(kept.indptr[row], kept.indptr[row + 1])
        assert list(zip(kept.indices[part].tolist(), kept.data[part].tolist(), strict=True)) == [
            (column, -value) for value, column in expected
        ]


def test_what_words_find_is_what_the_cut_lists_add_up_to() -> None:
    words = site(300).words
    targets = np.arange(0, 300, 2)
    postings = posting_lists(words, 5, targets)
    assert np.diff(postings.indptr).max() == 5
    queries = heaviest(words, 4)
    found = found_by_words(queries, postings, 6)
    products = (queries.toarray().astype(np.float64) @ postings.toarray().astype(np.float64)).round(5)
    for row in range(300):
        part = slice(found.indptr[row], found.indptr[row + 1])
        expected = sorted(products[row][products[row] > 0], reverse=True)[:6]
        assert sorted(products[row][found.indices[part]], reverse=True) == expected


def test_it_is_the_same_for_any_number_of_threads_and_whoever_asks_beside() -> None:
    words = site(300).words
    postings, queries = posting_lists(words, 8, np.arange(300)), heaviest(words, 6)
    one, two = found_by_words(queries, postings, 4), found_by_words(queries, postings, 4, threads=2)
    assert (one != two).nnz == 0
    assert (found_by_words(queries[40:77], postings, 4) != one[40:77]).nnz == 0


class InFiles(StackedRows):
    """As if it were large."""

    def __init__(self, n_columns: int) -> None:
        super().__init__(n_columns)
        self._data, self._indices = GrowingArray(np.float32, 100), GrowingArray(np.int32, 100)


def test_lists_put_together_from_parts_are_those_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    words = site(300).words
    targets = np.arange(1, 300, 2)
    whole = heaviest(words[targets].T.tocsr(), 5)
    monkeypatch.setattr(postings_module, "_LISTED_AT_ONCE", 23)
    monkeypatch.setattr(postings_module, "_ENTRIES_AT_ONCE", 500)
    found = posting_lists(words, 5, targets)
    monkeypatch.setattr(postings_module, "StackedRows", InFiles)
    in_files = posting_lists(words, 5, targets)
    for name in ("data", "indices", "indptr"):
        assert np.array_equal(getattr(found, name), getattr(whole, name))
        assert np.array_equal(getattr(in_files, name), getattr(whole, name))
    queries = heaviest(words, 4)
    assert (found_by_words(queries, in_files, 3) != found_by_words(queries, whole, 3)).nnz == 0


def test_without_targets_nobody_is_listed() -> None:
    words = site(30).words
    assert posting_lists(words, 5, np.empty(0, dtype=np.int64)).shape == (words.shape[1], 0)
