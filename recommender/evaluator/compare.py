"""What changed since an earlier evaluation, and the limits that a build can set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.errors import CheckFailed, InputError
from recommender.evaluator.measures import parse_measure
from recommender.evaluator.result import Evaluation
from recommender.evaluator.significance import Outcome, PairedScores

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class QueryChange:
    """One query of the main system, then and now."""

    key: str
    old: float
    new: float


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """The mean of one system by one measure, then and now."""

    system: str
    measure: str
    old: float
    new: float


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed between two evaluations.

    Attributes
    ----------
    name : str
        What the earlier one is called.
    notes : tuple of str
        Why the two may not be comparable.
    measures : tuple of MeasureChange
        Of the systems and measures that both have.
    system, measure : str
        What the rest is about: the main system of the new evaluation by the first measure.
    shared : int
        Queries that both have.
    outcome : Outcome or None
        New less old on the shared queries, None where there are none.
    won, lost : tuple of QueryChange
        The queries that gained and lost most, at most ten each.
    """

    name: str
    notes: tuple[str, ...]
    measures: tuple[MeasureChange, ...]
    system: str
    measure: str
    shared: int
    outcome: Outcome | None
    won: tuple[QueryChange, ...]
    lost: tuple[QueryChange, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound on a figure, as the command line has it: ``nDCG@10=0.15`` or ``bm25:nDCG@10=0.15``.

    Attributes
    ----------
    system : str or None
        None for the main system.
    """

    measure: str
    value: float
    system: str | None = None


def parse_limit(text: str) -> Limit:
    """Read a limit.

    Raises
    ------
    InputError
        It is not in form, or its measure is not known.
    """
    left, equals, right = text.rpartition("=")
    system, colon, measure = left.rpartition(":")
    try:
        value = float(right)
    except ValueError:
        value = float("nan")
    if not equals or not np.isfinite(value):
        raise InputError(f"Expected a limit such as nDCG@10=0.15; found {text!r}.")
    return Limit(parse_measure(measure).name, value, system if colon else None)


def changes(old: Evaluation, new: Evaluation, labels: NDArray[np.integer], name: str = "then") -> Changes:
    """Compare two evaluations, `labels` being the units of the new one's queries; the old one is called `name`."""
    measures = [
        # What was written has six decimals.
        MeasureChange(system, measure, old.systems[system][measure].mean, round(interval.mean, 6))
        for system, intervals in new.systems.items()
        for measure, interval in intervals.items()
        if measure in old.systems.get(system, {})
    ]
    system, measure = new.main, new.per_query.measure
    comparable = old.per_query.measure == measure and system in old.per_query.systems
    positions = {key: place for place, key in enumerate(old.per_query.keys)} if comparable else {}
    places = [place for place, key in enumerate(new.per_query.keys) if key in positions]
    keys = [new.per_query.keys[place] for place in places]
    outcome: Outcome | None = None
    won: tuple[QueryChange, ...] = ()
    lost: tuple[QueryChange, ...] = ()
    if keys:
        # A query that did not change is a tie.
        now = np.round([new.per_query.systems[system][place] for place in places], 6)
        then = np.round([old.per_query.systems[system][positions[key]] for key in keys], 6)
        own = np.unique(labels[places], return_inverse=True)[1]
        settings = new.evaluation
        paired = PairedScores(
            np.stack([now, then], axis=1),
            own,
            n_resamples=settings.resamples,
            n_permutations=settings.permutations,
            seed=settings.seed,
        )
        outcome = paired.compare(0, 1)
        won, lost = _most(keys, then, now, 1.0), _most(keys, then, now, -1.0)
    notes = tuple(_notes(old, new, len(keys)))
    return Changes(name, notes, tuple(measures), system, measure, len(keys), outcome, won, lost)


def check_limits(
    evaluation: Evaluation, fail_under: Sequence[Limit], max_drop: Sequence[Limit], earlier: Mapping[str, Evaluation]
) -> None:
    """Hold the figures against limits.

    Raises
    ------
    CheckFailed
        At least one is not kept; all that are not are named.
    InputError
        A limit names a figure that was not measured, or a drop has nothing to be measured from.
    """
    failed = []
    for limit in fail_under:
        value = _figure(evaluation, limit, "this evaluation")
        if value < limit.value:
            failed.append(f"{_called(evaluation, limit)} is {value:.4f}, under {limit.value:g}")
    if max_drop and not earlier:
        raise InputError("--max-drop needs --against: an earlier evaluation to measure the drop from.")
    for limit in max_drop:
        assumed = Limit(limit.measure, limit.value, limit.system or evaluation.main)
        value = _figure(evaluation, assumed, "this evaluation")
        for name, old in earlier.items():
            before = _figure(old, assumed, f"the earlier evaluation {name}")
            if round(before - value, 9) > limit.value:
                failed.append(
                    f"{_called(evaluation, limit)} fell from {before:.4f} in {name} to {value:.4f}, more than "
                    f"{limit.value:g}"
                )
    if failed:
        raise CheckFailed("; ".join(failed))


def _figure(evaluation: Evaluation, limit: Limit, where: str) -> float:
    system = limit.system or evaluation.main
    try:
        return round(evaluation.systems[system][limit.measure].mean, 6)
    except KeyError:
        known = ", ".join(evaluation.systems)
        raise InputError(
            f"The limit on {system}:{limit.measure} needs a figure that {where} does not hold; it has the systems "
            f"{known} and the measures {', '.join(evaluation.measures)}."
        ) from None


def _called(evaluation: Evaluation, limit: Limit) -> str:
    return f"{limit.measure} of {limit.system or evaluation.main}"


def _most(
    keys: Sequence[str], then: NDArray[np.float64], now: NDArray[np.float64], sign: float
) -> tuple[QueryChange, ...]:
    gain = sign * (now - then)
    order = np.lexsort((np.array(keys, dtype=np.str_), -gain))[:_SHOWN]
    return tuple(QueryChange(keys[place], float(then[place]), float(now[place])) for place in order if gain[place] > 0)


def _notes(old: Evaluation, new: Evaluation, shared: int) -> list[str]:
    notes = []
    if old.corpus.digest != new.corpus.digest:
        notes.append(
            f"the articles are not the same: {old.corpus.articles:,} then, {new.corpus.articles:,} now; "
            f"{shared:,} queries are in both ({old.queries:,} then, {new.queries:,} now)"
        )
    elif old.queries != new.queries:
        notes.append(f"the queries are not the same: {old.queries:,} then, {new.queries:,} now, {shared:,} in both")
    if old.evaluation.symmetric != new.evaluation.symmetric:
        notes.append("one of them lets links judge in both directions, the other does not")
    if old.evaluation.depth != new.evaluation.depth:
        notes.append(f"lists were cut at {old.evaluation.depth} then and at {new.evaluation.depth} now")
    if not shared:
        notes.append("they share no query of one system and measure, so that no query can be compared")
    return notes
