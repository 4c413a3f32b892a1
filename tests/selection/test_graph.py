from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix

from recommender.neighbours.candidates import Candidates
from recommender.selection.graph import Limits, Room, assign, keeps, with_hosts
from recommender.selection.pairs import LinkPairs, pairs_of
from tests.selection.helpers import candidates_of, lists_of, unit_vectors


def room(places: list[int], inbound: list[int] | None = None, eligible: list[bool] | None = None) -> Room:
    n = len(places)
    return Room(
        np.array(places, dtype=np.int64),
        np.array(inbound or [0] * n, dtype=np.int64),
        np.array(eligible or [True] * n, dtype=np.bool_),
    )


def alone(n: int) -> NDArray[np.int32]:
    return np.arange(n, dtype=np.int32)


def links(pairs: LinkPairs, taken: NDArray[np.bool_]) -> set[tuple[int, int]]:
    return set(zip(pairs.sources[taken].tolist(), pairs.targets[taken].tolist(), strict=True))


def test_the_cheapest_list_gives_way() -> None:
    candidates = lists_of({0: [(3, 0.9), (1, 0.3)], 1: [(3, 0.8), (2, 0.7)], 2: [(3, 0.7), (0, 0.1)]}, 4)
    pairs = pairs_of(candidates, np.arange(4))
    taken = assign(pairs, room([1, 1, 1, 0]), Limits(max_inbound=2), alone(4))
    # 0 and 2 would lose 0.6, 1 loses 0.1.
    assert links(pairs, taken) == {(0, 3), (1, 2), (2, 3)}


def test_an_orphan_is_placed_where_it_costs_least() -> None:
    candidates = lists_of({0: [(1, 0.9), (3, 0.2)], 1: [(0, 0.8), (3, 0.6)], 2: [(0, 0.9), (1, 0.85)]}, 4)
    pairs = pairs_of(candidates, np.arange(4))
    taken = assign(pairs, room([1, 1, 1, 0], eligible=[True, True, False, True]), Limits(min_inbound=1), alone(4))
    assert links(pairs, taken) == {(0, 1), (1, 3), (2, 0)}


def test_what_is_linked_already_takes_its_share() -> None:
    candidates = lists_of({0: [(1, 0.9), (2, 0.2)]}, 3)
    pairs = pairs_of(candidates, np.arange(3))
    assert links(pairs, assign(pairs, room([1, 0, 0], [0, 1, 0]), Limits(max_inbound=1), alone(3))) == {(0, 2)}
    assert links(pairs, assign(pairs, room([1, 0, 0], [0, 0, 1]), Limits(min_inbound=1), alone(3))) == {(0, 1)}
    assert not assign(pairs, room([1, 0, 0], [0, 1, 1]), Limits(max_inbound=1), alone(3)).any()


def test_an_orphan_takes_the_place_of_its_near_duplicate() -> None:
    candidates = lists_of({0: [(1, 0.9), (2, 0.8)], 3: [(1, 0.9), (0, 0.1)]}, 4)
    pairs = pairs_of(candidates, np.arange(4))
    clusters = np.array([0, 1, 1, 3], dtype=np.int32)
    taken = assign(pairs, room([2, 0, 0, 1], eligible=[False, True, True, False]), Limits(min_inbound=1), clusters)
    assert links(pairs, taken) == {(0, 2), (3, 1)}


def test_an_article_that_nobody_lists_is_offered_to_its_own_neighbours() -> None:
    candidates = lists_of({0: [(1, 0.9)], 1: [(0, 0.9)], 2: [(1, 0.7), (0, 0.6)]}, 3)
    pairs = pairs_of(candidates, np.arange(2))
    offered = with_hosts(pairs, candidates, room([1, 1, 0]), Limits(min_inbound=1))
    assert (0, 2) in links(offered, offered.targets == 2)
    assert offered.scores[(offered.sources == 1) & (offered.targets == 2)].tolist() == [0.7]
    known = with_hosts(pairs, candidates, room([1, 1, 0]), Limits(min_inbound=1), lambda left, right: left + right / 10)
    assert known.scores[known.targets == 2].tolist() == [0.2, 1.2]
    assert with_hosts(pairs, candidates, room([1, 1, 0]), Limits(max_inbound=1)) is pairs
    full = with_hosts(pairs, candidates, room([1, 0, 0]), Limits(min_inbound=1))
    assert links(full, full.targets == 2) == {(0, 2)}


def test_whether_limits_are_kept() -> None:
    pairs = pairs_of(lists_of({0: [(1, 0.9)], 1: [(0, 0.9)]}, 3), np.arange(3))
    assert keeps(pairs, room([1, 1, 1], eligible=[True, True, False]), Limits(1, 1))
    assert not keeps(pairs, room([1, 1, 1]), Limits(1, 1))
    assert not keeps(pairs, room([1, 1, 1], [1, 0, 1]), Limits(1, 0))
    # Two curated links to one article cannot be helped by any choice.
    assert keeps(pairs.take(np.array([False, False])), room([1, 1, 1], [2, 0, 0]), Limits(1, 0))


def objective(pairs: LinkPairs, taken: NDArray[np.bool_], where: Room, limits: Limits) -> tuple[int, int]:
    """Lists given to who needs them, and the sum of values in millionths above the smallest."""
    inbound = np.bincount(pairs.targets[taken], minlength=len(where.places))
    needed = np.where(where.eligible, np.maximum(limits.min_inbound - where.inbound, 0), 0)
    return int(np.minimum(inbound, needed).sum()), int(worth(pairs)[taken].sum())


