from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from recommender.lexical.fingerprints import Fingerprints, resemblance
from recommender.lexical.terms import TermCounter
from recommender.lexical.weights import term_weights
from recommender.neighbours.exact import sparse_row_products
from recommender.selection.duplicates import DUPLICATE_SCORE, Duplicates, near_duplicates

FIELDS = {"title": 5, "body": 1}


class Articles:
    """Titles, bodies and languages, and what of them near-duplicates are found by."""

    def __init__(self, *articles: tuple[str, str], languages: list[str | None] | None = None) -> None:
        texts = [{"title": title, "body": body} for title, body in articles]
        spoken = languages or ["en"] * len(texts)
        counts = TermCounter().count(texts, FIELDS, ["title"], spoken)
        assert counts.prints is not None
        self.prints: Fingerprints = counts.prints
        self.words: csr_matrix = term_weights(counts).matrix
        self.all = np.array([[row for row in range(len(texts)) if row != one] for one in range(len(texts))])

    def cosines(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        return sparse_row_products(self.words, left, right)

    def duplicates(self, threshold: float | None = None, neighbours: np.ndarray | None = None) -> Duplicates:
        listed = self.all if neighbours is None else neighbours
        return near_duplicates(self.prints, listed, self.cosines, threshold=threshold)


def text(seed: int, words: int = 200) -> str:
    draw = random.Random(seed)
    return " ".join(f"{draw.choice('bdfglmnprst')}{draw.choice('aeiou')}{draw.randrange(400)}" for _ in range(words))


def with_new_end(body: str, share: float, seed: int) -> str:
    """A text whose last words are others: `share` of them stay."""
    words = body.split()
    kept = int(len(words) * share)
    return " ".join(words[:kept] + text(seed, len(words) - kept).split())


def test_what_shares_most_of_its_text_says_the_same() -> None:
    body = text(1)
    # Of 200 words the first 190 are the same: about 186 of 206 runs. Of 120 it is 116 of 276.
    found = Articles(
        ("Baking rye bread", body),
        ("A loaf of rye", with_new_end(body, 0.95, 2)),
        ("Rye, half told", with_new_end(body, 0.6, 3)),
        ("Chess", text(4)),
    )
    assert found.duplicates().clusters() == [[0, 1]]
    assert found.duplicates().threshold == DUPLICATE_SCORE
    assert found.duplicates(0.3).clusters() == [[0, 1, 2]]
    assert found.duplicates(0.97).clusters() == []


def test_parts_of_a_series_are_what_a_reader_wants_next() -> None:
    frame = text(1)
    parts = [(f"Diary, day {day}", with_new_end(frame, 0.85, 10 + day)) for day in range(5)]
    assert Articles(*parts).duplicates().clusters() == []
    # The same text under two numbers is a copy.
    assert Articles(*parts, ("Diary, day 9", parts[2][1])).duplicates().clusters() == [[2, 5]]


def test_under_one_title_less_has_to_agree() -> None:
    body = text(1)
    half = with_new_end(body, 0.75, 2)
    assert Articles(("Filters", body), ("Filters", half), ("Other", text(3))).duplicates().clusters() == [[0, 1]]
    assert Articles(("Filters", body), ("Sorting", half), ("Other", text(3))).duplicates().clusters() == []
    # A title that says nothing makes none, one that answers one question does.
    overview = [("Overview", text(seed)) for seed in range(4)]
    assert Articles(*overview).duplicates().clusters() == []
    question = "Why does rye bread rise twice?"
    assert Articles((question, text(1)), (question, text(2)), ("Rye", text(3))).duplicates().clusters() == [[0, 1]]


def test_a_title_of_the_whole_site_says_nothing() -> None:
    same = [("The handbook of our common kitchen garden", text(seed)) for seed in range(11)]
    assert Articles(*same).duplicates().clusters() == []
    assert len(Articles(*same[:10]).duplicates().clusters()) == 1


def test_one_title_and_the_same_specific_words_in_another_order() -> None:
    words = text(1).split()
    turned = " ".join(reversed(words))
    found = Articles(
        ("Old yeast", " ".join(words)), ("Old yeast", turned), *((f"T{n}", text(n + 5)) for n in range(60))
    )
    assert resemblance(found.prints, np.array([0]), np.array([1])) < 0.1
    assert found.duplicates().clusters() == [[0, 1]]


def test_equal_texts_are_found_whatever_the_neighbours_are_and_empty_ones_are_not() -> None:
    body = text(1)
    found = Articles(("A", body), ("", ""), ("B", text(2)), ("A", body), ("", ""), ("A", body))
    nobody = np.full((6, 1), -1)
    assert found.duplicates(neighbours=nobody).clusters() == [[0, 3, 5]]
    assert found.duplicates().clusters() == [[0, 3, 5]]


def test_articles_of_two_languages_are_no_near_duplicates() -> None:
    body = text(1)
    nearly = with_new_end(body, 0.97, 2)
    pair = (("Uno", body), ("Due", nearly))
    assert Articles(*pair, languages=["es", "it"]).duplicates().clusters() == []
    assert Articles(*pair, languages=["es", "es"]).duplicates().clusters() == [[0, 1]]
    assert Articles(*pair, languages=[None, "es"]).duplicates().clusters() == [[0, 1]]


def test_half_of_a_site_may_be_identical() -> None:
    stub = ("Coming soon", "This page is being written. Come back later, or ask us by mail.")
    articles = [stub] * 60 + [(f"Page {chr(97 + n)}", text(n)) for n in range(20)]
    found = Articles(*articles)
    # Lists that all name the same few.
    lists = np.tile(np.arange(10), (80, 1))
    assert found.duplicates(neighbours=lists).clusters() == [list(range(60))]


def naive(found: Articles, threshold: float | None) -> list[set[int]]:
    """Pair by pair, as the rules say."""
    prints, n = found.prints, len(found.prints)
    clusters = [{row} for row in range(n)]
    for one in range(n):
        for other in range(one):
            pair = np.array([other]), np.array([one])
            shared, cosine = resemblance(prints, *pair)[0], found.cosines(*pair)[0]
            titled = prints.titles[one] == prints.titles[other] != 0
            on = int((prints.titles == prints.titles[one]).sum())
            if threshold is not None:
                says_same = shared >= threshold
            elif titled:
                telling = prints.title_words[one]
                says_same = shared >= 0.5 or (telling >= 2 and cosine >= 0.6) or (telling >= 5 and on <= 10)
            else:
                in_series = prints.series[one] == prints.series[other] and prints.titles[one] != prints.titles[other]
                says_same = shared >= (0.9 if in_series else 0.7)
            if says_same:
                left, right = (next(c for c in clusters if row in c) for row in (one, other))
                if left is not right:
                    clusters.remove(right)
                    left |= right
    return sorted((cluster for cluster in clusters if len(cluster) > 1), key=lambda rows: (-len(rows), min(rows)))


titles = st.sampled_from(["Oil", "Day 1", "Day 2", "Overview", "How is olive oil made today", ""])
bodies = st.tuples(st.integers(0, 2), st.sampled_from([1.0, 0.97, 0.8, 0.5]), st.integers(5, 7)).map(
    lambda drawn: with_new_end(text(drawn[0], 60), drawn[1], drawn[2])
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(titles, bodies), min_size=2, max_size=7), st.sampled_from([None, 0.5, 0.95]))
def test_clusters_are_those_of_the_naive_twin(articles: list[tuple[str, str]], threshold: float | None) -> None:
    found = Articles(*articles)
    assert [set(rows) for rows in found.duplicates(threshold).clusters()] == naive(found, threshold)


@pytest.mark.parametrize("threshold", [None, 0.5])
def test_no_articles(threshold: float | None) -> None:
    none = TermCounter().count([], FIELDS).prints
    assert none is not None
    found = near_duplicates(none, np.empty((0, 1), np.int32), lambda left, right: left * 0.0, threshold=threshold)
    assert found.clusters() == []
