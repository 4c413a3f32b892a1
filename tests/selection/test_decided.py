"""What editors decided, in the lists."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.decisions.meaning import Decided, Edit
from recommender.neighbours.candidates import Candidates
from recommender.selection.choose import Chosen, choose
from recommender.selection.lists import Choice
from recommender.selection.report import DecidedReport
from recommender.selection.rules import ChoiceRules, ListInputs
from tests.selection.helpers import candidates_of, unit_vectors

CANDIDATES = Candidates(
    np.array([[1, 2, 3], [0, 3, 2], [3, 0, 1], [2, 1, 0]], dtype=np.int32),
    np.array([[0.9, 0.5, 0.1], [0.8, 0.2, 0.1], [0.7, 0.6, 0.5], [0.4, 0.3, 0.2]]),
)
CURATED = [np.array(rows, dtype=np.int32) for rows in ([3], [], [], [])]


def rows(chosen: Chosen) -> dict[int, list[int]]:
    return {row: [choice.row for choice in choices] for row, choices in chosen.lists.items()}


def edited(*edits: Edit, row: int = 0, never: frozenset[int] = frozenset()) -> Decided:
    return Decided({row: edits} if edits else {}, never)


def test_a_rejected_pair_never_comes_back_and_others_move_up() -> None:
    chosen = choose(CANDIDATES, ChoiceRules(k=2), ListInputs(decided=edited(Edit("reject", (1,)))))
    assert rows(chosen) == {0: [2, 3], 1: [0, 3], 2: [3, 0], 3: [2, 1]}
    assert chosen.report.decided == DecidedReport(pinned=0, accepted=0, kept_out=1, lost=0)


def test_what_is_never_suggested_stands_in_no_list() -> None:
    chosen = choose(CANDIDATES, ChoiceRules(k=2), ListInputs(decided=edited(never=frozenset({0}))))
    assert rows(chosen) == {0: [1, 2], 1: [3, 2], 2: [3, 1], 3: [2, 1]}


def test_pins_lead_in_their_places_and_what_was_accepted_follows() -> None:
    decided = edited(Edit("accept", (2,)), Edit("pin", (3,), 1))
    given_ = ListInputs(decided=decided, decided_scores={(0, 3): 0.1, (0, 2): 0.5})
    chosen = choose(CANDIDATES, ChoiceRules(k=3, min_score=0.4), given_)
    # The lowest score is for proposals.
    assert chosen.lists[0] == (Choice(3, 0.1, decided="pin"), Choice(2, 0.5, decided="accept"), Choice(1, 0.9))


def test_pins_lead_curated_links_too_and_a_rejected_curated_link_goes() -> None:
    rules = ChoiceRules(k=3, keep_curated=True)
    pinned = choose(CANDIDATES, rules, ListInputs(curated=CURATED, decided=edited(Edit("pin", (2,), 1))))
    assert rows(pinned)[0] == [2, 3, 1]
    assert [choice.curated for choice in pinned.lists[0]] == [False, True, False]
    gone = choose(CANDIDATES, rules, ListInputs(curated=CURATED, decided=edited(Edit("reject", (3,)))))
    assert rows(gone)[0] == [1, 2]


def test_an_order_holds_for_all_that_is_decided() -> None:
    edits = (Edit("accept", (1,)), Edit("pin", (2,), 1), Edit("reorder", (3, 1, 2)))
    inputs = ListInputs(curated=CURATED, decided=edited(*edits))
    chosen = choose(CANDIDATES, ChoiceRules(k=3, keep_curated=True), inputs)
    assert rows(chosen)[0] == [3, 1, 2]


def test_what_may_not_be_linked_is_lost_and_told() -> None:
    given_ = ListInputs(targets=np.array([0, 1, 2], np.int32), decided=edited(Edit("pin", (3,), 1)))
    candidates = Candidates(np.where(CANDIDATES.indices == 3, -1, CANDIDATES.indices), CANDIDATES.scores)
    chosen = choose(candidates, ChoiceRules(k=2), given_)
    assert 3 not in rows(chosen)[0]
    assert chosen.report.decided == DecidedReport(0, 0, 0, lost=1)


def test_frozen_lists_lose_what_was_rejected_and_begin_with_pins() -> None:
    previous = {0: (Choice(3, 0.5), Choice(2, 0.5))}
    decided = edited(Edit("reject", (3,)), Edit("pin", (1,), 1))
    chosen = choose(CANDIDATES, ChoiceRules(k=2), ListInputs(previous=previous, frozen=frozenset({0}), decided=decided))
    assert rows(chosen)[0] == [1, 2]


def test_limits_count_what_was_decided() -> None:
    decided = Decided({0: (Edit("accept", (3,)),), 1: (Edit("accept", (3,)),)})
    chosen = choose(CANDIDATES, ChoiceRules(k=2, max_inbound=2), ListInputs(decided=decided))
    assert sum(3 in found for found in rows(chosen).values()) == 2


edits_of_five = st.lists(
    st.one_of(
        st.builds(Edit, st.just("accept"), st.tuples(st.integers(1, 5))),
        st.builds(Edit, st.just("reject"), st.tuples(st.integers(1, 5))),
        st.builds(Edit, st.just("pin"), st.tuples(st.integers(1, 5)), st.integers(1, 4)),
        st.builds(Edit, st.just("reorder"), st.permutations([1, 2, 3, 4, 5]).map(tuple)),
    ),
    max_size=8,
).map(tuple)


@given(edits_of_five, st.lists(st.integers(1, 5), unique=True))
def test_a_list_holds_what_the_last_words_say(edits: tuple[Edit, ...], linked: list[int]) -> None:
    decided = Decided({0: edits})
    found = decided.arranged(0, linked)
    last = decided.verdicts(0)
    assert len(found) == len(set(found))
    assert set(found) == {target for target in {*linked, *last} if last.get(target, "accept") != "reject"}
    if edits and edits[-1].verdict == "pin":
        assert found.index(edits[-1].targets[0]) == min(edits[-1].position, len(found)) - 1
    if edits and edits[-1].verdict == "reorder":
        assert found == [target for target in edits[-1].targets if target in found]


@given(st.integers(0, 20), edits_of_five, st.sets(st.integers(0, 19), max_size=4))
def test_on_random_sites_no_list_has_what_was_refused(seed: int, edits: tuple[Edit, ...], never: set[int]) -> None:
    candidates = candidates_of(unit_vectors(20, 8, seed), 12)
    decided = Decided({0: edits} if edits else {}, frozenset(never))
    chosen = choose(candidates, ChoiceRules(k=4), ListInputs(decided=decided))
    before = choose(candidates, ChoiceRules(k=4))
    rejected = {target for target, verdict in decided.verdicts(0).items() if verdict == "reject"}
    for row, found in rows(chosen).items():
        assert not never.intersection(found)
        assert row != 0 or not rejected.intersection(found)
        # What was not decided on is as it was, but for what moved up.
        if row:
            assert [one for one in rows(before)[row] if one not in never] == found[
                : 4 - len(never & set(rows(before)[row]))
            ]
