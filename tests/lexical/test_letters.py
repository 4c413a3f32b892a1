from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from recommender.lexical.letters import MOST_RUNS, RUN_NUMBERS, title_runs, weigh_runs


def letters(titles: list[str]) -> csr_matrix:
    found = weigh_runs(*title_runs(titles))
    return csr_matrix((found.weights, found.runs, found.starts), shape=(len(titles), RUN_NUMBERS))


def naive(title: str) -> set[str]:
    words = [f" {word} " for word in title.casefold().split()]
    return {word[at : at + 3] for word in words for at in range(len(word) - 2)}


@given(st.lists(st.text("ab c-é", max_size=12), max_size=5))
def test_runs_are_those_of_the_naive_twin(titles: list[str]) -> None:
    runs, starts = title_runs(titles)
    for row, title in enumerate(titles):
        own = runs[starts[row] : starts[row + 1]]
        assert (np.diff(own) > 0).all()
        assert len(own) == len(naive(title))
    for row, title in enumerate(titles):
        for other, second in enumerate(titles):
            shared = np.intersect1d(runs[starts[row] : starts[row + 1]], runs[starts[other] : starts[other + 1]])
            assert len(shared) == len(naive(title) & naive(second))


def test_names_of_one_family_are_near_and_titles_alike_are_nearest() -> None:
    found = letters(["git-prune", "git-prune-packed", "Kite flying", "GIT-PRUNE"])
    near = (found @ found.T).toarray()
    np.testing.assert_allclose(np.diag(near), 1, rtol=1e-6)
    assert near[0, 3] > 0.999
    assert 0.999 > near[0, 1] > near[0, 2] >= 0


def test_empty_titles_and_single_letters_have_rows() -> None:
    found = letters(["", "C", "c"])
    assert found.shape[0] == 3
    assert found[0].nnz == 0
    assert (found[1] @ found[2].T).toarray()[0, 0] > 0.999


def test_no_titles() -> None:
    assert letters([]).shape[0] == 0


def test_of_a_long_title_the_rarest_runs_are_compared() -> None:
    long = " ".join(f"{one}{two}xyz" for one in "abcd" for two in "efgh")
    found = letters([long, "xyz", "xyz", "xyz"])
    assert found[0].nnz == MOST_RUNS
    assert (found[0] @ found[1].T).toarray()[0, 0] < 0.1
