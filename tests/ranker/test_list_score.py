from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recommender.corpus.article import Article
from recommender.corpus.text_links import TextLinks
from recommender.lexical.letters import title_runs, weigh_runs
from recommender.ranker import places
from recommender.ranker.list_score import (
    FORMAT,
    Function,
    ListCalibration,
    ListModel,
    default_model,
    score_lists,
    score_pairs,
    standard,
)
from recommender.ranker.list_signals import SIGNALS, TITLE_WORDS, Surroundings, list_signals
from recommender.ranker.places import RANKED_BY, article_places
from tests.lexical.test_profiles import count, profiles_of

ARTICLES = [
    ("Red apples", "Apples ripen and apples fall; pears stay near plums."),
    ("Green pears", "Pears ripen late. A stone is no pear, nor are red apples plums."),
    ("Red apples", "A basket of apples and plums."),
    ("Plums", "Plums and pears ripen."),
    ("Stones", "A stone of plums; a basket of stones."),
]
NEAREST = np.array([[2, 1, 3], [3, 0, 2], [0, 1, -1], [1, 0, 4], [3, 2, -1]], dtype=np.int32)
NEAR = np.array([[0.9, 0.5, 0.3], [0.6, 0.5, 0.2], [0.9, 0.4, 0.0], [0.6, 0.3, 0.25], [0.25, 0.2, 0.0]])


@pytest.fixture
def site() -> Surroundings:
    letters = weigh_runs(*title_runs(title for title, _ in ARTICLES))
    crowding = NEAR.sum(axis=1) / 10
    return Surroundings(NEAREST, NEAR, crowding, profiles_of(count(ARTICLES)), letters)


def test_every_signal_has_a_reason_and_a_function() -> None:
    assert set(default_model().functions) == {*SIGNALS, *RANKED_BY}
    assert all(SIGNALS.values())
    assert set(RANKED_BY) <= set(places.SIGNALS)
    assert default_model().format == FORMAT
    assert default_model().calibration.slope > 0


def test_signals_by_hand(site: Surroundings) -> None:
    found = list_signals(site, np.array([0, 0]), np.array([2, 1]), np.array([0.9, 0.5]))
    assert set(found) == {*SIGNALS, TITLE_WORDS}
    assert found["similarity"].tolist() == pytest.approx([0.9, 0.5])
    # 0.9 and 0.4 are the nearness of 2's nearest, 0.6, 0.5 and 0.2 of 1's: a tenth of the sum, to two decimals.
    assert found["crowding"].tolist() == pytest.approx([0.13, 0.13])
    # The nearest of 2 are 0 and 1; to the source 0, 1 is near by 0.5, and 0 is the source itself.
    assert found["near neighbours"][0] == pytest.approx(0.25)
    # Of 1 they are 3, 0 and 2.
    assert found["near neighbours"][1] == pytest.approx((0.3 + 0 + 0.9) / 3)
    lengths = np.sqrt(0.9**2 + 0.5**2 + 0.3**2), np.sqrt(0.9**2 + 0.4**2)
    assert found["shared neighbours"][0] == pytest.approx(0.5 * 0.4 / lengths[0] / lengths[1])


def test_values_are_compared_within_lists() -> None:
    values = np.array([1, 3, 5, 10, 10], dtype=np.float32)
    places = np.array([0, 1, 2, 3, 4])
    by = standard({"similarity": values}, places, (2, 3))
    lists = np.array([0, 0, 0, 1, 1])
    expected = [-np.sqrt(1.5), 0, np.sqrt(1.5), 0, 0]
    assert by.standing("similarity", values, lists).tolist() == pytest.approx(expected)
    assert by.best.tolist() == [5, 10]


