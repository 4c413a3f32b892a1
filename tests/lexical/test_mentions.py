from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.lexical.mentions import named
from recommender.lexical.terms import TermCounter
from recommender.lexical.weights import TermWeights, term_weights

FIELDS = {"title": 5, "body": 1}
SITE = [
    ("Multisig", "keys and thresholds of multisig outputs"),
    ("Threshold signature", "another way to multisig with keys"),
    ("Fee estimation", "estimation of a fee by blocks"),
    ("Blocks", "a fee for each of the blocks, multisig or not"),
    ("Threshold signature fee", "what a threshold signature costs"),
]


def weighed(articles: list[tuple[str, str]]) -> TermWeights:
    texts = [{"title": title, "body": body} for title, body in articles]
    return term_weights(TermCounter().count(texts, FIELDS, ["title"]))


def naive(weights: TermWeights, which: int, by: int) -> float:
    """One term after the other."""
    title, words = weights.titles.getrow(which), set(weights.matrix.getrow(by).indices.tolist())
    return sum(
        share for column, share in zip(title.indices.tolist(), title.data.tolist(), strict=True) if column in words
    )


def test_a_title_within_a_text_is_named_and_a_part_of_one_hardly() -> None:
    weights = weighed([*SITE, *(("Other", f"things{number % 9}") for number in range(80))])
    # All of "Threshold signature" stands in 4, and of its title "Threshold signature fee" all but "fee" and
    # "signature fee", which no other article has, in 1.
    there = named(weights.titles, weights.matrix, np.array([1]), np.array([4]))
    back = named(weights.titles, weights.matrix, np.array([4]), np.array([1]))
    assert there == pytest.approx(1.0)
    assert 0.4 < back[0] < 0.7


words = st.sampled_from(["fee", "block", "key", "sign", "the", "rare", "proof", "node"])
articles = st.lists(
    st.tuples(st.lists(words, max_size=4).map(" ".join), st.lists(words, max_size=9).map(" ".join)),
    min_size=1,
    max_size=8,
)


@settings(deadline=None)
@given(articles)
def test_shares_are_those_of_the_naive_twin(found: list[tuple[str, str]]) -> None:
    weights = weighed(found)
    n = len(found)
    which, by = np.divmod(np.arange(n * n), n)
    values = named(weights.titles, weights.matrix, which, by)
    expected = [naive(weights, a, b) for a, b in zip(which.tolist(), by.tolist(), strict=True)]
    assert values.tolist() == pytest.approx(expected, abs=1e-6)


def test_no_pairs() -> None:
    weights = weighed(SITE)
    none = np.zeros(0, dtype=np.int64)
    assert named(weights.titles, weights.matrix, none, none).shape == (0,)
