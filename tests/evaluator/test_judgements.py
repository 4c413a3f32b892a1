from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.corpus.resolve import AMBIGUOUS, DANGLING, EXTERNAL
from recommender.evaluator.judgements import LinkCounts, Refusals, RowSets, judge_by_links
from tests.evaluator.helpers import candidates, judgements, row_sets, targets


def test_what_was_refused_judges_and_is_not_made_right_by_a_link_back() -> None:
    refusals = Refusals(np.array([1, 2]), np.array([0, 1]))
    links = targets([1], [2], [])
    found = judge_by_links(links, np.ones(3, dtype=np.bool_), rejected=refusals)
    assert found.queries.tolist() == [0, 1]
    assert [found.rejected.of(line).tolist() for line in range(2)] == [[], [0]]
    both = judge_by_links(links, np.ones(3, dtype=np.bool_), symmetric=True, rejected=refusals)
    # Without refusals 1 would also be asked for 0, and 2 for 1.
    assert both.queries.tolist() == [0, 1]
    assert [both.relevant.of(line).tolist() for line in range(2)] == [[1], [2]]


def test_every_written_link_is_counted_once() -> None:
    found = judge_by_links(
        targets([1, 1, 0, DANGLING], [2, EXTERNAL, 3], [AMBIGUOUS], []), eligible=np.array([True, True, True, False])
    )
    assert found.counts == LinkCounts(
        written=8, kept=2, repeated=1, to_self=1, dangling=1, ambiguous=1, external=1, not_eligible=1
    )
    assert found.queries.tolist() == [0, 1]
    assert found.relevant.of(0).tolist() == [1]
    assert found.relevant.of(1).tolist() == [2]


def test_links_are_directed_unless_symmetric() -> None:
    links = targets([1], [], [0, 1])
    everyone = np.ones(3, dtype=np.bool_)
    directed = judge_by_links(links, everyone)
    assert directed.queries.tolist() == [0, 2]
    both = judge_by_links(links, everyone, symmetric=True)
    assert both.queries.tolist() == [0, 1, 2]
    assert [both.relevant.of(place).tolist() for place in range(3)] == [[1, 2], [0, 2], [0, 1]]
    assert both.counts == directed.counts


def test_a_link_back_to_what_may_not_be_proposed_does_not_judge() -> None:
    both = judge_by_links(targets([1], []), np.array([False, True]), symmetric=True)
    assert both.queries.tolist() == [0]


def test_a_site_without_links() -> None:
    found = judge_by_links(targets([], []), np.ones(2, dtype=np.bool_))
    assert found.counts.written == 0
    assert len(found.queries) == 0
    assert found.judge(candidates([], depth=3)).relevant.shape == (0, 3)
    assert judge_by_links([], np.ones(0, dtype=np.bool_)).counts.kept == 0


def test_restricting_the_queries_leaves_their_judgements() -> None:
    found = judge_by_links(targets([1, 2], [0], [1]), np.ones(3, dtype=np.bool_)).restrict(np.array([2, 0, 77]))
    assert found.queries.tolist() == [0, 2]
    assert found.relevant.of(0).tolist() == [1, 2]
    assert found.relevant.of(1).tolist() == [1]


def test_judging_a_run() -> None:
    hits = judgements([[3, 5], [2]], [[4], []]).judge(candidates([[4, 5, 9], []]))
    assert hits.relevant.tolist() == [[False, True, False], [False] * 3]
    assert hits.rejected.tolist() == [[True, False, False], [False] * 3]
    assert hits.proposed.tolist() == [3, 0]
    assert hits.n_relevant.tolist() == [2, 1]
    assert hits.n_rejected.tolist() == [1, 0]


def test_nothing_can_be_better_than_the_best_possible() -> None:
    best = judgements([[1, 2, 3], [4]]).best_possible(2)
    assert best.relevant.tolist() == [[True, True], [True, False]]
    assert best.proposed.tolist() == [2, 1]


@given(
    st.lists(st.lists(st.integers(0, 30), max_size=6), min_size=1, max_size=8),
    st.integers(0, 6),
    st.randoms(use_true_random=False),
)
def test_membership_is_that_of_sets(lists: list[list[int]], depth: int, random: object) -> None:
    sets = row_sets(lists)
    grid = np.array([[random.randint(-1, 40) for _ in range(depth)] for _ in lists]).reshape(len(lists), depth)  # type: ignore[attr-defined]
    naive = [[value in rows for value in line] for rows, line in zip(lists, grid.tolist(), strict=True)]
    assert sets.contains(grid).tolist() == naive
    assert [sets.of(owner).tolist() for owner in range(len(lists))] == [sorted(set(rows)) for rows in lists]
    order = list(reversed(range(len(lists))))
    taken = sets.take(np.array(order))
    assert [taken.of(place).tolist() for place in order] == [sorted(set(rows)) for rows in lists]


def test_empty_sets_contain_nothing() -> None:
    assert RowSets.empty(2).contains(np.array([[0], [-1]])).tolist() == [[False], [False]]
