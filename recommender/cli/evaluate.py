"""`recommender evaluate`: proposals against the curated links, beside baselines."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recommender.cli.options import (
    CacheDir,
    Config,
    Content,
    Decisions,
    Diversity,
    Hubs,
    Jobs,
    MaxInbound,
    MinInbound,
    MinPrecision,
    MinScore,
    Model,
    NearDuplicates,
    NoCache,
    Quiet,
    RankerFile,
    Sources,
    Strict,
    Targets,
    Today,
    configured,
    day,
    with_decisions,
)

if TYPE_CHECKING:
    from recommender.evaluator.compare import Changes
    from recommender.evaluator.run import EvaluationRun


def evaluate(
    content: Content,
    systems: Annotated[
        str,
        typer.Option(
            help="Names, with commas between; the first is the one the others are compared with. all, baselines."
        ),
    ] = "all",
    no_baselines: Annotated[bool, typer.Option("--no-baselines", help="Only the recommender and its views.")] = False,
    runs: Annotated[
        list[str] | None,
        typer.Option(
            "--run", metavar="NAME=FILE", help="A links file or TREC run to score as well.", show_default=False
        ),
    ] = None,
    measures: Annotated[
        str | None,
        typer.Option(
            help="Names such as nDCG@10,R@5,MRR; the first is what comparisons are about.", show_default=False
        ),
    ] = None,
    k: Annotated[int | None, typer.Option("-k", min=1, help="Places per list; by default the configuration's.")] = None,
    depth: Annotated[int, typer.Option(min=1, help="Longest list that is measured.")] = 100,
    symmetric: Annotated[
        bool, typer.Option("--symmetric", help="A curated link also judges in the other direction.")
    ] = False,
    queries: Annotated[
        Path | None, typer.Option(help="Keys of the only articles to ask for, one a line.", show_default=False)
    ] = None,
    fold: Annotated[
        str | None,
        typer.Option(
            metavar="I/N",
            help="Only part I of N that share no curated link: for what learned on the others.",
            show_default=False,
        ),
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write all figures.", show_default=False)] = None,
    report: Annotated[Path | None, typer.Option(help="Write a page to look at (HTML).", show_default=False)] = None,
    markdown: Annotated[Path | None, typer.Option(help="Write the tables as Markdown.", show_default=False)] = None,
    latex: Annotated[Path | None, typer.Option(help="Write the tables as LaTeX.", show_default=False)] = None,
    qrels: Annotated[Path | None, typer.Option(help="Write the judgements in TREC form.", show_default=False)] = None,
    write_run: Annotated[
        Path | None, typer.Option(help="Write the first system's lists in TREC form.", show_default=False)
    ] = None,
    ranker: RankerFile = None,
    against: Annotated[
        Path | None, typer.Option(help="What --json wrote earlier: show what changed since.", show_default=False)
    ] = None,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(metavar="MEASURE=VALUE", help="Exit with 1 if the figure is lower.", show_default=False),
    ] = None,
    max_drop: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MEASURE=VALUE", help="Exit with 1 if it fell by more since --against.", show_default=False
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of everything that is drawn.")] = 0,
    min_score: MinScore = None,
    min_precision: MinPrecision = None,
    near_duplicates: NearDuplicates = None,
    diversity: Diversity = None,
    max_inbound: MaxInbound = None,
    min_inbound: MinInbound = None,
    hubs: Hubs = None,
    sources: Sources = None,
    targets: Targets = None,
    today: Today = None,
    decisions: Decisions = None,
    model: Model = None,
    config: Config = None,
    cache_dir: CacheDir = None,
    no_cache: NoCache = False,
    strict: Strict = False,
    jobs: Jobs = None,
    quiet: Quiet = False,
) -> None:
    """Measure proposals against the curated links, beside baselines, with 95% intervals."""
    from recommender.cli.console import Console
    from recommender.errors import InputError
    from recommender.evaluator.compare import changes, check_limits, parse_limit
    from recommender.evaluator.folds import parse_fold
    from recommender.evaluator.inputs import read_keys, read_runs
    from recommender.evaluator.measures import DEFAULT_MEASURES, parse_measures
    from recommender.evaluator.outputs import Outputs, write_outputs
    from recommender.evaluator.result import load_evaluation
    from recommender.evaluator.run import evaluate as run_evaluation
    from recommender.evaluator.settings import EvaluateSettings
    from recommender.evaluator.site_systems import recommender_names
    from recommender.progress import stage
    from recommender.ranker.file import load_ranker
    from recommender.site.open import open_site
    from recommender.site.ranker_system import RANKER, ranker_systems

    begun = time.perf_counter()
    under, drop = [parse_limit(text) for text in fail_under or []], [parse_limit(text) for text in max_drop or []]
    if drop and against is None:
        raise InputError("--max-drop needs --against: an earlier evaluation to measure the drop from.")
    wanted = parse_measures([measures] if measures else DEFAULT_MEASURES)
    wanted = parse_measures([*(measure.name for measure in wanted), *(limit.measure for limit in (*under, *drop))])
    old = load_evaluation(against) if against else None
    outputs = Outputs(json_file, qrels, write_run, markdown, latex, report)
    outputs.check()
    loaded = load_ranker(ranker) if ranker else None
    site_settings = configured(
        content,
        config,
        sources,
        targets,
        k=k,
        min_score=min_score,
        min_precision=min_precision,
        near_duplicates=near_duplicates,
        diversity=diversity,
        max_inbound=max_inbound,
        min_inbound=min_inbound,
        hubs=hubs,
    )
    site_settings = with_decisions(content, site_settings, decisions)
    with Console(quiet=quiet, to_stderr=outputs.to_standard_output) as console:
        site = open_site(
            content,
            site_settings,
            model=model,
            cache_dir=cache_dir,
            use_cache=not no_cache,
            strict=strict,
            jobs=jobs,
            today=day(today),
            reporter=console,
        )
        names = (
            [*recommender_names(site), *([RANKER] if loaded else [])]
            if no_baselines
            else [name.strip() for name in systems.split(",") if name.strip()]
        )
        settings = EvaluateSettings(
            measures=tuple(measure.name for measure in wanted),
            k=k or site.settings.links.k,
            depth=depth,
            symmetric=symmetric,
            fold=None if fold is None else str(parse_fold(fold)),
            seed=seed,
        )
        found = run_evaluation(
            site,
            settings,
            systems=names,
            files=read_runs(runs or [], [article.key for article in site.corpus.articles]),
            queries=read_keys(queries) if queries else None,
            extra=[] if loaded is None else ranker_systems(site, loaded, console),
            reporter=console,
        )
        change = changes(old, found.evaluation, found.bench.units.labels) if old else None
        with stage(console, "write"):
            written = write_outputs(found, outputs, change)
    console.tell_of(site)
    if not quiet and not outputs.to_standard_output:
        _show(found, change)
    console.tell_cost(site, time.perf_counter() - begun)
    for path in written:
        console.say(f"written       {path}")
    check_limits(found.evaluation, under, drop, old)


def _show(found: EvaluationRun, change: Changes | None) -> None:
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
    if change is not None:
        show(change_tables(change), terminal)
