from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.corpus.resolve import AMBIGUOUS, DANGLING, EXTERNAL
from recommender.neighbours.candidates import Candidates
from recommender.selection.choose import Chosen, choose, choose_by_parts
from recommender.selection.lists import Choice
from recommender.selection.rules import ChoiceRules, ListInputs
from tests.selection.helpers import candidates_of, lists_of, similarity_of, unit_vectors

CANDIDATES = Candidates(
    np.array([[1, 2, 3], [0, 3, -1], [3, 0, 1], [2, 1, 0]], dtype=np.int32),
    np.array([[0.9, 0.5, 0.1], [0.8, 0.2, -np.inf], [0.7, 0.6, 0.5], [0.4, 0.3, 0.2]]),
)
CURATED = [np.array(rows, dtype=np.int32) for rows in ([3, 3, 0, DANGLING], [], [EXTERNAL], [AMBIGUOUS])]


def rows(chosen: Chosen) -> dict[int, list[int]]:
    return {row: [choice.row for choice in choices] for row, choices in chosen.lists.items()}


def test_the_best_k() -> None:
    assert rows(choose(CANDIDATES, ChoiceRules(k=2))) == {0: [1, 2], 1: [0, 3], 2: [3, 0], 3: [2, 1]}


@pytest.mark.parametrize("limited", [False, True])
def test_chosen_by_parts_they_are_the_same(monkeypatch: pytest.MonkeyPatch, limited: bool) -> None:
    monkeypatch.setattr(import_module("recommender.selection.choose"), "_CHOSEN_AT_ONCE", 7)
    rng = np.random.default_rng(2)
    scores = -np.sort(-rng.random((40, 9)).round(2), axis=1)
    candidates = Candidates(np.argsort(rng.random((40, 40)), axis=1)[:, :9].astype(np.int32), scores)
    curated = [rng.integers(-1, 40, 2).astype(np.int32) for _ in range(40)]
    known = ListInputs(
        sources=np.arange(0, 40, 2, dtype=np.int32),
        clusters=(np.arange(40, dtype=np.int32) // 3) * 3,
        languages=rng.integers(-1, 2, 40).astype(np.int32),
        curated=curated,
        curated_scores=[np.full(2, 0.5) for _ in curated],
    )
    rules = ChoiceRules(k=4, keep_curated=True, min_score=0.3, hubs="csls", min_inbound=int(limited))
    assert choose_by_parts(candidates, rules, known) == choose(candidates, rules, known)


def test_below_the_lowest_score_a_place_stays_empty() -> None:
    chosen = choose(CANDIDATES, ChoiceRules(k=3, min_score=0.5))
    assert rows(chosen) == {0: [1, 2], 1: [0], 2: [3, 0, 1], 3: []}
    assert chosen.report.empty_places == 6
    assert chosen.report.cut_short == 0


def test_only_those_who_may_get_links_do() -> None:
    assert sorted(rows(choose(CANDIDATES, ChoiceRules(k=1), ListInputs(sources=np.array([1, 3], np.int32))))) == [1, 3]


def test_only_articles_without_a_curated_link_that_leads_somewhere() -> None:
    assert sorted(rows(choose(CANDIDATES, ChoiceRules(k=1, only_missing=True), ListInputs(curated=CURATED)))) == [1, 3]


def test_curated_links_come_first_once_each_and_are_not_proposed_again() -> None:
    scores = [np.array(values) for values in ([0.1, 0.1, 1.0, np.nan], [], [np.nan], [np.nan])]
    chosen = choose(CANDIDATES, ChoiceRules(k=3, keep_curated=True), ListInputs(curated=CURATED, curated_scores=scores))
    assert chosen.lists[0] == (Choice(3, 0.1, curated=True), Choice(1, 0.9), Choice(2, 0.5))
    assert rows(chosen)[2] == [3, 0, 1]


def test_no_curated_link_is_lost_to_a_small_k() -> None:
    curated = [np.array([3, 2, 1], np.int32), *CURATED[1:]]
    assert rows(choose(CANDIDATES, ChoiceRules(k=1, keep_curated=True), ListInputs(curated=curated)))[0] == [3, 2, 1]


def test_a_list_takes_one_of_a_cluster_and_none_of_its_own_article() -> None:
    # 1 says what 2 says, and 3 what 0 says.
    clusters = np.array([0, 1, 1, 0], dtype=np.int32)
    chosen = choose(CANDIDATES, ChoiceRules(k=3), ListInputs(clusters=clusters))
    assert rows(chosen) == {0: [1], 1: [0], 2: [3], 3: [2]}
    # In 0's list 2 and 3, in 1's 3, in 2's 0 and 1, in 3's 1 and 0.
    assert chosen.report.duplicates == 7


def test_a_list_speaks_one_language() -> None:
    languages = np.array([0, 1, -1, 0], dtype=np.int32)
    chosen = choose(CANDIDATES, ChoiceRules(k=2), ListInputs(languages=languages))
    assert rows(chosen) == {0: [2, 3], 1: [], 2: [3, 0], 3: [2, 0]}


def test_what_an_editor_linked_counts_as_the_one_of_its_cluster() -> None:
    clusters = np.array([0, 1, 2, 1], dtype=np.int32)
    found = choose(CANDIDATES, ChoiceRules(k=3, keep_curated=True), ListInputs(curated=CURATED, clusters=clusters))
    assert rows(found)[0] == [3, 2]


def test_lists_with_room_for_deeper_candidates_are_counted() -> None:
    clusters = np.array([0, 1, 1, 0], dtype=np.int32)
    assert choose(CANDIDATES, ChoiceRules(k=3), ListInputs(clusters=clusters)).report.cut_short == 3
    assert choose(CANDIDATES, ChoiceRules(k=2)).report.cut_short == 0


def test_frozen_lists_stay_and_a_page_without_one_gets_none() -> None:
    previous = {0: (Choice(3, 0.05),), 1: (Choice(2, 0.3),)}
    chosen = choose(CANDIDATES, ChoiceRules(k=1), ListInputs(previous=previous, frozen=frozenset({0, 2})))
    assert chosen.lists[0] == previous[0]
    assert sorted(chosen.lists) == [0, 1, 3]


def test_an_incumbent_keeps_its_place_unless_beaten_by_the_margin() -> None:
    candidates = lists_of({0: [(1, 0.9), (2, 0.8), (3, 0.7)]}, 4)
    previous = {0: (Choice(3, 0.6), Choice(2, 0.5))}
    for margin, expected in ((0.25, [3, 2]), (0.15, [2, 1]), (0.0, [1, 2])):
        chosen = choose(candidates, ChoiceRules(k=2, margin=margin), ListInputs(previous=previous))
        assert rows(chosen)[0] == expected, margin
    assert chosen.report.churn is not None
    assert (chosen.report.churn.links, chosen.report.churn.links_gone) == (2, 1)


def test_limits_hold_over_all_lists_at_once() -> None:
    # Everybody's best is 0; nobody lists 3.
    candidates = lists_of(
        {
            0: [(1, 0.9), (2, 0.8), (3, 0.1)],
            1: [(0, 0.9), (2, 0.5)],
            2: [(0, 0.9), (1, 0.85)],
            3: [(0, 0.9), (1, 0.2)],
        },
        4,
    )
    chosen = choose(candidates, ChoiceRules(k=1, max_inbound=1, min_inbound=1))
    # 1, which 3 finds near, is offered 3 at 0.2, more than 0 would give: 0.8 + 0.2 + 0.85 + 0.9.
    assert rows(chosen) == {0: [2], 1: [3], 2: [1], 3: [0]}
    assert chosen.report.graph is not None
    assert (chosen.report.graph.orphans, chosen.report.graph.orphans_before) == (0, 2)
    assert (chosen.report.graph.largest, chosen.report.graph.largest_before) == (1, 3)
    assert chosen.report.graph.score_ratio == pytest.approx(2.75 / 3.6)


def test_curated_links_count_towards_the_limits_and_stay() -> None:
    curated = [np.array(found, np.int32) for found in ([], [0], [0], [])]
    given = ListInputs(curated=curated)
    chosen = choose(CANDIDATES, ChoiceRules(k=1, keep_curated=True, max_inbound=1), given)
    assert rows(chosen) == {0: [1], 1: [0], 2: [0], 3: [2]}
    skipped = choose(CANDIDATES, ChoiceRules(k=1, only_missing=True, max_inbound=1, min_inbound=1), given)
    # 1 and 2 get no list here, yet what their editors link is no orphan and takes its share.
    assert rows(skipped) == {0: [1], 3: [2]}
    assert skipped.report.graph is not None
    assert skipped.report.graph.orphans == 1


def twin(candidates: Candidates, k: int, min_score: float, clusters: np.ndarray) -> Mapping[int, list[int]]:
    """The lists without limits, naively."""
    lists = {}
    for row in range(len(candidates.indices)):
        ranked = sorted(
            (-score, int(target))
            for target, score in zip(candidates.indices[row], candidates.scores[row], strict=True)
            if target >= 0 and target != row and score >= min_score
        )
        said, lists[row] = {clusters[row]}, []
        for _, target in ranked:
            if len(lists[row]) < k and clusters[target] not in said:
                lists[row].append(target)
                said.add(clusters[target])
    return lists


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 30), st.integers(1, 8), st.integers(1, 5), st.floats(-1, 1), st.integers(0, 99))
def test_as_the_naive_twin(n: int, depth: int, k: int, min_score: float, seed: int) -> None:
    vectors = unit_vectors(n, 4, seed)
    candidates = candidates_of(vectors, depth)
    clusters = np.random.default_rng(seed).integers(0, n, n).astype(np.int32)
    chosen = choose(candidates, ChoiceRules(k=k, min_score=min_score), ListInputs(clusters=clusters))
    assert rows(chosen) == twin(candidates, k, min_score, clusters)


