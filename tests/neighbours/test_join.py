from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import recommender.neighbours.join as join_module
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.cells import members
from recommender.neighbours.centroids import choose_centroids
from recommender.neighbours.join import Effort, join, merge, tasks_of
from recommender.neighbours.postings import found_by_words, heaviest, posting_lists
from recommender.neighbours.quantizer import assign
from tests.neighbours.sites import site

EFFORT = Effort(reach=120, terms=4, postings=10, found=5)


def lists(found: Candidates) -> list[list[tuple[int, float]]]:
    return [
        [(row, score) for row, score in zip(rows, scores, strict=True) if row >= 0]
        for rows, scores in zip(found.indices.tolist(), found.scores.tolist(), strict=True)
    ]


def candidates(rows: list[list[tuple[int, float]]]) -> Candidates:
    width = max(1, *map(len, rows))
    indices = np.full((len(rows), width), -1, dtype=np.int32)
    scores = np.full((len(rows), width), -np.inf)
    for line, row in enumerate(rows):
        for place, (index, score) in enumerate(sorted(row, key=lambda one: (-one[1], one[0]))):
            indices[line, place], scores[line, place] = index, score
    return Candidates(indices, scores)


some_lists = st.lists(
    st.dictionaries(st.integers(0, 9), st.just(0), max_size=5).map(lambda found: [(row, row % 3 / 2) for row in found]),
    min_size=3,
    max_size=3,
)


@settings(deadline=None)
@given(st.lists(some_lists, min_size=1, max_size=4), st.integers(1, 6), st.randoms(use_true_random=False))
def test_merged_in_any_order_and_any_steps(parts: list, depth: int, random) -> None:
    found = [candidates(part) for part in parts]
    merged = lists(merge(found, depth))
    for line in range(3):
        every = {pair for part in parts for pair in part[line]}
        assert merged[line] == sorted(every, key=lambda one: (-one[1], one[0]))[:depth]
    random.shuffle(found)
    assert lists(merge(found, depth)) == merged
    cut = random.randint(1, len(found))
    steps = [merge(found[:cut], depth), *found[cut:]]
    assert lists(merge(steps, depth)) == merged


def seen_by_hand(cells: NDArray[np.int32], centroids: NDArray[np.float32], own: int) -> set[int]:
    """Articles of the nearest cells, as many cells as hold no more than the reach."""
    order = sorted(
        range(len(centroids)),
        key=lambda cell: (cell != own, -round(float(centroids[own] @ centroids[cell]), 6), cell),
    )
    rows: list[int] = []
    for cell in order:
        more = np.flatnonzero(cells == cell).tolist()
        if rows and len(rows) + len(more) > EFFORT.reach:
            break
        rows += more
    return set(rows[: EFFORT.reach])


def test_a_task_compares_a_cell_with_near_cells_and_with_what_its_words_find() -> None:
    space = site(600)
    centroids = choose_centroids(space.vectors, 12)
    cells = assign(space.vectors, centroids)
    targets = np.arange(0, 600, 3)
    postings = posting_lists(space.words, EFFORT.postings, targets)
    found = found_by_words(heaviest(space.words, EFFORT.terms), postings, EFFORT.found)
    asking, by_cell = members(cells, 12), members(cells, 12, targets)
    hidden = np.where(np.isin(np.arange(600), targets), cells, -2)
    tasks = list(
        tasks_of(range(12), asking, by_cell, centroids, EFFORT, words=space.words, postings=postings, listed=targets)
    )
    assert [task.cell for task in tasks] == list(range(12))
    for task in tasks:
        assert task.queries.tolist() == np.flatnonzero(cells == task.cell).tolist()
        by_words = {int(targets[column]) for row in task.queries for column in found[row].indices}
        assert set(task.targets.tolist()) == by_words | seen_by_hand(hidden, centroids, task.cell)
        assert np.all(np.diff(task.targets) > 0)
    # Whichever other cells are asked for.
    (alone,) = tasks_of([7], asking, by_cell, centroids, EFFORT, words=space.words, postings=postings, listed=targets)
    assert alone.targets.tolist() == tasks[7].targets.tolist()


def test_of_some_rows_only_their_tasks_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(join_module, "_QUERIES_PER_TASK", 20)
    space = site(600)
    centroids = choose_centroids(space.vectors, 12)
    found = members(assign(space.vectors, centroids), 12)
    postings = posting_lists(space.words, EFFORT.postings, np.arange(600))
    words = {"words": space.words, "postings": postings, "listed": np.arange(600)}
    whole = list(tasks_of(range(12), found, found, centroids, EFFORT, **words))
    rows = np.array([5, 77, 400])
    some = list(tasks_of(range(12), found, found, centroids, EFFORT, only=rows, **words))
    expected = [task for task in whole if np.isin(rows, task.queries).any()]
    assert 0 < len(expected) <= 3 < len(whole)
    for task, other in zip(some, expected, strict=True):
        assert (task.cell, task.part) == (other.cell, other.part)
        assert task.queries.tolist() == other.queries.tolist()
        assert task.targets.tolist() == other.targets.tolist()


def test_a_join_is_an_exact_search_within_each_task() -> None:
    space = site(600)
    centroids = choose_centroids(space.vectors, 12)
    found = members(assign(space.vectors, centroids), 12)
    tasks = list(tasks_of(range(12), found, found, centroids, EFFORT))
    with ThreadPoolExecutor(2) as pool:
        for task, joined in zip(tasks, join(space, tasks, 5, pool), strict=True):
            exact = space.nearest(5, queries=task.queries, targets=task.targets)
            assert joined.indices.tolist() == exact.indices.tolist()
            assert joined.scores.tolist() == exact.scores.tolist()
