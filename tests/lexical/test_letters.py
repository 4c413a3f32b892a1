from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from recommender.lexical.letters import title_runs, weigh_runs


def letters(titles: list[str]) -> csr_matrix:
    return weigh_runs(*title_runs(titles))


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