def test_titles_that_are_sentences_say_less() -> None:
    values = np.array([1, 3, 5, 1, 3, 5], dtype=np.float32)
    words = np.array([3, 4, 5, 7, 8, 9], dtype=np.float32)
    lists = np.repeat([0, 1], 3)
    signals = {"similarity": values, "title letters": values, TITLE_WORDS: words}
    by = standard(signals, np.arange(6), (2, 3))
    whole = by.standing("similarity", values, lists)
    # Four words on average in the first list, eight in the second.
    assert by.standing("title letters", values, lists).tolist() == pytest.approx((whole / [1, 1, 1, 2, 2, 2]).tolist())


def test_scores_are_the_same_in_lists_as_of_pairs_and_in_any_block(site: Surroundings) -> None:
    rows = np.arange(len(ARTICLES))
    scores = score_lists(default_model(), site, rows)
    assert scores.shape == NEAREST.shape
    assert (scores[NEAREST >= 0] > 0).all()
    assert (scores[NEAREST < 0] == 0).all()
    for row in rows:
        np.testing.assert_array_equal(score_lists(default_model(), site, rows[row : row + 1])[0], scores[row])
    line, place = np.nonzero(NEAREST >= 0)
    order = np.random.default_rng(0).permutation(len(line))
    of_pairs = score_pairs(default_model(), site, line[order], NEAREST[line, place][order], NEAR[line, place][order])
    np.testing.assert_array_equal(of_pairs, scores[line, place][order])


def test_a_pair_that_is_no_candidate_has_a_score(site: Surroundings) -> None:
    found = score_pairs(default_model(), site, np.array([0]), np.array([4]), np.array([0.1]))
    assert 0 < found[0] < score_lists(default_model(), site, np.array([0]))[0].max()


def test_the_probability_by_hand(site: Surroundings) -> None:
    model = ListModel(FORMAT, {"similarity": Function((-6, 6), (-12, 12))}, ListCalibration(0.5, -1, 2))
    scores = score_lists(model, site, np.array([3]))[0]
    values = np.array([0.6, 0.3, 0.25], dtype=np.float32).astype(float)
    standing = (values - values.mean()) / values.std()
    expected = 1 / (1 + np.exp(-(0.5 * 2 * standing - 1 + 2 * 0.6)))
    assert scores.tolist() == pytest.approx(expected.tolist(), rel=1e-5)


def test_a_large_site_is_weighed_by_parts(site: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.arange(len(ARTICLES))
    whole = score_lists(default_model(), site, rows)
    monkeypatch.setattr("recommender.ranker.list_signals._MOST_ENTRIES", 0)
    by_parts = score_lists(default_model(), replace(site), rows)
    np.testing.assert_array_equal(by_parts, whole)


def test_without_words_what_is_left_ranks(site: Surroundings) -> None:
    bare = Surroundings(site.similar, site.nearness, site.crowding, None, None)
    scores = score_lists(default_model(), bare, np.arange(len(ARTICLES)))
    assert np.isfinite(scores).all()
    assert (scores[NEAREST >= 0] > 0).all()


def test_links_inside_texts_and_folders_raise_a_candidate(site: Surroundings) -> None:
    def scores(paths: list[str], *links: tuple[int, int]) -> list[float]:
        sources, targets = (np.array([link[side] for link in links], dtype=np.int32) for side in (0, 1))
        articles = [Article(key=path, path=path, title="") for path in paths]
        found = article_places(articles, TextLinks(sources, targets, np.ones(len(links), np.int32)))
        return score_lists(default_model(), replace(site, places=found), np.array([0]))[0].tolist()

    flat = [f"{row}.md" for row in range(len(ARTICLES))]
    alone = scores(flat)
    # Without folders and links nothing but texts counts.
    assert alone == pytest.approx(score_lists(default_model(), site, np.array([0]))[0].tolist())
    # The candidates of 0 are 2, 1 and 3.
    linking, linked = scores(flat, (0, 3)), scores(flat, (3, 0))
    assert linking[2] > alone[2]
    assert linked[2] > alone[2]
    beside = scores(["a/0.md", "b/1.md", "b/2.md", "a/3.md", "b/4.md"])
    assert beside[2] > alone[2]
