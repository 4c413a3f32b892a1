from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recommender.lexical.weights as weights_module
from recommender.lexical.terms import TermCounter, TermCounts, named_terms, word_number
from recommender.lexical.weights import _places, row_digests, term_weights

FIELDS = {"body": 1}
SMALL = ["cell membrane salt", "cell membrane water", "price money", "price money tax money", "voltage"]


def counted(bodies: list[str]) -> TermCounts:
    return TermCounter().count([{"body": body} for body in bodies], FIELDS)


def naive(bodies: list[str]) -> list[dict[int, float]]:
    """Weights of every article by the formula, one term after the other."""
    n = len(bodies)
    counts = [{} for _ in bodies]
    for row, body in enumerate(bodies):
        for number, _ in named_terms(body):
            counts[row][number] = counts[row].get(number, 0) + 1
    rows = []
    for own in counts:
        weights = {}
        for term, count in own.items():
            frequency = sum(term in other for other in counts)
            idf = round(math.log((1 + n) / (1 + frequency)) / 0.5) * 0.5
            most = 0.2 * n if n >= 50 else n
            if 1 < frequency <= most and idf > 0:
                weights[term] = count**0.6 * idf * (0.8 if term % 2 else 1.0)
        length = math.sqrt(sum(value**2 for value in weights.values())) or 1.0
        rows.append({term: value / length for term, value in weights.items()})
    return rows


def as_rows(bodies: list[str]) -> list[dict[int, float]]:
    found = term_weights(counted(bodies))
    terms = found.vocabulary.terms
    rows = [found.matrix.getrow(row) for row in range(found.matrix.shape[0])]
    return [dict(zip(terms[row.indices].tolist(), row.data.tolist(), strict=True)) for row in rows]


@pytest.mark.parametrize("bodies", [SMALL, SMALL * 3, [f"shared word{n % 9} {'rare' * (n % 2)}" for n in range(80)]])
def test_weights_are_those_of_the_formula(bodies: list[str]) -> None:
    found, expected = as_rows(bodies), naive(bodies)
    assert [set(row) for row in found] == [set(row) for row in expected]
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other, rel=1e-5)


def test_a_term_of_one_article_or_of_all_says_nothing() -> None:
    rows = as_rows(["common alpha", "common, beta beta", "beta in common"])
    beta = word_number("beta")
    assert [set(row) for row in rows] == [set(), {beta}, {beta}]


def test_only_the_strongest_terms_stay_with_the_length_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = ["one one one two two three", "one two three", "nothing here", "nothing there", "more of it"] * 2
    whole = term_weights(counted(bodies)).matrix
    monkeypatch.setattr(weights_module, "MAX_TERMS", 2)
    cut = term_weights(counted(bodies)).matrix
    assert np.diff(cut.indptr).max() == 2
    first, kept = whole.getrow(0).toarray()[0], cut.getrow(0).toarray()[0]
    assert np.array_equal(kept[kept > 0], first[kept > 0])
    assert kept[kept > 0].min() >= np.sort(first)[-2]
    assert cut.has_sorted_indices


def names_of(bodies: list[str]) -> list[bytes]:
    found = term_weights(counted(bodies))
    return row_digests(found.matrix, found.vocabulary)


def test_an_edit_changes_few_rows_and_their_names_say_which() -> None:
    rng = np.random.default_rng(0)
    bodies = [" ".join(f"w{number}" for number in rng.zipf(1.4, 40) % 3000) for _ in range(400)]
    before = names_of(bodies)
    bodies[7] = "w1 w2 w3 something else"
    after = names_of(bodies)
    changed = [row for row, (one, other) in enumerate(zip(before, after, strict=True)) if one != other]
    assert 7 in changed
    assert len(changed) < 60


def test_a_new_text_is_weighed_like_an_article() -> None:
    found = term_weights(counted(SMALL))
    again = found.vocabulary.weigh(counted(["unheard of", SMALL[0]]))
    assert again.getrow(0).nnz == 0
    assert np.array_equal(again.getrow(1).toarray(), found.matrix.getrow(0).toarray())


def test_no_articles_and_no_words() -> None:
    assert term_weights(counted([])).matrix.shape == (0, 0)
    assert term_weights(counted(["", "!"])).matrix.shape == (2, 0)


def test_shares_of_titles_by_hand() -> None:
    articles = [
        ("cell membrane", "salt"),
        ("cell", "membrane"),
        ("nucleus", "cell"),
        ("", "unrelated money"),
        ("it", "money"),
    ]
    counts = TermCounter().count(
        [{"title": title, "body": body} for title, body in articles], {"title": 5, "body": 1}, ["title"]
    )
    found = term_weights(counts)
    words = {name: word_number(name) for name in ("cell", "membrane")}
    rows = [found.titles.getrow(row) for row in range(5)]
    shares = [dict(zip(found.vocabulary.terms[row.indices].tolist(), row.data.tolist(), strict=True)) for row in rows]
    # Rarity ln(6 / 4) of "cell" and ln(6 / 3) of "membrane" round to 0.5, and what one article alone has, such as the
    # pair "cell membrane", counts as much: too little together, so that shares are of 4.
    assert shares[0] == {words["cell"]: 0.125, words["membrane"]: 0.125}
    assert shares[1] == {words["cell"]: 0.125}
    assert shares[2:] == [{}, {}, {}]


def test_a_title_of_rare_terms_is_shared_out_whole() -> None:
    bodies = ["alpha beta gamma"] * 2 + [f"word{number} other{number}" for number in range(60)]
    counts = TermCounter().count([{"title": body} for body in bodies], {"title": 5}, ["title"])
    found = term_weights(counts)
    # Three words of rarity 3 and two pairs of 0.8 times as much.
    assert sorted(found.titles.getrow(0).data.tolist()) == pytest.approx([2.4 / 13.8] * 2 + [3 / 13.8] * 3)
    # Terms of one article stand in no column and count in the whole.
    assert found.titles.getrow(5).nnz == 0


def test_titles_say_nothing_by_terms_of_too_many_articles() -> None:
    bodies = [f"common{number % 2} topic{number % 9}" for number in range(90)]
    counts = TermCounter().count([{"title": body} for body in bodies], {"title": 1}, ["title"])
    found = term_weights(counts)
    terms = found.vocabulary.terms[found.titles.getrow(0).indices].tolist()
    assert word_number("topic0") in terms
    assert word_number("common0") not in terms
    assert found.titles.sum(axis=1).max() == pytest.approx(1.0)


@given(st.lists(st.integers(0, 40), unique=True), st.lists(st.integers(0, 45)))
def test_places_are_those_of_a_search_one_by_one(known: list[int], sought: list[int]) -> None:
    ascending, terms = np.array(sorted(known), dtype=np.uint32), np.array(sought, dtype=np.uint32)
    assert _places(ascending, terms).tolist() == np.searchsorted(ascending, terms).tolist()
