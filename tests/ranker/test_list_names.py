from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recommender.corpus.article import Article
from recommender.corpus.text_links import TextLinks
from recommender.lexical.letters import title_runs, weigh_runs
from recommender.neighbours.space import DenseSpace
from recommender.ranker.list_names import list_names
from recommender.ranker.list_score import default_model, score_lists, score_pairs
from recommender.ranker.list_signals import Surroundings
from recommender.ranker.places import article_places
from tests.lexical.test_profiles import count, profiles_of
from tests.ranker.test_list_score import ARTICLES, NEAR, NEAREST

KEYS = np.arange(10, 10 + len(ARTICLES), dtype=np.uint64)


def site_of(articles: list[tuple[str, str]]) -> Surroundings:
    letters = weigh_runs(*title_runs(title for title, _ in articles))
    return Surroundings(NEAREST, NEAR, NEAR.sum(axis=1) / 10, profiles_of(count(articles)), letters)


@pytest.fixture
def site() -> Surroundings:
    return site_of(ARTICLES)


def changed(site: Surroundings, other: Surroundings) -> list[int]:
    return np.flatnonzero(list_names(site, KEYS) != list_names(other, KEYS)).tolist()


def test_lists_of_the_same_site_have_the_same_names(site: Surroundings) -> None:
    assert changed(site, site_of(ARTICLES)) == []
    assert len(set(list_names(site, KEYS).tolist())) == len(ARTICLES)


def test_what_an_article_says_is_in_the_names_of_the_lists_that_hold_it(site: Surroundings) -> None:
    # Longer by words that no other article has: nothing else of the site changes, not even the rounded mean length.
    other = site_of([*ARTICLES[:4], ("Stones", "A stone of plums; a basket of stones. Nothing.")])
    assert other.mean_length == site.mean_length
    # Article 4 is in the lists of 3 and its own, and of no other.
    assert changed(site, other) == [3, 4]


def test_what_else_a_list_reads_is_in_its_name(site: Surroundings) -> None:
    crowding = site.crowding.copy()
    crowding[4] += 0.1
    assert changed(site, replace(site, crowding=crowding)) == [3, 4]
    near = crowding.copy()
    near[4] += 0.001
    assert changed(replace(site, crowding=crowding), replace(site, crowding=near)) == []
    nearness = site.nearness.copy()
    nearness[4, 1] += 0.01
    assert changed(site, replace(site, nearness=nearness)) == [3, 4]
    # Titles of the same name: of 4 and of those that list it.
    assert 4 in changed(site, site_of([*ARTICLES[:4], ("Plums", ARTICLES[4][1])]))


def test_names_do_not_depend_on_rows(site: Surroundings) -> None:
    order = np.array([3, 1, 4, 0, 2])
    row_of = np.append(np.argsort(order), -1).astype(np.int32)
    moved = replace(
        site_of([ARTICLES[row] for row in order]),
        similar=row_of[NEAREST[order]],
        nearness=NEAR[order],
        crowding=site.crowding[order],
    )
    np.testing.assert_array_equal(list_names(moved, KEYS[order]), list_names(site, KEYS)[order])
    scores = score_lists(default_model(), site, np.arange(len(ARTICLES)))
    np.testing.assert_array_equal(score_lists(default_model(), moved, np.arange(len(ARTICLES))), scores[order])


def test_a_site_without_words_has_names(site: Surroundings) -> None:
    bare = Surroundings(site.similar, site.nearness, site.crowding, None)
    assert len(set(list_names(bare, KEYS).tolist())) == len(ARTICLES)


def test_folders_and_links_are_in_the_names(site: Surroundings) -> None:
    def placed(paths: list[str], *links: tuple[int, int]) -> Surroundings:
        sources, targets = (np.array([link[side] for link in links], dtype=np.int32) for side in (0, 1))
        articles = [Article(key=path, path=path, title="") for path in paths]
        found = article_places(articles, TextLinks(sources, targets, np.ones(len(links), np.int32)))
        return replace(site, places=found)

    paths = ["a/0.md", "a/1.md", "b/2.md", "b/3.md", "c/4.md"]
    before = placed(paths)
    assert changed(before, placed(["A/0.md", "A/1.md", *paths[2:]])) == []
    # 4 is in the list of 3 and in its own.
    assert changed(before, placed([*paths[:4], "d/4.md"])) == []
    assert set(changed(before, placed([*paths[:4], "b/4.md"]))) >= {3, 4}
    # 2 is not in the lists of 1, 3 and 4, nor is 4.
    linked = placed(paths, (2, 4))
    assert set(changed(before, linked)) >= {2, 3, 4}
    assert changed(linked, placed(paths, (2, 4))) == []


def test_what_texts_link_is_a_candidate_and_in_the_name(site: Surroundings) -> None:
    articles = [Article(key=f"{row}.md", path=f"{row}.md", title="") for row in range(len(ARTICLES))]
    ends = np.array([1, 0], dtype=np.int32), np.array([4, 3], dtype=np.int32)
    vectors = np.eye(5, dtype=np.float32) * 0.8 + 0.1
    found = article_places(articles, TextLinks(*ends, np.ones(2, np.int32)))
    linked = replace(site, places=found, space=DenseSpace(vectors))
    # 1 and 4 link each other beyond their nearest; 3 is among the nearest of 0, and 0 of 3.
    assert linked.mentioned(np.arange(5))[:, 0].tolist() == [-1, 4, -1, -1, 1]
    scores = score_lists(default_model(), linked, np.arange(5))
    assert (scores > 0).sum(axis=1).tolist() == [3, 4, 2, 3, 3]
    similarity = linked.space.pairs(np.array([1]), np.array([4]))
    assert score_pairs(default_model(), linked, np.array([1]), np.array([4]), similarity)[0] == scores[1, 3]
    # How near they are is in the names of both lists, and of no other.
    nearer = vectors.copy()
    nearer[4, 1] = 0.5
    assert changed(linked, replace(linked, space=DenseSpace(nearer))) == [1, 4]
