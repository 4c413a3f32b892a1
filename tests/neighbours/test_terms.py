from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from recommender.neighbours.terms import Terms
from tests.neighbours.sites import site


def test_products_with_the_terms_of_the_queries_alone_are_those_with_all() -> None:
    words = site().words

    def agree(seed: int) -> bool:
        rng = np.random.default_rng(seed)
        asked, targets = (np.sort(rng.choice(words.shape[0], size, replace=False)) for size in (20, 400))
        terms = Terms(words, asked)
        few, many = terms.of(words[asked]), terms.of(words[targets])
        assert few.nnz == words[asked].nnz
        assert few.shape[1] == many.shape[1] == len(np.unique(words[asked].indices)) < words.shape[1]
        return bool(((few @ many.T).toarray() == (words[asked] @ words[targets].T).toarray()).all())

    # Threads keep what they look terms up in; what one writes there meets no other, nor the next of its own.
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(agree, range(40)))


def test_a_larger_vocabulary_comes_after_a_smaller_one() -> None:
    for n in (100, 1_500, 200):
        words = site(n).words
        few = words[:, : n * 2].tocsr()
        assert Terms(few, np.arange(5)).of(few).shape == (n, len(np.unique(few[:5].indices)))


def test_of_no_words_there_are_no_columns() -> None:
    words = site().words
    assert Terms(words, np.array([0])).of(words[:3]).shape == (3, 0)
