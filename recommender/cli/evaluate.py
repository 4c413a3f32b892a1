"""`recommender evaluate`: proposals against the curated links, beside baselines."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import typer

from recommender.cli.again import again
from recommender.cli.evaluate_options import CompareOptions, MeasureOptions, OutputOptions
from recommender.cli.list_options import DecisionOptions, ListOptions, PartOptions, RankerOptions
from recommender.cli.site_options import SiteOptions

if TYPE_CHECKING:
    from recommender.evaluator.compare import Changes
    from recommender.evaluator.measured import EvaluationRun
    from recommender.progress import Reporter
    from recommender.site.site import Site


def evaluate(
    site: SiteOptions,
    part: PartOptions,
    decided: DecisionOptions,
    lists: ListOptions,
    scoring: RankerOptions,
    measured: MeasureOptions,
    compared: CompareOptions,
    written: OutputOptions,
) -> None:
    """Measure proposals against the curated links.

    Baselines are measured on the same articles; figures have 95% intervals.

        recommender evaluate content --report report.html
        recommender evaluate content --compare-model sentence-transformers/all-MiniLM-L6-v2
        recommender evaluate content --systems text,bm25 --fail-under nDCG@10=0.15
    """
    from recommender.cli.console import Console
    from recommender.errors import InputError
    from recommender.evaluator.compare import changes, check_limits, parse_limit
    from recommender.evaluator.folds import parse_fold
    from recommender.evaluator.measures import DEFAULT_MEASURES, parse_measures
    from recommender.evaluator.outputs import write_outputs
    from recommender.evaluator.result import load_evaluation
    from recommender.evaluator.settings import EvaluateSettings
    from recommender.measure.evaluate import evaluate as run_evaluation
    from recommender.measure.inputs import read_keys, read_runs
    from recommender.measure.systems import RANKER, compared_systems, ranker_systems, recommender_names
    from recommender.progress import stage

    begun = time.perf_counter()
    under = [parse_limit(text) for text in compared.fail_under or []]
    drop = [parse_limit(text) for text in compared.max_drop or []]
    if drop and not compared.against:
        raise InputError("--max-drop needs --against: an earlier evaluation to measure the drop from.")
    wanted = parse_measures([measured.measures] if measured.measures else DEFAULT_MEASURES)
    wanted = parse_measures([*(measure.name for measure in wanted), *(limit.measure for limit in (*under, *drop))])
    earlier = {str(path): load_evaluation(path) for path in compared.against or []}
    outputs = written.outputs()
    site_settings = site.settings(part, decided, lists)
    file = scoring.read(site, site_settings)
    with Console(quiet=written.quiet, to_stderr=outputs.to_standard_output) as console:
        opened = site.open(site_settings, console, today=part.day)
        ranking = scoring.rank(site, file, opened, console)
        learned = ranking.ranker
        # The files are read before long work.
        runs = read_runs(compared.runs or [], [article.key for article in opened.corpus.articles])
        others = compared_systems(opened, compared.compare_models or [], _other_sites(site, part, compared, console))
        names = (
            [*recommender_names(opened), *([RANKER] if learned else [])]
            if compared.no_baselines
            else [name.strip() for name in compared.systems.split(",") if name.strip()]
        )
        settings = EvaluateSettings(
            measures=tuple(measure.name for measure in wanted),
            k=site_settings.links.k,
            depth=measured.depth,
            symmetric=measured.symmetric,
            fold=None if measured.fold is None else str(parse_fold(measured.fold)),
            seed=measured.seed,
        )
        found = run_evaluation(
            opened,
            settings,
            systems=[*names, *(system.name for system in others)],
            files=runs,
            queries=read_keys(measured.queries) if measured.queries else None,
            extra=[*([] if learned is None else ranker_systems(opened, learned, console)), *others],
            reporter=console,
        )
        since = [changes(old, found.evaluation, found.bench.units.labels, name) for name, old in earlier.items()]
        with stage(console, "write"):
            files = write_outputs(found, outputs, since)
        console.show_site(opened)
    if not written.quiet and not outputs.to_standard_output:
        _show(found, since)
    console.say(f"ranked by     {ranking.description}")
    console.show_cost(opened, time.perf_counter() - begun)
    for path in files:
        console.say(f"written       {path}")
    console.say_next(*_next(site, written, opened, is_learned=learned is not None or file.unwanted))
    check_limits(found.evaluation, under, drop, earlier)


def _other_sites(site: SiteOptions, part: PartOptions, compared: CompareOptions, reporter: Reporter) -> dict[str, Site]:
    """The same articles with other configurations, by the names of their files."""
    found = {}
    for path in compared.compare_configs or []:
        other = dataclasses.replace(site, config=path)
        found[str(path)] = other.open(other.settings(part), reporter, today=part.day)
    return found


def _next(site: SiteOptions, written: OutputOptions, opened: Site, *, is_learned: bool) -> Iterator[tuple[str, str]]:
    from recommender.site.fit import teachers

    if written.report is None:
        yield "see it as a page", again("--report", "report.html")
    if written.json is None:
        yield "keep the figures for --against", again("--json", "figures.json")
    if not is_learned and not (found := teachers(opened)).too_few:
        yield f"learn from {len(found.judgements.queries):,} curated lists", site.command("fit")


def _show(found: EvaluationRun, since: Sequence[Changes]) -> None:
    import sys

    from rich.console import Console as RichConsole

    from recommender.evaluator.notes import file_notes, link_note
    from recommender.evaluator.render import fits, show
    from recommender.evaluator.tables import all_tables, change_tables, joined_table

    # In a pipe nothing is cut or wrapped.
    terminal = RichConsole(highlight=False, width=None if sys.stdout.isatty() else 1000)
    for note in (link_note(found.evaluation), *file_notes(found.evaluation)):
        typer.echo(note)
    typer.echo()
    accuracy, structure, *others = all_tables(found.evaluation, intervals=False)
    both = joined_table(accuracy, structure)
    show([both, *others] if fits(both, terminal) else [accuracy, structure, *others], terminal)
    show(change_tables(since), terminal)
