"""From ranked candidates to the lists that a site shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec
import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates
from recommender.selection.diversity import diversified
from recommender.selection.graph import Room, assign, keeps, with_hosts
from recommender.selection.hubs import corrected
from recommender.selection.lists import Choice, has_links, usable
from recommender.selection.pairs import LinkPairs, firsts_of_clusters, pairs_of, places_in_line
from recommender.selection.report import DecidedReport, Report, graph_report
from recommender.selection.rules import ChoiceRules, ListInputs
from recommender.selection.stability import churn, favoured, settled, usual_margin

_CHOSEN_AT_ONCE = 100_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """The lists by row, and what became of the rules."""

    lists: dict[int, tuple[Choice, ...]]
    report: Report


def choose(candidates: Candidates, rules: ChoiceRules, inputs: ListInputs | None = None) -> Chosen:
    """Choose the list of every article that gets one.

    The rules are applied in the order: curated and frozen lists, what editors decided, the lowest score,
    near-duplicates, hub correction, incumbents, diversity, limits over the graph. Without limits a list takes the best
    that is left; with them see `graph.assign`.

    Parameters
    ----------
    candidates : Candidates
        One line per article, best first.
    """
    inputs = inputs or ListInputs()
    n = len(candidates.indices)
    start = _start(rules, inputs, n)
    room, clusters = start.room, np.arange(n, dtype=np.int32) if inputs.clusters is None else inputs.clusters
    offered = with_hosts(
        pairs_of(candidates, np.flatnonzero(room.places)), candidates, room, rules.limits, inputs.pair_scores
    )
    refused = 0
    if inputs.decided:
        out = inputs.decided.refuses(offered.sources, offered.targets, n)
        refused = int((out & (places_in_line(offered.sources) < room.places[offered.sources])).sum())
        offered = offered.take(~out)
    if inputs.languages is not None:
        source, target = inputs.languages[offered.sources], inputs.languages[offered.targets]
        offered = offered.take(speak_alike(source, target, unknown=-1))
    floors = _floors(rules, inputs, n)
    offered = offered.take(offered.scores >= floors[offered.sources])
    pairs = offered.take(~_repeats(offered, start.lists, clusters))
    pairs = corrected(pairs, candidates, rules.hubs)
    margin = 0.0
    if inputs.previous:
        margin = usual_margin(pairs, rules.k) if rules.margin is None else rules.margin
        pairs = favoured(pairs, inputs.previous, margin, n)
    if rules.diversity > 0 and inputs.similarity is not None:
        pairs = diversified(pairs, rules.k, rules.diversity, inputs.similarity, clusters)
    best = _best_of_each(pairs, room.places, clusters)
    taken = best
    if rules.limits and not keeps(pairs.take(best), room, rules.limits):
        taken = assign(pairs, room, rules.limits, clusters)
    links = pairs.take(taken)
    lists = _filled(start.lists, links, inputs.previous, margin)
    return Chosen(
        lists,
        Report(
            duplicates=_duplicates_met(offered, room.places, start.lists, clusters),
            empty_places=int(room.places.sum()) - len(links),
            cut_short=_cut_short(candidates, links, room.places, floors),
            margin=margin if inputs.previous else None,
            churn=churn(inputs.previous, lists) if inputs.previous else None,
            graph=graph_report(pairs.take(best), links, room, rules.limits) if rules.limits else None,
            decided=_decided_report(lists, refused, start.lost) if inputs.decided else None,
        ),
    )


def _floors(rules: ChoiceRules, inputs: ListInputs, n: int) -> NDArray[np.float64]:
    """The lowest score of a link of each article."""
    own = np.full(n, -np.inf) if inputs.floors is None else inputs.floors
    return own if rules.min_score is None else np.maximum(own, rules.min_score)


def choose_by_parts(candidates: Candidates, rules: ChoiceRules, inputs: ListInputs | None = None) -> Chosen:
    """As `choose`, with the pairs of some articles at a time where lists do not depend on each other: without limits
    over the graph, a last run or decisions. So the pairs of a large site are never held all at once.
    """
    inputs = inputs or ListInputs()
    n = len(candidates.indices)
    sources = np.arange(n, dtype=np.int32) if inputs.sources is None else inputs.sources
    if len(sources) <= _CHOSEN_AT_ONCE or rules.limits or inputs.previous or inputs.decided:
        return choose(candidates, rules, inputs)
    lists: dict[int, tuple[Choice, ...]] = {}
    duplicates = empty_places = cut_short = 0
    for start in range(0, len(sources), _CHOSEN_AT_ONCE):
        part = choose(candidates, rules, replace(inputs, sources=sources[start : start + _CHOSEN_AT_ONCE]))
        lists |= part.lists
        duplicates += part.report.duplicates
        empty_places += part.report.empty_places
        cut_short += part.report.cut_short
    return Chosen(lists, Report(duplicates, empty_places, cut_short, margin=None, churn=None, graph=None))


@dataclass(frozen=True, slots=True)
class _Start:
    """Before anything is proposed: the lists of all articles that get one, and the room they leave."""

    lists: dict[int, tuple[Choice, ...]]
    room: Room
    lost: int


def _start(rules: ChoiceRules, inputs: ListInputs, n: int) -> _Start:
    lists: dict[int, tuple[Choice, ...]] = {}
    places = np.zeros(n, dtype=np.int64)
    inbound = np.zeros(n, dtype=np.int64)
    eligible = np.ones(n, dtype=np.bool_)
    if inputs.targets is not None:
        eligible = np.isin(np.arange(n), inputs.targets)
    eligible[list(inputs.decided.never)] = False
    lost = 0
    for row in range(n) if inputs.sources is None else inputs.sources.tolist():
        targets = None if inputs.curated is None else inputs.curated[row]
        linked: list[int] = []
        if row in inputs.frozen:
            if row in inputs.previous:
                there = inputs.previous[row]
                lists[row], gone = _edited(row, there, inputs, eligible)
                linked = [choice.row for choice in lists[row]]
                lost += gone
        elif rules.only_missing and targets is not None and has_links(row, targets):
            # It gets no list here, and its editor's links are links all the same.
            linked = usable(row, targets)
        else:
            if rules.keep_curated and targets is not None:
                linked = usable(row, targets)
            known = {}
            if linked and targets is not None and inputs.curated_scores is not None:
                known = dict(zip(targets.tolist(), inputs.curated_scores[row].tolist(), strict=True))
            there = tuple(Choice(target, known.get(target), curated=True) for target in linked)
            lists[row], gone = _edited(row, there, inputs, eligible)
            linked = [choice.row for choice in lists[row]]
            places[row] = max(0, rules.k - len(linked))
            lost += gone
        if linked:
            inbound[linked] += 1
    return _Start(lists, Room(places, inbound, eligible), lost)


def _edited(
    row: int, there: tuple[Choice, ...], inputs: ListInputs, eligible: NDArray[np.bool_]
) -> tuple[tuple[Choice, ...], int]:
    """A list with what editors decided of it, and how many links that they want lead to what may not be linked."""
    if row not in inputs.decided.edits and not inputs.decided.never:
        return there, 0
    before = {choice.row: choice for choice in there if choice.curated or choice.row not in inputs.decided.never}
    approved = inputs.decided.approved(row)
    found = []
    for target in inputs.decided.arranged(row, list(before)):
        choice = before.get(target, Choice(target, inputs.decided_scores.get((row, target))))
        if target in before or eligible[target]:
            found.append(msgspec.structs.replace(choice, decided=approved.get(target)))
    listed = {choice.row for choice in found}
    return tuple(found), sum(target not in listed for target in approved)


def _repeats(
    pairs: LinkPairs, lists: Mapping[int, tuple[Choice, ...]], clusters: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Pairs with a target that is a near-duplicate of the source, or of an article in its list already."""
    n = len(clusters)
    own = clusters[pairs.sources] == clusters[pairs.targets]
    listed = [row * n + int(clusters[choice.row]) for row, choices in lists.items() for choice in choices]
    codes = pairs.sources.astype(np.int64) * n + clusters[pairs.targets]
    repeats: NDArray[np.bool_] = own | np.isin(codes, np.array(listed, dtype=np.int64))
    return repeats