@settings(max_examples=15, deadline=None)
@given(st.integers(5, 40), st.integers(0, 99), st.sampled_from(["none", "csls", "local-scaling"]), st.booleans())
def test_all_rules_together_keep_their_promises(n: int, seed: int, hubs: str, again: bool) -> None:
    vectors = unit_vectors(n, 6, seed)
    candidates = candidates_of(vectors, 12)
    clusters = np.random.default_rng(seed).integers(0, n, n).astype(np.int32)
    rules = ChoiceRules(k=3, diversity=0.3, max_inbound=4, min_inbound=1, hubs=hubs)  # type: ignore[arg-type]
    given = ListInputs(clusters=clusters, similarity=similarity_of(vectors))
    if again:
        given = replace(given, previous=choose(candidates, rules).lists)
    chosen = choose(candidates, rules, given)
    assert chosen == choose(candidates, rules, given)
    inbound = np.zeros(n, dtype=int)
    for row, found in rows(chosen).items():
        assert len(found) == len(set(found)) <= 3
        labels = [clusters[row], *(clusters[target] for target in found)]
        assert len(labels) == len(set(labels))
        inbound[found] += 1
    assert inbound.max() <= 4
    assert chosen.report.graph is not None
    assert chosen.report.graph.orphans == (inbound == 0).sum()
    assert chosen.report.empty_places == 3 * n - inbound.sum()
