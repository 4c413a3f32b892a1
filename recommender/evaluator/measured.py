"""One system after another on the same bench, their figures side by side, and an evaluation beside what made it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from recommender.evaluator.bench import Bench
from recommender.evaluator.measures import Measure, Scores, score
from recommender.evaluator.result import Comparison, Evaluation, SliceFigures
from recommender.evaluator.settings import EvaluateSettings
from recommender.evaluator.significance import Interval, PairedScores, holm
from recommender.evaluator.slices import Slice
from recommender.evaluator.structure import Frame, Structure, describe
from recommender.evaluator.systems.registry import System
from recommender.neighbours.candidates import Candidates
from recommender.progress import Reporter, stage


@dataclass(frozen=True, slots=True)
class SystemRun:
    """What one system proposed, and how good it is.

    Attributes
    ----------
    candidates : Candidates
        Aligned with the task's sources: the first places of each list, or all where the run was to be kept.
    scores : Scores
        Aligned with the queries.
    """

    candidates: Candidates
    scores: Scores
    structure: Structure


@dataclass(frozen=True, slots=True)
class Figures:
    """Means with intervals by system and measure, and all comparisons."""

    systems: dict[str, dict[str, Interval]]
    comparisons: tuple[Comparison, ...]


def run_systems(
    systems: Sequence[System],
    bench: Bench,
    measures: Sequence[Measure],
    frame: Frame,
    k: int,
    *,
    keep: Collection[str] = (),
    reporter: Reporter,
) -> dict[str, SystemRun]:
    """Ask and score each system; only the first `k` places stay in memory, and all of those in `keep`."""
    runs = {}
    for system in systems:
        with stage(reporter, system.name):
            found = system.propose(bench.task)
        with stage(reporter, "measure"):
            hits = bench.judgements.judge(bench.of_queries(found))
            runs[system.name] = SystemRun(
                found if system.name in keep else cut(found, k), score(hits, measures), describe(found, frame, k, hits)
            )
    return runs


def cut(candidates: Candidates, depth: int) -> Candidates:
    """The first places, in memory of their own."""
    return Candidates(candidates.indices[:, :depth].copy(), candidates.scores[:, :depth].copy())


def figures(
    scores: Mapping[str, Scores], labels: NDArray[np.integer], measures: Sequence[Measure], settings: EvaluateSettings
) -> Figures:
    """Intervals and comparisons of all systems by all measures."""
    names = list(scores)
    values = [found.values[measure.name] for measure in measures for found in scores.values()]
    paired = _paired(values, labels, settings)
    systems: dict[str, dict[str, Interval]] = {name: {} for name in names}
    comparisons: list[Comparison] = []
    for block, measure in enumerate(measures):
        columns = range(block * len(names), (block + 1) * len(names))
        for name, column in zip(names, columns, strict=True):
            systems[name][measure.name] = paired.interval(column)
        comparisons.extend(_compare_all(measure.name, dict(zip(names, columns, strict=True)), paired))
    return Figures(systems, tuple(comparisons))


def _compare_all(measure: str, columns: Mapping[str, int], paired: PairedScores) -> list[Comparison]:
    """All pairs of systems by one measure, with p-values corrected for the number of pairs."""
    pairs = list(combinations(columns, 2))
    outcomes = [paired.compare(columns[first], columns[second]) for first, second in pairs]
    corrected = holm([outcome.p_value for outcome in outcomes])
    return [
        Comparison(
            measure=measure,
            first=first,
            second=second,
            difference=outcome.difference,
            p_value=outcome.p_value,
            p_corrected=p_corrected,
            wins=outcome.wins,
            ties=outcome.ties,
            losses=outcome.losses,
        )
        for (first, second), outcome, p_corrected in zip(pairs, outcomes, corrected, strict=True)
    ]


def slice_figures(
    slices: Sequence[Slice],
    runs: Mapping[str, SystemRun],
    labels: NDArray[np.integer],
    measure: str,
    settings: EvaluateSettings,
) -> tuple[SliceFigures, ...]:
    """One measure of all systems on parts of the queries."""
    found = []
    for part in slices:
        own = np.unique(labels[part.members], return_inverse=True)[1]
        values = [run.scores.values[measure][part.members] for run in runs.values()]
        paired = _paired(values, own, settings)
        intervals = {name: paired.interval(column) for column, name in enumerate(runs)}
        found.append(SliceFigures(part.by, part.name, len(part.members), int(own.max()) + 1, intervals))
    return tuple(found)


def _paired(
    values: Sequence[NDArray[np.float64]], labels: NDArray[np.integer], settings: EvaluateSettings
) -> PairedScores:
    return PairedScores(
        np.stack(values, axis=1),
        labels,
        n_resamples=settings.resamples,
        n_permutations=settings.permutations,
        seed=settings.seed,
    )


@dataclass(frozen=True, slots=True)
class EvaluationRun:
    """An evaluation, and what it was made of.

    Attributes
    ----------
    runs : dict of str to SystemRun
        By system. The main system's candidates are whole, those of the others cut at k places.
    vectors : float32 array of shape (n_articles, dim)
        One per article; inner products are the text similarity.
    duplicates : int32 array of shape (n_articles,)
        Number of each article's cluster of near-duplicates.
    """

    evaluation: Evaluation
    bench: Bench
    runs: dict[str, SystemRun]
    vectors: NDArray[np.float32]
    duplicates: NDArray[np.int32]
