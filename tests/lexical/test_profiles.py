from __future__ import annotations

import numpy as np
import pytest

from recommender.lexical.parts import shared_terms
from recommender.lexical.profiles import Profiles, profiles_by_parts, word_table
from recommender.lexical.terms import TermCounter, TermCounts, word_number

FIELDS = {"title": 5, "body": 1}


def count(articles: list[tuple[str, str]]) -> TermCounts:
    texts = [{"title": title, "body": body} for title, body in articles]
    return TermCounter().count(texts, FIELDS, ["title"])


def profiles_of(*parts: TermCounts) -> Profiles:
    return profiles_by_parts(lambda: parts, word_table(shared_terms(lambda: parts)), FIELDS["title"])


ARTICLES = [
    ("Red apples", "Apples ripen and apples fall; pears stay."),
    ("Green pears", "Pears ripen late. A stone is no pear."),
    ("Red apples", "A basket of apples."),
    ("", ""),
]


def entries(found: Profiles, row: int) -> dict[int, tuple[int, bool, bool]]:
    part = slice(found.starts[row], found.starts[row + 1])
    return {
        word: (int(found.body[part][at]), bool(found.in_title[part][at]), bool(found.in_lead[part][at]))
        for at, word in enumerate(found.words[part].tolist())
    }


def test_words_are_told_apart_by_where_they_stand() -> None:
    found = profiles_of(count(ARTICLES))
    shared = sorted(word_number(word) for word in ("apples", "pears", "red", "ripen"))
    apples, pears, red, ripen = (shared.index(word_number(word)) for word in ("apples", "pears", "red", "ripen"))
    assert entries(found, 0) == {
        apples: (2, True, True),
        red: (0, True, False),
        ripen: (1, False, True),
        pears: (1, False, True),
    }
    assert entries(found, 2) == {apples: (1, True, True), red: (0, True, False)}
    assert entries(found, 3) == {}
    # Words that no other article has are counted as well.
    assert found.lengths.tolist() == [6, 5, 2, 0]


def test_rarity_of_words_and_titles() -> None:
    found = profiles_of(count(ARTICLES))
    # ln(1 + 2.5 / 2.5) is 0.69 and ln(1 + 3.5 / 1.5) is 1.20: rounded to halves.
    in_two, in_one = 0.5, 1.0
    np.testing.assert_allclose(found.rarity, in_two, rtol=1e-6)
    np.testing.assert_allclose(found.title_rarity, [2 * in_two, in_one + in_two, 2 * in_two, 0], rtol=1e-6)
    assert found.title_names[0] == found.title_names[2] != found.title_names[1]
    assert found.title_names[3] == 0


def test_titles_of_the_same_words_in_another_order_are_others() -> None:
    found = profiles_of(count([("red green blue", ""), ("blue green red", "")]))
    assert found.title_names[0] != found.title_names[1]


def test_parts_give_what_the_whole_gives() -> None:
    whole, parts = profiles_of(count(ARTICLES)), profiles_of(count(ARTICLES[:1]), count(ARTICLES[1:]))
    for name in ("starts", "words", "marks", "terms", "rarity", "lengths", "title_rarity", "title_names"):
        assert getattr(whole, name).tolist() == getattr(parts, name).tolist()


def test_some_articles_have_their_own_entries() -> None:
    found = profiles_of(count(ARTICLES))
    some = found.take(np.array([2, 0]))
    assert entries(some, 0) == entries(found, 2)
    assert entries(some, 1) == entries(found, 0)
    assert some.title_names.tolist() == found.title_names[[2, 0]].tolist()


def test_a_site_without_shared_words_has_empty_profiles() -> None:
    found = profiles_of(count([("one", "two"), ("three", "four")]))
    assert found.starts.tolist() == [0, 0, 0]
    assert len(found.rarity) == 0


def test_the_strongest_words_and_those_of_the_title_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.lexical.profiles.MOST_WORDS", 2)
    found = profiles_of(count(ARTICLES))
    names = [word_number(word) for word in ("apples", "red")]
    assert found.terms[found.words[found.starts[0] : found.starts[1]]].tolist() == sorted(names)
    assert found.lengths.tolist() == profiles_of(count(ARTICLES)).lengths.tolist()
