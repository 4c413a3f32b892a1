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
from recommender.selection.duplicates import DUPLICATE_SCORE, Duplicates, may_be_copies, near_duplicates

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


def test_under_one_title_what_shares_half_of_its_text_says_the_same() -> None:
    body = text(1)
    # Of 200 words the first 150 are the same: 146 of 246 runs. Of 120 it is 116 of 276.
    found = Articles(
        ("Rye bread", body),
        ("Rye bread", with_new_end(body, 0.75, 2)),
        ("Rye bread", with_new_end(body, 0.6, 3)),
        ("Chess", text(4)),
    )
    assert found.duplicates().clusters() == [[0, 1]]
    assert found.duplicates().threshold == DUPLICATE_SCORE
    assert found.duplicates(0.3).clusters() == [[0, 1, 2]]
    assert found.duplicates(0.97).clusters() == []


def test_under_different_titles_copies_alone_say_the_same() -> None:
    body = text(1)
    # Of 200 words 199 are the same: 195 of 197 runs; of 190 it is 186 of 206.
    copies = Articles(("Pine", body), ("Spruce", with_new_end(body, 0.995, 2)), ("Other", text(3)))
    assert copies.duplicates().clusters() == [[0, 1]]
    one_form = Articles(("Pine", body), ("Spruce", with_new_end(body, 0.95, 2)), ("Other", text(3)))
    assert one_form.duplicates().clusters() == []


def test_a_few_words_in_common_are_no_evidence() -> None:
    stub = "This page is being written. Come back later."
    assert Articles(("Pumps", stub), ("Valves", stub), ("Other", text(3))).duplicates().clusters() == []
    # 44 words have 40 runs, 64 have 60.
    short, long = text(1, 44), text(1, 64)
    assert Articles(("Pumps", short), ("Valves", short), ("Other", text(3))).duplicates().clusters() == []
    assert Articles(("Pumps", long), ("Valves", long), ("Other", text(3))).duplicates().clusters() == [[0, 1]]
    # Four of seven runs, under one title.
    one, other = (
        "red pump moves cold water out of deep wells",
        "red pump moves cold water out of deep wells slowly at night",
    )
    assert Articles(("Overview", one), ("Overview", other), ("Other", text(3))).duplicates().clusters() == []
    assert Articles(("Overview", one), ("Overview", one), ("Other", text(3))).duplicates().clusters() == [[0, 1]]


@pytest.mark.parametrize("body", ["Pump {} moves water from the well.", "Text of page {} about pumps."])
def test_a_digit_or_a_letter_that_differs_is_a_difference(body: str) -> None:
    pages = [(f"Pump {number}", body.format(number)) for number in "12345"]
    assert Articles(*pages).duplicates().clusters() == []
    assert Articles(*pages, pages[2]).duplicates().clusters() == [[2, 5]]


def test_parts_of_a_series_are_what_a_reader_wants_next() -> None:
    frame = text(1)
    parts = [(f"Diary, day {day}", with_new_end(frame, 0.9, 10 + day)) for day in range(5)]
    assert Articles(*parts).duplicates().clusters() == []
    # The same text under two numbers is a copy.
    assert Articles(*parts, ("Diary, day 9", parts[2][1])).duplicates().clusters() == [[2, 5]]


def test_what_articles_are_called_beside_their_question_has_to_agree() -> None:
    question = "Why does rye bread rise twice?"
    found = Articles((question, text(1)), (question, text(2)), ("Rye", text(3)))
    assert found.duplicates().clusters() == [[0, 1]]
    called = near_duplicates(found.prints, found.all, found.cosines, names=np.array([1, 2, 3]))
    assert called.clusters() == []


def test_a_title_that_is_no_question_says_nothing_by_itself() -> None:
    overview = [("Overview", text(seed)) for seed in range(4)]
    assert Articles(*overview).duplicates().clusters() == []
    heading = "An invalid query string was passed by a form."
    assert Articles((heading, text(1)), (heading, text(2)), ("Rye", text(3))).duplicates().clusters() == []


def test_a_question_of_the_whole_site_says_nothing() -> None:
    same = [("Who keeps our common kitchen garden green?", text(seed)) for seed in range(11)]
    assert Articles(*same).duplicates().clusters() == []
    assert len(Articles(*same[:10]).duplicates().clusters()) == 1