def speak_alike(left: NDArray[np.generic], right: NDArray[np.generic], *, unknown: int) -> NDArray[np.bool_]:
    """Which pairs of articles are of one language, or of one that is `unknown`."""
    alike: NDArray[np.bool_] = (left == right) | (left == unknown) | (right == unknown)
    return alike


def _best_of_each(pairs: LinkPairs, places: NDArray[np.int64], clusters: NDArray[np.int32]) -> NDArray[np.bool_]:
    """The pairs that fill each list with the best, one of each cluster."""
    kept = np.flatnonzero(firsts_of_clusters(pairs, clusters))
    fits = places_in_line(pairs.sources[kept]) < places[pairs.sources[kept]]
    chosen = np.zeros(len(pairs), dtype=np.bool_)
    chosen[kept[fits]] = True
    return chosen


def _duplicates_met(
    pairs: LinkPairs,
    places: NDArray[np.int64],
    lists: Mapping[int, tuple[Choice, ...]],
    clusters: NDArray[np.int32],
) -> int:
    """The number of near-duplicates that would be in lists of the best by score."""
    met = pairs.take(places_in_line(pairs.sources) < places[pairs.sources])
    fresh = met.take(~_repeats(met, lists, clusters))
    return len(met) - int(_best_of_each(fresh, places, clusters).sum())


def _filled(
    lists: Mapping[int, tuple[Choice, ...]],
    links: LinkPairs,
    previous: Mapping[int, tuple[Choice, ...]],
    margin: float,
) -> dict[int, tuple[Choice, ...]]:
    """The lists with their links, best first, incumbents where they were."""
    added: dict[int, list[Choice]] = {row: [] for row in lists}
    for row, target, score in zip(links.sources.tolist(), links.targets.tolist(), links.scores.tolist(), strict=True):
        added[row].append(Choice(target, score))
    if previous:
        values: dict[int, dict[int, float]] = {}
        for row, target, value in zip(
            links.sources.tolist(), links.targets.tolist(), links.values.tolist(), strict=True
        ):
            values.setdefault(row, {})[target] = value
        for row, choices in added.items():
            if choices and row in previous:
                by_row = {choice.row: choice for choice in choices}
                before = [choice.row for choice in previous[row]]
                added[row] = [by_row[target] for target in settled([*by_row], values[row], before, margin)]
    return {row: (*lists[row], *added[row]) for row in sorted(lists)}


def _decided_report(lists: Mapping[int, tuple[Choice, ...]], refused: int, lost: int) -> DecidedReport:
    verdicts = [choice.decided for choices in lists.values() for choice in choices]
    return DecidedReport(pinned=verdicts.count("pin"), accepted=verdicts.count("accept"), kept_out=refused, lost=lost)


def _cut_short(candidates: Candidates, links: LinkPairs, places: NDArray[np.int64], floors: NDArray[np.float64]) -> int:
    """Lists with free places that deeper candidates might fill."""
    free = places > np.bincount(links.sources, minlength=len(places))
    last = candidates.scores[:, -1]
    return int((free & np.isfinite(last) & (last >= floors)).sum())
