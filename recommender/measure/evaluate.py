"""From an opened site to its figures."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import msgspec
import numpy as np
from numpy.typing import NDArray

from recommender.errors import InputError
from recommender.evaluator.bench import Bench, build_bench
from recommender.evaluator.folds import parse_fold
from recommender.evaluator.measured import EvaluationRun, SystemRun, figures, run_systems, slice_figures
from recommender.evaluator.measures import Measure, parse_measures, score
from recommender.evaluator.result import CURATED, FORMAT, Evaluation, PerQuery, QueryFacts
from recommender.evaluator.settings import EvaluateSettings
from recommender.evaluator.slices import Slice, by_crossing, by_group, by_judgements, by_length
from recommender.evaluator.structure import Frame, describe
from recommender.evaluator.systems.files import FileCounts, Proposal, collect
from recommender.evaluator.systems.registry import System
from recommender.measure.facts import corpus_facts, nothing_to_judge, numbers, versions
from recommender.measure.folds import fold_rows
from recommender.measure.systems import known_systems, usable_systems
from recommender.processes import cpu_count
from recommender.progress import Reporter, Silent, stage
from recommender.site.site import Site


def evaluate(
    site: Site,
    settings: EvaluateSettings | None = None,
    *,
    systems: Sequence[str] | None = None,
    files: Mapping[str, Sequence[Proposal]] | None = None,
    queries: Sequence[str] | None = None,
    extra: Sequence[System] = (),
    reporter: Reporter | None = None,
) -> EvaluationRun:
    """Measure what a site's recommender proposes against the curated links, beside other systems.

    Parameters
    ----------
    site : Site
    settings : EvaluateSettings, optional
    systems : sequence of str, optional
        Names, the first being the one that the others are compared with; ``"all"`` if None.
    files : mapping of str to sequence of Proposal, optional
        Lists from elsewhere, by the name of their system.
    queries : sequence of str, optional
        Keys of the articles to measure on; candidates are not restricted.
    extra : sequence of System, optional
        Further systems.
    reporter : Reporter, optional

    Raises
    ------
    InputError
        A name or key is not known, or no curated link judges anything.
    """
    settings = settings or EvaluateSettings()
    reporter = reporter or Silent()
    measures = parse_measures(settings.measures)
    if not measures:
        raise InputError("No measure is named; expected one such as nDCG@10.")
    bench = build_bench(
        site.corpus.articles,
        site.judged.targets,
        site.plain_texts,
        settings,
        queries=_asked(site, queries, settings),
        depth=max((measure.cutoff or 0 for measure in measures), default=0),
        eligible=np.isin(np.arange(len(site.corpus)), site.targets),
        threads=cpu_count(),
        rejected=site.judged.rejected,
    )
    if not len(bench.judgements.queries):
        raise InputError(nothing_to_judge(site, bench))
    collected = {name: collect(proposals, bench.task) for name, proposals in (files or {}).items()}
    known = known_systems(site, {name: run.candidates for name, run in collected.items()}, extra)
    chosen = usable_systems(bench.task, list(systems or ["all"]), known, list(collected), reporter)
    # The deepest lists first: from them the cache then also gives the shorter ones that near-duplicates need.
    site.propose(bench.task.depth)
    vectors = site.text_vectors()
    frame = Frame(
        bench.task.sources,
        [article.key for article in site.corpus.articles],
        bench.task.eligible,
        numbers([article.group for article in site.corpus.articles]),
        vectors,
        site.duplicates.labels,
    )
    runs = run_systems(
        chosen,
        bench,
        measures,
        frame,
        settings.k,
        keep=[chosen[0].name],
        reporter=reporter,
    )
    with stage(reporter, "intervals"):
        file_counts = {name: run.counts for name, run in collected.items()}
        evaluation = _evaluation(site, bench, measures, runs, frame, file_counts, settings)
    return EvaluationRun(evaluation, bench, runs, vectors, site.duplicates.labels)


def _asked(site: Site, queries: Sequence[str] | None, settings: EvaluateSettings) -> NDArray[np.integer]:
    """Rows of the articles to measure on."""
    rows: NDArray[np.integer] = site.sources if queries is None else query_rows(queries, site)
    if settings.fold is None:
        return rows
    return np.intersect1d(rows, fold_rows(site, parse_fold(settings.fold), seed=settings.seed))


def query_rows(keys: Sequence[str], site: Site) -> NDArray[np.int64]:
    """Rows of articles by their keys.

    Raises
    ------
    InputError
        A key is no article's.
    """
    rows = site.corpus.rows
    unknown = [key for key in keys if key not in rows]
    if unknown:
        near = difflib.get_close_matches(unknown[0], rows, n=1)
        hint = f" (nearest: {near[0]!r})" if near else ""
        raise InputError(
            f"{len(unknown)} of {len(keys)} queries are no articles of the site, first {unknown[0]!r}{hint}."
        )
    return np.array([rows[key] for key in keys], dtype=np.int64)


def _evaluation(
    site: Site,
    bench: Bench,
    measures: Sequence[Measure],
    runs: Mapping[str, SystemRun],
    frame: Frame,
    files: Mapping[str, FileCounts],
    settings: EvaluateSettings,
) -> Evaluation:
    labels = bench.units.labels
    of_component = bench.components.of(bench.judgements.queries)
    primary = measures[0].name
    found = figures({name: run.scores for name, run in runs.items()}, labels, measures, settings)
    best = score(bench.judgements.best_possible(bench.task.depth), measures)
    structure = {name: run.structure for name, run in runs.items()}
    structure[CURATED] = describe(bench.curated(settings.k), frame, settings.k)
    return Evaluation(
        format=FORMAT,
        corpus=corpus_facts(site, bench),
        queries=len(bench.judgements.queries),
        systems=found.systems,
        upper_bound={measure.name: best.mean(measure.name) for measure in measures},
        structure=structure,
        not_answered={name: run.scores.n_empty for name, run in runs.items()},
        files=dict(files),
        facts=QueryFacts(
            links=replace(bench.judgements.counts, accepted=site.judged.added, refused=site.judged.removed),
            judgements=len(bench.judgements.relevant.rows),
            lists=len(bench.task.sources),
            components=int(of_component.max()) + 1,
            largest_component=int(np.bincount(of_component).max()),
            divided=bench.units.divided,
            cut_ratio=bench.units.cut_ratio,
            units=bench.units.n,
            effective_units=bench.units.effective,
        ),
        comparisons=found.comparisons,
        slices=slice_figures(_slices(site, bench), runs, labels, primary, settings),
        settings=msgspec.to_builtins(site.settings),
        evaluation=settings,
        model=f"{site.encoder.name} ({site.encoder.identity})",
        versions=versions(),
        per_query=PerQuery(
            primary,
            tuple(site.corpus.articles[row].key for row in bench.judgements.queries),
            {name: tuple(run.scores.values[primary].tolist()) for name, run in runs.items()},
        ),
    )


def _slices(site: Site, bench: Bench) -> list[Slice]:
    groups = [article.group for article in site.corpus.articles]
    slices = by_group(bench.judgements, groups)
    if "answer" in site.settings.views:
        lengths = np.array([texts["answer"].chars for texts in site.corpus.texts])
        slices += by_length(bench.judgements, lengths)
    return slices + by_judgements(bench.judgements) + by_crossing(bench.judgements, groups)
