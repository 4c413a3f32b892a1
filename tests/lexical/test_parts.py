from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.lexical.parts import TermFrequencies
from recommender.lexical.terms import TermCounter, TermCounts
from recommender.lexical.weights import term_weights, term_weights_by_parts


def counts_of(articles: list[set[int]]) -> TermCounts:
    lists = [np.array(sorted(terms), dtype=np.uint32) for terms in articles]
    return replace(
        TermCounter().count([{}] * len(articles), {}),
        terms=np.concatenate([np.empty(0, np.uint32), *lists]),
        in_title=np.zeros(sum(map(len, lists)), dtype=np.bool_),
        in_lead=np.zeros(sum(map(len, lists)), dtype=np.bool_),
        starts=np.concatenate([[0], np.cumsum([len(one) for one in lists])]).astype(np.int64),
    )


number = st.one_of(st.integers(0, 5), st.sampled_from([2**26 - 1, 2**26, 2**31, 2**32 - 1]))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(st.sets(number, max_size=5), max_size=4), max_size=4))
def test_frequencies_by_parts_are_those_of_all(parts: list[list[set[int]]]) -> None:
    found = TermFrequencies()
    for part in parts:
        found.add(counts_of(part))
    terms, frequency = map(np.concatenate, zip(*found.shared(), strict=True))
    expected = Counter(term for part in parts for article in part for term in article)
    assert dict(zip(terms.tolist(), frequency.tolist(), strict=True)) == {
        term: count for term, count in expected.items() if count > 1
    }
    assert (np.diff(terms.astype(np.int64)) > 0).all()


def test_weights_by_parts_are_those_of_all() -> None:
    rng = np.random.default_rng(1)
    bodies = [" ".join(f"word{number}" for number in rng.zipf(1.5, 60) % 300) for _ in range(70)]
    texts = [{"title": body[:30], "body": body} for body in bodies]
    fields = {"title": 5, "body": 1}
    whole = term_weights(TermCounter().count(texts, fields, ["title"]))
    parts = [TermCounter().count(texts[start : start + 16], fields, ["title"]) for start in range(0, 70, 16)]
    found = term_weights_by_parts(lambda: iter(parts))
    assert np.array_equal(found.vocabulary.terms, whole.vocabulary.terms)
    assert np.array_equal(found.vocabulary.rarity, whole.vocabulary.rarity)
    assert np.array_equal(found.vocabulary.too_common, whole.vocabulary.too_common)
    for matrix, expected in ((found.matrix, whole.matrix), (found.titles, whole.titles)):
        assert expected.nnz > 0
        for name in ("data", "indices", "indptr"):
            assert np.array_equal(getattr(matrix, name), getattr(expected, name))
        assert matrix.shape == expected.shape
