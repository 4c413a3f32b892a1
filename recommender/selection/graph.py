"""Limits over the whole link graph: no article everywhere, and where possible none nowhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.errors import RecommenderError
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.order import SCORE_DECIMALS
from recommender.selection.pairs import LinkPairs, PairScores, joined

# An article that so few lists could name, for each place it must have, is offered to its own neighbours as well.
_ENOUGH_HOSTS = 10
HOSTS_OFFERED = 20
"""How many."""
_WORTH_OF_A_NEEDED_LIST = 100


@dataclass(frozen=True, slots=True)
class Limits:
    """How many lists may and should name an article.

    Attributes
    ----------
    max_inbound : int or None
        No more lists than this.
    min_inbound : int
        Fewest lists that should name an article, where possible.
    """

    max_inbound: int | None = None
    min_inbound: int = 0

    def __bool__(self) -> bool:
        return self.max_inbound is not None or self.min_inbound > 0


@dataclass(frozen=True, slots=True)
class Room:
    """What is free.

    Attributes
    ----------
    places : int64 array of shape (n,)
        Free places in each article's list.
    inbound : int64 array of shape (n,)
        Lists that name the article already, and will.
    eligible : bool array of shape (n,)
        Who may be linked and so must not be an orphan.
    """

    places: NDArray[np.int64]
    inbound: NDArray[np.int64]
    eligible: NDArray[np.bool_]


def with_hosts(
    pairs: LinkPairs, candidates: Candidates, room: Room, limits: Limits, pair_scores: PairScores | None = None
) -> LinkPairs:
    """Pairs, and for articles that too few lists could name those in which they stand in their neighbours' lists.

    Whom an article finds nearest is who would list it at the least cost. Without `pair_scores` the score of the pair
    the other way round stands for theirs.
    """
    if not limits.min_inbound or not len(pairs):
        return pairs
    hosts = np.bincount(pairs.targets, minlength=len(room.places)) + room.inbound
    lonely = np.flatnonzero(room.eligible & (hosts < _ENOUGH_HOSTS * limits.min_inbound))
    indices = candidates.indices[lonely, :HOSTS_OFFERED]
    there = (indices >= 0) & (indices != lonely[:, None])
    there &= room.places[np.maximum(indices, 0)] > 0
    targets = np.broadcast_to(lonely[:, None].astype(np.int32), indices.shape)[there]
    scores = candidates.scores[lonely, :HOSTS_OFFERED][there]
    if pair_scores is not None and len(targets):
        scores = pair_scores(indices[there], targets)
    return joined(pairs, LinkPairs(indices[there], targets, scores, scores), len(room.places))


def assign(pairs: LinkPairs, room: Room, limits: Limits, clusters: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which pairs become links.

    The result is optimal: no choice among `pairs` keeps the limits, gives the articles more of the lists that
    `min_inbound` asks for, and of those that give as many none fills the places with a larger sum of values (counted
    in millionths, each above the smallest value there is). Found as a flow of least cost from articles that have
    places to articles that are linked, by OR-tools' cost-scaling push-relabel.

    Parameters
    ----------
    clusters : int32 array of shape (n,)
        Number of each article's cluster of near-duplicates; a list takes one of each.

    Returns
    -------
    bool array of shape (m,)

    Raises
    ------
    RecommenderError
        The solver fails.
    """
    chosen = np.zeros(len(pairs), dtype=np.bool_)
    most = len(room.places) if limits.max_inbound is None else limits.max_inbound
    capacity = np.maximum(most - room.inbound, 0)
    usable = np.flatnonzero((room.places[pairs.sources] > 0) & (capacity[pairs.targets] > 0))
    if len(usable):
        needed = np.where(room.eligible, np.clip(limits.min_inbound - room.inbound, 0, capacity), 0)
        network = _Network(pairs.take(usable), room.places, needed, capacity - needed, clusters)
        chosen[usable] = network.solve()
    return chosen


def keeps(links: LinkPairs, room: Room, limits: Limits) -> bool:
    """Whether links keep the limits as they are."""
    inbound = room.inbound + np.bincount(links.targets, minlength=len(room.inbound))
    # What is over the limit without a single proposal cannot be helped.
    most = np.inf if limits.max_inbound is None else np.maximum(limits.max_inbound, room.inbound)
    return bool((inbound <= most).all() and (inbound[room.eligible] >= limits.min_inbound).all())


class _Network:
    """Articles with places, those that are linked, and between them a node for each cluster that a list could name
    more than once; what a list leaves empty flows past them all.
    """

    def __init__(
        self,
        pairs: LinkPairs,
        places: NDArray[np.int64],
        needed: NDArray[np.int64],
        spare: NDArray[np.int64],
        clusters: NDArray[np.int32],
    ) -> None:
        n = len(places)
        sources, source_of = np.unique(pairs.sources, return_inverse=True)
        targets, target_of = np.unique(pairs.targets, return_inverse=True)
        codes, group_of, sizes = np.unique(
            pairs.sources.astype(np.int64) * n + clusters[pairs.targets], return_inverse=True, return_counts=True
        )
        grouped = sizes[group_of] > 1
        groups = np.flatnonzero(sizes > 1)
        group_number = np.cumsum(sizes > 1) - 1
        first_target, first_group = len(sources), len(sources) + len(targets)
        self.sink = first_group + len(groups)
        self.n_pairs = len(pairs)
        self.supplies = places[sources]
        worth = np.round((pairs.values - pairs.values.min()) * 10**SCORE_DECIMALS).astype(np.int64) + 1
        bonus = _WORTH_OF_A_NEEDED_LIST * int(worth.max())
        owner = np.searchsorted(sources, codes[groups] // n)
        into = first_target + np.arange(len(targets))
        past = np.arange(len(sources))
        end = np.full
        self.tails = np.concatenate(
            [np.where(grouped, first_group + group_number[group_of], source_of), owner, into, into, past]
        )
        self.heads = np.concatenate(
            [
                first_target + target_of,
                first_group + np.arange(len(groups)),
                end(2 * len(targets), self.sink),
                end(len(sources), self.sink),
            ]
        )
        self.capacities = np.concatenate(
            [np.ones(len(pairs) + len(groups), np.int64), needed[targets], spare[targets], self.supplies]
        )
        free = np.zeros(len(targets) + len(sources), np.int64)
        self.costs = np.concatenate([-worth, np.zeros(len(groups), np.int64), end(len(targets), -bonus), free])

    def solve(self) -> NDArray[np.bool_]:
        from ortools.graph.python import min_cost_flow

        solver = min_cost_flow.SimpleMinCostFlow()
        arcs = solver.add_arcs_with_capacity_and_unit_cost(
            self.tails.astype(np.int32), self.heads.astype(np.int32), self.capacities, self.costs
        )
        nodes = np.r_[np.arange(len(self.supplies)), self.sink].astype(np.int32)
        solver.set_nodes_supplies(nodes, np.r_[self.supplies, -self.supplies.sum()].astype(np.int64))
        status = solver.solve()
        if status != solver.OPTIMAL:
            raise RecommenderError(f"the link graph cannot be balanced: the solver ends with {status!s}")
        flows: NDArray[np.bool_] = solver.flows(arcs[: self.n_pairs]) > 0
        return flows
