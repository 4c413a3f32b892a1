from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import InputError
from recommender.evaluator.systems.baselines import nearest_date, nearest_id, random, same_group
from recommender.evaluator.systems.registry import BASELINES, System, choose_systems, lacking
from tests.evaluator.helpers import DAY, articles, as_lists, ordered, task

IDS = st.lists(st.one_of(st.none(), st.integers(0, 12)), min_size=1, max_size=20)


@given(IDS, st.integers(1, 8), st.randoms(use_true_random=False))
def test_nearest_id_is_a_naive_search(ids: list[int | None], depth: int, draw: object) -> None:
    found = articles(len(ids), id=ids)
    eligible = np.array([draw.random() < 0.7 for _ in ids])  # type: ignore[attr-defined]
    lists = as_lists(nearest_id(task(found, depth, eligible=eligible)))
    for row, own in enumerate(ids):
        distances = {
            other: -abs(number - own)
            for other, number in enumerate(ids)
            if number is not None and own is not None and other != row and eligible[other]
        }
        assert lists[row] == ordered(distances, depth)


def test_nearest_date_goes_by_days_and_ties_by_key() -> None:
    dates = [DAY, DAY + dt.timedelta(3), None, DAY - dt.timedelta(3), DAY]
    assert as_lists(nearest_date(task(articles(5, date=dates)))) == [[4, 1, 3], [0, 4, 3], [], [0, 4, 1], [0, 1, 3]]


@pytest.mark.parametrize(
    ("id_", "number"),
    [
        *[(7, 7), ("0042", 42), ("a7", None), ("٣", None), (None, None), ("", None)],
        *[("9" * 300, 10**300 - 1), ("9" * 301, None), ("9" * 5000, None)],
    ],
)
def test_what_counts_as_a_number(id_: int | str | None, number: int | None) -> None:
    assert articles(1, id=[id_])[0].number == number


def test_same_group_stays_within_it_and_leaves_out_who_has_none() -> None:
    groups = ["a", "b", "a", None, "a", "b"]
    lists = as_lists(same_group(task(articles(6, group=groups), 5)))
    assert [set(rows) for rows in lists] == [{2, 4}, {5}, {0, 4}, set(), {0, 2}, {1}]


def test_random_draws_whole_lists_without_the_source() -> None:
    drawn = as_lists(random(task(articles(30), 29)))
    for source, rows in enumerate(drawn):
        assert sorted(rows) == [row for row in range(30) if row != source]
    assert len({tuple(rows) for rows in drawn}) == 30


def test_a_draw_depends_on_the_seed_and_the_article_alone() -> None:
    found = articles(40)
    whole = as_lists(random(task(found, 5, seed=3)))
    part = as_lists(random(task(found, 5, seed=3, sources=np.array([7, 9], dtype=np.int32))))
    assert part == [whole[7], whole[9]]
    assert as_lists(random(task(found, 5, seed=4))) != whole


@pytest.mark.parametrize("name", BASELINES)
def test_every_baseline_keeps_the_rules(name: str) -> None:
    """Lists of eligible articles without the source, for the sources asked for, also where there is next to nothing."""
    n = 12
    groups, ids = [("a", "b")[row % 2] for row in range(n)], list(range(0, 3 * n, 3))
    dates = [DAY + dt.timedelta(row * row) for row in range(n)]
    texts = [f"common words here and w{row % 3} w{row % 4}" for row in range(n)]
    eligible = np.array([row % 5 != 0 for row in range(n)])
    sources = np.array([0, 3, 4, 11], dtype=np.int32)
    found = articles(n, group=groups, id=ids, date=dates)
    asked = task(found, 4, texts, eligible=eligible, sources=sources)
    result = BASELINES[name].propose(asked)
    assert result.indices.shape == (4, 4)
    for source, rows, scores in zip(sources, as_lists(result), result.scores.tolist(), strict=True):
        assert rows
        assert all(eligible[row] and row != source for row in rows)
        assert len(set(rows)) == len(rows)
        kept = scores[: len(rows)]
        assert kept == sorted(kept, reverse=True)
        assert all(score == -np.inf for score in scores[len(rows) :])
    again = BASELINES[name].propose(asked)
    assert again.indices.tolist() == result.indices.tolist()
    nobody = task(found, 4, texts, eligible=np.zeros(n, dtype=np.bool_))
    assert as_lists(BASELINES[name].propose(nobody)) == [[]] * n
    alone = task(found[:1], 4, texts[:1])
    assert as_lists(BASELINES[name].propose(alone)) == [[]]


def test_what_a_site_lacks() -> None:
    bare = task(articles(2))
    assert lacking("same-group", bare) == "no article has a group"
    assert lacking("nearest-id", bare) == "no article has an id that is a number"
    assert lacking("nearest-date", bare) == "no article has a date"
    assert lacking("tfidf", bare) is None


def test_systems_by_name() -> None:
    known = {"text": System("text", "recommender", random), **BASELINES}
    assert [system.name for system in choose_systems(["bm25", "all"], known)] == [
        "bm25",
        *[n for n in known if n != "bm25"],
    ]
    assert [system.name for system in choose_systems(["text", "baselines"], known)] == list(known)
    with pytest.raises(InputError, match="Did you mean tfidf"):
        choose_systems(["tf-idf"], known)
