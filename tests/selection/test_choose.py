from __future__ import annotations

import numpy as np

from recommender.corpus.resolve import AMBIGUOUS, DANGLING, EXTERNAL
from recommender.neighbours.candidates import Candidates
from recommender.selection.choose import Choice, ChoiceRules, choose

CANDIDATES = Candidates(
    np.array([[1, 2, 3], [0, 3, -1], [3, 0, 1], [2, 1, 0]], dtype=np.int32),
    np.array([[0.9, 0.5, 0.1], [0.8, 0.2, -np.inf], [0.7, 0.6, 0.5], [0.4, 0.3, 0.2]]),
)
CURATED = [np.array(rows, dtype=np.int32) for rows in ([3, 3, 0, DANGLING], [], [EXTERNAL], [AMBIGUOUS])]


def rows(lists: dict[int, tuple[Choice, ...]]) -> dict[int, list[int]]:
    return {row: [choice.row for choice in chosen] for row, chosen in lists.items()}


def test_the_best_k() -> None:
    assert rows(choose(CANDIDATES, None, ChoiceRules(k=2))) == {0: [1, 2], 1: [0, 3], 2: [3, 0], 3: [2, 1]}


def test_below_the_lowest_score_a_place_stays_empty() -> None:
    assert rows(choose(CANDIDATES, None, ChoiceRules(k=3, min_score=0.5))) == {0: [1, 2], 1: [0], 2: [3, 0, 1], 3: []}


def test_only_articles_without_a_curated_link_that_leads_somewhere() -> None:
    assert sorted(choose(CANDIDATES, CURATED, ChoiceRules(k=1, only_missing=True))) == [1, 3]


def test_curated_links_come_first_once_each_and_are_not_proposed_again() -> None:
    scores = [np.array(values) for values in ([0.1, 0.1, 1.0, np.nan], [], [np.nan], [np.nan])]
    lists = choose(CANDIDATES, CURATED, ChoiceRules(k=3, keep_curated=True), scores)
    assert lists[0] == (Choice(3, 0.1, curated=True), Choice(1, 0.9), Choice(2, 0.5))
    assert rows(lists)[2] == [3, 0, 1]


def test_no_curated_link_is_lost_to_a_small_k() -> None:
    lists = choose(CANDIDATES, [np.array([3, 2, 1], np.int32), *CURATED[1:]], ChoiceRules(k=1, keep_curated=True))
    assert rows(lists)[0] == [3, 2, 1]