def test_the_ends_of_a_chain_are_no_near_duplicates() -> None:
    words = text(1, 300).split()
    # Each shares two thirds of its words with the next one, the first and the last share none.
    chain = [("Rye", " ".join(words[start : start + 120])) for start in (0, 35, 70, 105, 140)]
    clusters = Articles(*chain).duplicates().clusters()
    assert clusters == [[0, 1, 2]] or all(len(rows) <= 3 for rows in clusters)
    labels = Articles(*chain).duplicates().labels
    assert labels[0] != labels[4]


def test_under_one_title_less_of_the_text_is_enough_where_the_specific_words_agree() -> None:
    draw, pool = random.Random(1), text(1, 30).split()
    words = draw.choices(pool, k=200)
    body, turned = " ".join(words), " ".join(words[:110] + draw.choices(pool, k=90))
    others = [(f"T{n}", text(n + 5)) for n in range(60)]
    found = Articles(("Old yeast", body), ("Old yeast", turned), *others)
    assert 0.3 < resemblance(found.prints, np.array([0]), np.array([1])).ratio < 0.5
    assert found.duplicates().clusters() == [[0, 1]]
    no_words = near_duplicates(found.prints, found.all, lambda left, right: left * 0.0)
    assert no_words.clusters() == []


def test_equal_texts_are_found_whatever_the_neighbours_are_and_empty_ones_are_not() -> None:
    body = text(1)
    found = Articles(("A", body), ("", ""), ("B", text(2)), ("A", body), ("", ""), ("A", body))
    nobody = np.full((6, 1), -1)
    assert found.duplicates(neighbours=nobody).clusters() == [[0, 3, 5]]
    assert found.duplicates().clusters() == [[0, 3, 5]]


def test_articles_of_two_languages_are_no_near_duplicates() -> None:
    body = text(1)
    nearly = with_new_end(body, 0.97, 2)
    pair = (("Radio", body), ("Radio", nearly))
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

    def say_same(one: int, other: int) -> bool:
        pair = np.array([min(one, other)]), np.array([max(one, other)])
        shared = resemblance(prints, *pair)
        ratio, runs = shared.ratio[0], shared.runs[0]
        if threshold is not None:
            return bool(ratio >= threshold)
        if ratio >= 0.95 and runs >= 50:
            return True
        if prints.titles[one] != prints.titles[other] or prints.titles[one] == 0:
            return False
        on = int((prints.titles == prints.titles[one]).sum())
        nearly = ratio >= 0.3 and runs >= 20 and found.cosines(*pair)[0] >= 0.6
        return bool((ratio >= 0.5 and (runs >= 8 or ratio == 1)) or nearly or (prints.asked[one] >= 5 and on <= 10))

    pairs = {row: {other for other in range(n) if other != row and say_same(row, other)} for row in range(n)}
    clusters, left = [], set(range(n))
    while any(pairs[row] & left for row in left):
        reached = {min(row for row in left if pairs[row] & left)}
        while more := {other for row in reached for other in pairs[row] & left} - reached:
            reached |= more
        middle = min(reached, key=lambda row: (-len(pairs[row] & left), row))
        clusters.append(({middle} | pairs[middle]) & reached)
        left -= clusters[-1]
    return sorted((cluster for cluster in clusters if len(cluster) > 1), key=lambda rows: (-len(rows), min(rows)))


titles = st.sampled_from(["Oil", "Day 1", "Day 2", "Overview", "How is olive oil made today?", ""])
bodies = st.tuples(st.integers(0, 2), st.sampled_from([1.0, 0.99, 0.8, 0.65, 0.5]), st.integers(5, 7)).map(
    lambda drawn: with_new_end(text(drawn[0], 80), drawn[1], drawn[2])
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


@settings(deadline=None)
@given(st.integers(1, 200), st.integers(0, 8), st.integers(0, 8), st.integers(0, 2**16))
def test_no_copies_are_passed_over_before_they_are_compared(common: int, own: int, other: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    runs = rng.choice(2**32 - 2, common + own + other, replace=False).astype(np.uint32)
    texts = runs[: common + own], np.concatenate([runs[:common], runs[common + own :]])
    sketches = np.full((2, 64), 2**32 - 1, dtype=np.uint32)
    for line, text in zip(sketches, texts, strict=True):
        line[: len(text)] = np.sort(text)[:64]
    prints = Fingerprints(sketches, *np.zeros((3, 2), dtype=np.uint32))
    pair = np.array([0]), np.array([1])
    shared = resemblance(prints, *pair)
    assert may_be_copies(prints, *pair)[0] or shared.ratio[0] < 0.95 or shared.runs[0] < 50