def worth(pairs: LinkPairs) -> NDArray[np.int64]:
    return np.round((pairs.values - pairs.values.min()) * 1e6).astype(np.int64) + 1


def feasible(
    pairs: LinkPairs, taken: NDArray[np.bool_], where: Room, limits: Limits, clusters: NDArray[np.int32]
) -> bool:
    chosen = pairs.take(taken)
    n = len(where.places)
    named = list(zip(chosen.sources.tolist(), clusters[chosen.targets].tolist(), strict=True))
    most = np.inf if limits.max_inbound is None else np.maximum(limits.max_inbound, where.inbound)
    return bool(
        (np.bincount(chosen.sources, minlength=n) <= where.places).all()
        and (np.bincount(chosen.targets, minlength=n) + where.inbound <= most).all()
        and len(named) == len(set(named))
    )


@pytest.mark.parametrize("seed", range(8))
def test_no_choice_is_better_by_trying_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    candidates = candidates_of(unit_vectors(5, 3, seed), 3)
    pairs = pairs_of(candidates, np.arange(5))
    pairs = pairs.take(np.sort(rng.choice(len(pairs), 11, replace=False)))
    where = room([1, 2, 1, 0, 2], rng.integers(0, 2, 5).tolist(), [True, True, False, True, True])
    clusters = rng.integers(0, 4, 5).astype(np.int32)
    limits = Limits(max_inbound=2, min_inbound=1)
    taken = assign(pairs, where, limits, clusters)
    assert feasible(pairs, taken, where, limits, clusters)
    best = max(
        objective(pairs, choice, where, limits)
        for bits in itertools.product([False, True], repeat=len(pairs))
        if feasible(pairs, choice := np.array(bits), where, limits, clusters)
    )
    assert objective(pairs, taken, where, limits) == best


@pytest.mark.parametrize(("seed", "n"), [(0, 20), (1, 40), (2, 60), (3, 60), (4, 80)])
@pytest.mark.parametrize("limits", [Limits(4, 0), Limits(None, 2), Limits(6, 1), Limits(3, 3)])
def test_no_choice_is_better_by_linear_programming(seed: int, n: int, limits: Limits) -> None:
    candidates = candidates_of(unit_vectors(n, 5, seed), 10)
    rng = np.random.default_rng(seed)
    where = room(rng.integers(0, 4, n).tolist(), rng.integers(0, 3, n).tolist(), (rng.random(n) < 0.9).tolist())
    clusters = rng.integers(0, n, n).astype(np.int32)
    pairs = with_hosts(pairs_of(candidates, np.flatnonzero(where.places)), candidates, where, limits)
    taken = assign(pairs, where, limits, clusters)
    assert feasible(pairs, taken, where, limits, clusters)
    assert objective(pairs, taken, where, limits) == _by_programming(pairs, where, limits, clusters)


def _by_programming(pairs: LinkPairs, where: Room, limits: Limits, clusters: NDArray[np.int32]) -> tuple[int, int]:
    """The optimum of the same problem by mixed-integer programming: one variable a pair, one a needed list."""
    n, m = len(where.places), len(pairs)
    most = n if limits.max_inbound is None else limits.max_inbound
    capacity = np.maximum(most - where.inbound, 0)
    needed = np.where(where.eligible, np.clip(limits.min_inbound - where.inbound, 0, capacity), 0)
    gains = worth(pairs)
    cost = np.concatenate([-gains, np.full(n, -100 * gains.max())]).astype(float)
    rows, columns, values, upper = [], [], [], []

    def constrain(members: NDArray[np.intp], coefficients: NDArray[np.floating], most: float) -> None:
        rows.extend([len(upper)] * len(members))
        columns.extend(members.tolist())
        values.extend(coefficients.tolist())
        upper.append(most)

    for row in range(n):
        constrain(np.flatnonzero(pairs.sources == row), np.ones(int((pairs.sources == row).sum())), where.places[row])
        into = np.flatnonzero(pairs.targets == row)
        constrain(into, np.ones(len(into)), capacity[row])
        constrain(np.r_[into, m + row], np.r_[-np.ones(len(into)), 1.0], 0)
    codes = pairs.sources.astype(np.int64) * n + clusters[pairs.targets]
    for code in np.unique(codes):
        members = np.flatnonzero(codes == code)
        constrain(members, np.ones(len(members)), 1)
    matrix = coo_matrix((values, (rows, columns)), shape=(len(upper), m + n)).tocsr()
    found = milp(
        cost,
        constraints=LinearConstraint(matrix, -np.inf, np.array(upper, dtype=float)),
        bounds=Bounds(0, np.concatenate([np.ones(m), needed])),
        integrality=np.ones(m + n),
        options={"mip_rel_gap": 0},
    )
    assert found.success
    return objective(pairs, found.x[:m] > 0.5, where, limits)


def test_many_times_the_same() -> None:
    candidates = candidates_of(unit_vectors(60, 4, 7), 12)
    pairs = pairs_of(candidates, np.arange(60))
    where = room([3] * 60)
    first = assign(pairs, where, Limits(4, 2), alone(60))
    assert all((assign(pairs, where, Limits(4, 2), alone(60)) == first).all() for _ in range(3))


def test_nothing_to_choose_from() -> None:
    empty = pairs_of(Candidates(np.full((2, 1), -1, np.int32), np.full((2, 1), -np.inf)), np.arange(2))
    assert assign(empty, room([1, 1]), Limits(1, 1), alone(2)).tolist() == []
