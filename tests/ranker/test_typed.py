from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from recommender.lexical.terms import TermCounter
from recommender.ranker.list_score import default_model, score_lists
from recommender.ranker.list_signals import Surroundings, list_signals
from recommender.ranker.typed import with_text
from recommender.site.look import look
from recommender.site.open import open_site
from tests.lexical.test_profiles import count, profiles_of
from tests.ranker.test_list_score import ARTICLES, NEAR, NEAREST

TYPED = len(ARTICLES)


@pytest.fixture
def site() -> Surroundings:
    return Surroundings(NEAREST, NEAR, NEAR.sum(axis=1) / 10, profiles_of(count(ARTICLES)))


def test_a_text_is_one_more_article(site: Surroundings) -> None:
    counts = TermCounter().count([{"text": "apples that are red, and pears"}], {"text": 1}, ["text"])
    around = with_text(site, np.array([0, 1], dtype=np.int32), np.array([0.7, 0.4]), counts)
    assert len(around) == TYPED + 1
    found = list_signals(around, np.array([TYPED, TYPED]), np.array([0, 1]), np.array([0.7, 0.4]))
    # It names "Red apples", and of "Green pears" one word.
    assert found["title in body"][0] > found["title in body"][1] > 0
    assert found["title in body back"][0] > 0
    # Of the nearest of 0, 1 is near to the text by 0.4; of those of 1, 0 by 0.7.
    assert found["near neighbours"].tolist() == pytest.approx([0.4 / 3, 0.7 / 3])
    # What the articles propose does not change.
    rows = np.arange(TYPED)
    whole = score_lists(default_model(), replace(site, letters=None), rows)
    np.testing.assert_array_equal(score_lists(default_model(), around, rows), whole)


def test_without_words_it_is_ranked_by_what_is_left(site: Surroundings) -> None:
    bare = replace(site, profiles=None)
    around = with_text(bare, np.array([3, 4], dtype=np.int32), np.array([0.7, 0.4]), None)
    scores = score_lists(default_model(), around, np.array([TYPED]))[0]
    assert scores[0] > scores[1] > 0 == scores[2]


def test_scores_of_a_text_mean_what_those_of_an_article_do(site: Surroundings) -> None:
    rows = np.arange(TYPED)
    for row in rows:
        nearest = NEAREST[row][NEAREST[row] >= 0]
        counts = TermCounter().count([{"text": " ".join(ARTICLES[row])}], {"text": 1}, ["text"])
        around = with_text(site, nearest, NEAR[row, : len(nearest)], counts)
        typed = score_lists(default_model(), around, np.array([TYPED]))[0]
        own = score_lists(default_model(), site, rows[row : row + 1])[0]
        assert typed[: len(nearest)].tolist() == pytest.approx(own[: len(nearest)].tolist(), rel=0.5)


def test_what_is_proposed_for_a_text_does_not_depend_on_how_much_is_asked_for(small_site: Path) -> None:
    site = open_site(small_site, use_cache=False, jobs=1)
    found = look(site, "membranes of cells and osmosis", 60).proposed
    assert look(site, "membranes of cells and osmosis", 2).proposed == found[:2]
    scores = [link.score for link in found if link.score is not None]
    assert len(scores) == len(site.corpus)
    assert scores == sorted(scores, reverse=True)
    assert 0 <= scores[-1] < scores[0] < 1
