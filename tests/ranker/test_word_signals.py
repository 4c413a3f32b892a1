from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.lexical.profiles import Profiles
from recommender.ranker.word_signals import NAMES, WordSignals
from tests.lexical.test_profiles import count, profiles_of

words = st.lists(st.sampled_from(["alder", "birch", "cedar", "dogwood", "elmtree"]), max_size=6).map(" ".join)


def naive(site: Profiles, source: int, candidate: int, mean_length: float) -> dict[str, float]:
    """The same by dictionaries."""

    def of(row: int) -> dict[str, dict[int, float]]:
        part = slice(site.starts[row], site.starts[row + 1])
        own = list(zip(site.words[part], site.body[part], site.in_title[part], site.in_lead[part], strict=True))
        length = int(site.lengths[row])
        relative = 0.25 + 0.75 * length / mean_length
        idf = site.rarity
        tf = {w: int(body) + int(title) for w, body, title, _ in own}
        least = max(float(site.title_rarity[row]), 4.0)
        return {
            "tf": {w: float(n) for w, n in tf.items()},
            "all": unit({w: (1 + math.log(n)) * idf[w] for w, n in tf.items()}),
            "bm25": {w: idf[w] * n * 2.2 / (n + 1.2 * relative) for w, n in tf.items()},
            "share": {w: idf[w] / least for w, _, title, _ in own if title},
            "inbody": {w: 1.0 for w, b, _, _ in own if b},
            "inlead": {w: 1.0 for w, _, _, lead in own if lead},
        }

    a, b = of(source), of(candidate)
    bm_body = {w: value for w, value in b["bm25"].items() if w in b["inbody"]}
    return {
        "all words": dot(a["all"], b["all"]),
        "bm25": dot(a["tf"], b["bm25"]),
        "bm25 back": dot(a["bm25"], b["tf"]),
        "lead to body": dot(a["inlead"], bm_body),
        "title in body": dot(a["inbody"], b["share"]),
        "title in body back": dot(a["share"], b["inbody"]),
    }


def unit(values: dict[int, float]) -> dict[int, float]:
    length = math.sqrt(sum(value * value for value in values.values())) or 1.0
    return {word: value / length for word, value in values.items()}


def dot(left: dict[int, float], right: dict[int, float]) -> float:
    return sum(value * right[word] for word, value in left.items() if word in right)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(words, words), min_size=2, max_size=6))
def test_signals_are_those_of_the_naive_twin(articles: list[tuple[str, str]]) -> None:
    site = profiles_of(count(articles))
    n = len(articles)
    left, right = (np.array(rows) for rows in zip(*((i, j) for i in range(n) for j in range(n)), strict=True))
    found = WordSignals(site, 3.0).of(left, right)
    for line, (source, candidate) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        expected = naive(site, source, candidate, 3.0)
        assert dict(zip(NAMES, found[line].tolist(), strict=True)) == pytest.approx(expected, abs=1e-5)


def test_a_part_of_a_site_gives_what_the_whole_gives() -> None:
    articles = [("alder birch", "cedar cedar"), ("cedar", "alder alder dogwood"), ("elmtree", "dogwood cedar")]
    site = profiles_of(count(articles))
    rows = np.array([2, 0])
    whole = WordSignals(site, 2.0).of(np.array([2, 0]), np.array([0, 2]))
    some = WordSignals(site.take(rows), 2.0).of(np.array([0, 1]), np.array([1, 0]))
    np.testing.assert_array_equal(whole, some)


def test_title_in_body_is_the_share_of_the_title_by_rarity() -> None:
    articles = [("birch cedar", "dogwood"), ("elmtree", "birch")] + [(f"cedar {word}", "elmtree") for word in "ab"]
    site = profiles_of(count(articles))
    found = dict(zip(NAMES, WordSignals(site, 2.0).of(np.array([1]), np.array([0]))[0].tolist(), strict=True))
    # Of four articles birch is in two and cedar in three; together they are less rare than four.
    # The rarity of birch, ln 2, is rounded to 0.5.
    assert found["title in body"] == pytest.approx(0.5 / 4)
    assert Counter(name for name, value in found.items() if value)["title in body back"] == 0
