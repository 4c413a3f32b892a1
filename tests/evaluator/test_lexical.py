from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from recommender.evaluator.systems.lexical import bm25, tfidf
from recommender.evaluator.systems.task import Task
from recommender.neighbours.order import rounded
from tests.evaluator.helpers import articles, as_lists, ordered, task

WORDS = [f"word{number}" for number in range(12)]
TEXTS = st.lists(st.lists(st.sampled_from([*WORDS, "the", "and"]), max_size=8).map(" ".join), min_size=2, max_size=12)


def of(texts: list[str], depth: int = 5, **changes: object) -> Task:
    return task(articles(len(texts)), depth, texts, **changes)


@settings(deadline=None, max_examples=40)
@given(TEXTS)
def test_tfidf_is_the_cosine_of_scikit_learn(texts: list[str]) -> None:
    found = tfidf(of(texts))
    try:
        weights = TfidfVectorizer(sublinear_tf=True, stop_words="english", min_df=2).fit_transform(texts)
    except ValueError:  # no word is in two texts
        assert as_lists(found) == [[]] * len(texts)
        return
    cosines = (weights @ weights.T).toarray()
    check(found, cosines)


@settings(deadline=None, max_examples=40)
@given(TEXTS)
def test_bm25_is_the_formula_of_lucene(texts: list[str]) -> None:
    bags = [Counter(word for word in text.split() if word in WORDS) for text in texts]
    mean_length = sum(bag.total() for bag in bags) / len(bags)
    frequency = Counter(word for bag in bags for word in bag)
    scores = np.zeros((len(bags), len(bags)))
    for query, asked in enumerate(bags):
        for row, bag in enumerate(bags):
            for word, times in asked.items():
                if word in bag:
                    idf = math.log(1 + (len(bags) - frequency[word] + 0.5) / (frequency[word] + 0.5))
                    saturation = bag[word] / (bag[word] + 1.5 * (0.25 + 0.75 * bag.total() / mean_length))
                    scores[query, row] += times * idf * saturation
    check(bm25(of(texts)), scores)


def check(found: object, scores: np.ndarray) -> None:
    """The lists are the best by these scores, as far as they are apart by more than single precision can tell."""
    for source, (rows, theirs) in enumerate(zip(as_lists(found), found.scores.tolist(), strict=True)):  # type: ignore[arg-type, attr-defined]
        others = [score for row, score in enumerate(scores[source]) if row != source and score > 1e-6]
        best = sorted(others, reverse=True)[:5]
        assert len(rows) == len(best)
        np.testing.assert_allclose(theirs[: len(rows)], best, atol=2e-6)
        np.testing.assert_allclose([scores[source, row] for row in rows], best, atol=2e-6)


@pytest.mark.parametrize("system", [tfidf, bm25])
def test_ties_go_to_the_smaller_key_however_many_there_are(system: object) -> None:
    """Sixty articles of one text: the library's top few are any of them, ours the first."""
    lists = as_lists(system(of(["same old story told again"] * 60, depth=3)))  # type: ignore[operator]
    assert lists == [ordered(dict.fromkeys(set(range(60)) - {source}, 1.0), 3) for source in range(60)]


@pytest.mark.parametrize("system", [tfidf, bm25])
@pytest.mark.parametrize("texts", [["", ""], ["the and", "of the"], ["unique", "others"]])
def test_texts_that_share_no_word(system: object, texts: list[str]) -> None:
    assert as_lists(system(of(texts))) == [[], []]  # type: ignore[operator]


@pytest.mark.parametrize("system", [tfidf, bm25])
def test_threads_and_parts_change_nothing(system: object, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    texts = [" ".join(rng.choice(WORDS, size=rng.integers(1, 30))) for _ in range(80)]
    whole = system(of(texts, 10))  # type: ignore[operator]
    monkeypatch.setattr("recommender.evaluator.systems.lexical._BLOCK_CELLS", 50)
    parts = system(of(texts, 10, threads=4))  # type: ignore[operator]
    assert parts.indices.tobytes() == whole.indices.tobytes()
    assert parts.scores.tobytes() == whole.scores.tobytes()
    assert (whole.scores == rounded(whole.scores)).all()


def test_words_are_counted_once() -> None:
    asked = of(["one story here", "another story there"])
    assert asked.words.counts is asked.words.counts
