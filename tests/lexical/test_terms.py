from __future__ import annotations

import re
import unicodedata
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import recommender.lexical.terms as terms_module
from recommender.lexical.languages import stop_words
from recommender.lexical.terms import LEAD_WORDS, TermCounter, TermCounts, named_terms, word_number
from tests.conftest import ROOT


def naive(article: dict[str, str], fields: dict[str, int], language: str | None = None) -> dict[int, int]:
    """Count what `named_terms` names."""
    found: Counter[int] = Counter()
    for name, weight in fields.items():
        for number, _ in named_terms(article[name], language):
            found[number] += weight
    return dict(found)


def names(text: str, language: str | None = None) -> list[str]:
    return [name for _, name in named_terms(text, language)]


def test_terms_are_words_and_pairs_that_no_stop_word_parts() -> None:
    assert names("The speed of light in WATER, a wave-length x2") == [
        *("speed", "light", "water", "wave", "water wave", "length", "wave length", "x2", "length x2")
    ]
    assert names("") == names("the a . !") == []


def test_parts_of_a_name_pair_with_nobody() -> None:
    assert names("bind RadGridView rows") == [
        *("bind", "radgridview", "bind radgridview", "rad", "grid", "view", "rows", "radgridview rows")
    ]


def test_two_pairs_of_characters_are_named_by_the_three_that_they_are() -> None:
    assert names("東京都 Tower") == ["東京", "京都", "東京都", "tower", "京都 tower"]


def test_forms_of_a_word_are_one_term_with_the_names_that_they_have() -> None:
    ((left, left_name),) = named_terms("Häuser", "de")
    ((right, right_name),) = named_terms("Häusern", "de")
    assert left == right
    assert (left_name, right_name) == ("häuser", "häusern")


def test_words_have_even_numbers_and_pairs_odd_ones() -> None:
    found = {name: number for number, name in named_terms("action potential")}
    assert found["action"] == word_number("action")
    assert [number % 2 for number in found.values()] == [0, 0, 1]
    assert (
        found["action potential"]
        != {name: number for number, name in named_terms("potential action")}["potential action"]
    )


texts = st.lists(
    st.sampled_from(
        [
            "the",
            "cell",
            "cells,",
            "DNA",
            "e.g.",
            "of",
            "\n",
            "Zelle",
            "naïve",
            "a_b",
            "日本語の",
            "get_mRNA",
            "die",
            "한국어",
        ]
    )
).map(" ".join)


@settings(deadline=None)
@given(
    st.lists(st.fixed_dictionaries({"title": texts, "body": texts}), max_size=6),
    st.lists(st.sampled_from([None, "en", "de", "ja"]), min_size=6, max_size=6),
)
def test_counts_are_those_of_the_naive_count(articles: list[dict[str, str]], spoken: list[str | None]) -> None:
    fields = {"title": 5, "body": 1}
    counts = TermCounter().count(articles, fields, ["title"], spoken[: len(articles)])
    assert len(counts) == len(articles)
    for row, (article, language) in enumerate(zip(articles, spoken, strict=False)):
        part = counts.of(row)
        assert np.all(np.diff(counts.terms[part].astype(np.int64)) > 0)
        assert dict(zip(counts.terms[part].tolist(), counts.counts[part].tolist(), strict=True)) == naive(
            article, fields, language
        )
        assert set(counts.terms[part][counts.in_title[part]].tolist()) == set(
            naive({"title": article["title"]}, {"title": 1}, language)
        )


def test_the_lead_are_the_first_words_of_the_texts_that_are_no_titles() -> None:
    words = [f"word{number}x" for number in range(LEAD_WORDS + 3)]
    body = "the " + " ".join(words[:40]) + " of " + " ".join(words[40:])
    counts = TermCounter().count([{"title": "heading", "body": body}], {"title": 5, "body": 1}, ["title"])
    lead = set(counts.terms[counts.in_lead].tolist())
    names = dict(named_terms(body))
    assert {names[number] for number in lead} == set(words[:LEAD_WORDS])
    again = TermCounts.unpacked(counts.terms, counts.packed(), counts.starts)
    assert again.in_lead.tolist() == counts.in_lead.tolist()
    assert again.in_title.tolist() == counts.in_title.tolist()


@settings(deadline=None)
@given(st.text())
def test_any_text_is_counted_as_it_is_named(text: str) -> None:
    counts = TermCounter().count([{"body": text}], {"body": 1})
    assert set(counts.terms.tolist()) == set(naive({"body": text}, {"body": 1}))


def test_what_was_learned_can_be_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [{"body": f"word{number} and more words of {number}"} for number in range(30)]
    expected = TermCounter().count(articles, {"body": 1})
    monkeypatch.setattr(terms_module, "_MAX_CHUNKS", 5)
    counter = TermCounter()
    for _ in range(2):
        found = counter.count(articles, {"body": 1})
        assert found.terms.tobytes() == expected.terms.tobytes()
        assert found.counts.tobytes() == expected.counts.tobytes()


def test_a_count_has_a_largest_value() -> None:
    counts = TermCounter().count([{"body": "many " * 20_000}], {"body": 5})
    assert counts.counts.max() == 16_383


def test_words_are_counted_as_scikit_learn_counts_them() -> None:
    from sklearn.feature_extraction.text import CountVectorizer

    texts = [path.read_text() for path in sorted((ROOT / "data" / "learn" / "biology").glob("*.md"))]
    # Names such as mRNA are counted by their parts too.
    texts = [unicodedata.normalize("NFKC", text) for text in texts]
    texts = [re.sub(r"\w*[a-z0-9][A-Z]\w*|\w*_\w*|\w*[A-Za-z][0-9]\w*", " ", text) for text in texts]
    vectorizer = CountVectorizer(stop_words=sorted(stop_words("en")))
    expected = vectorizer.fit_transform(texts)
    counts = TermCounter().count([{"body": text} for text in texts], {"body": 1})
    for word, column in vectorizer.vocabulary_.items():
        ours = [
            int(counts.counts[part][counts.terms[part] == word_number(word)].sum())
            for part in map(counts.of, range(len(texts)))
        ]
        assert ours == expected[:, [column]].toarray().ravel().tolist(), word
