from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import recommender.lexical.mentions as mentions_module
from recommender.lexical.mentions import mentions
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


def naive(weights: TermWeights, left: int, right: int) -> float:
    """Both directions, one term after the other."""
    total = 0.0
    for named, by in ((right, left), (left, right)):
        title, words = weights.titles.getrow(named), set(weights.matrix.getrow(by).indices.tolist())
        total += sum(
            share for column, share in zip(title.indices.tolist(), title.data.tolist(), strict=True) if column in words
        )
    return total


def test_a_title_within_a_text_is_named_and_not_the_other_way_round() -> None:
    weights = weighed(SITE)
    # "threshold", "signature" and their pair, of which "threshold" also stands in the title of 4.
    (one,) = mentions(weights.titles, weights.matrix, np.array([4]), np.array([1]))
    back = float(weights.titles.getrow(4).sum()) - float(
        sum(
            share
            for column, share in zip(
                weights.titles.getrow(4).indices.tolist(), weights.titles.getrow(4).data.tolist(), strict=True
            )
            if column not in weights.matrix.getrow(1).indices
        )
    )
    assert one == pytest.approx(float(weights.titles.getrow(1).sum()) + back)


words = st.sampled_from(["fee", "block", "key", "sign", "the", "rare", "proof", "node"])
articles = st.lists(
    st.tuples(st.lists(words, max_size=4).map(" ".join), st.lists(words, max_size=9).map(" ".join)),
    min_size=1,
    max_size=8,
)


@settings(deadline=None)
@given(articles, st.integers(1, 4), st.integers(1, 3))
def test_mentions_are_those_of_the_naive_twin(found: list[tuple[str, str]], at_once: int, threads: int) -> None:
    weights = weighed(found)
    n = len(found)
    left, right = np.divmod(np.arange(n * n), n)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mentions_module, "_PAIRS_AT_ONCE", at_once)
        values = mentions(weights.titles, weights.matrix, left, right, threads=threads)
    expected = [naive(weights, a, b) for a, b in zip(left.tolist(), right.tolist(), strict=True)]
    assert values.tolist() == pytest.approx(expected, abs=1e-6)
    assert np.array_equal(values.reshape(n, n), values.reshape(n, n).T)


def test_no_pairs() -> None:
    weights = weighed(SITE)
    none = np.zeros(0, dtype=np.int64)
    assert mentions(weights.titles, weights.matrix, none, none).shape == (0,)
