"""`recommender train`: a model of the site's own."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recommender.cli.options import CacheDir, Config, Content, Jobs, NoCache, Quiet, Strict

if TYPE_CHECKING:
    from recommender.cli.console import Console
    from recommender.trainer.preparation import Prepared
    from recommender.trainer.run import Trained
    from recommender.trainer.settings import PairKind


def train(
    content: Content,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="Folder for the model.", show_default=False)
    ],
    start: Annotated[
        str | None,
        typer.Option(
            "--from", help="Model to start from, by folder or name; by default the site's", show_default=False
        ),
    ] = None,
    pairs: Annotated[
        str | None,
        typer.Option(
            help="What belongs together, comma-separated: links, views, passages. By default links and views where "
            "there are links, else views and passages.",
            show_default=False,
        ),
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(min=1, help="At most so many passes; by default 10 static, else 3.", show_default=False),
    ] = None,
    patience: Annotated[int, typer.Option(min=1, help="Stop after so many looks without a better figure.")] = 2,
    batch_size: Annotated[
        int | None, typer.Option(min=2, help="Pairs per batch; by default 1024 static, else 64.", show_default=False)
    ] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(min=0, help="By default 0.02 static (of the weights' size), else 2e-5.", show_default=False),
    ] = None,
    hard_negatives: Annotated[int, typer.Option(min=0, help="Negatives mined for each pair.")] = 0,
    sizes: Annotated[
        str | None,
        typer.Option(
            help="Numbers of leading components of use by themselves, comma-separated; by default all, a half and a "
            "quarter.",
            show_default=False,
        ),
    ] = None,
    keep: Annotated[float, typer.Option(min=0, max=1, help="Share of the starting weights in the result.")] = 0.0,
    seed: Annotated[int, typer.Option(min=0, help="Of the parts and of all that is drawn.")] = 0,
    device: Annotated[
        str | None,
        typer.Option(help="Where a transformer is trained; by default a GPU where there is one.", show_default=False),
    ] = None,
    config: Config = None,
    cache_dir: CacheDir = None,
    no_cache: NoCache = False,
    strict: Strict = False,
    jobs: Jobs = None,
    quiet: Quiet = False,
) -> None:
    """Train an embedding model on a site, and measure it on articles that it did not learn from.

    A run that was ended goes on where it was: give the same command again.
    """
    from dataclasses import replace

    from recommender.cli.console import Console
    from recommender.settings_file import load_settings
    from recommender.site.open import open_site
    from recommender.trainer import TrainSettings, check_possible, prepare
    from recommender.trainer import train as run

    check_possible(output)
    begun = time.perf_counter()
    wanted = TrainSettings(
        pairs=_kinds(pairs),
        epochs=epochs,
        patience=patience,
        batch_size=batch_size,
        learning_rate=learning_rate,
        hard_negatives=hard_negatives,
        matryoshka=_sizes(sizes),
        keep=keep,
        seed=seed,
    )
    settings = load_settings(content, config)
    if device is not None:
        settings = replace(settings, model=replace(settings.model, device=device))
    with Console(quiet=quiet) as console:
        site = open_site(
            content, settings, model=start, cache_dir=cache_dir, use_cache=not no_cache, strict=strict, jobs=jobs,
            reporter=console,
        )  # fmt: skip
        prepared = prepare(site, output, wanted, reporter=console)
        _tell_plan(console, prepared)
        trained = run(prepared, reporter=console)
    console.tell_of(site)
    _tell_result(console, prepared, trained)
    console.tell_cost(site, time.perf_counter() - begun)
    console.say(f"written       {output}")
    console.say(f"next          recommender links {content} --model {output}")


def _tell_plan(console: Console, prepared: Prepared) -> None:
    parts = prepared.parts
    console.say(
        f"parts         {len(parts.training):,} articles to learn from, {len(parts.development):,} to stop by, "
        f"{len(parts.test):,} to measure on (by {parts.rule})"
    )
    pairs = ", ".join(f"{len(columns['anchor']):,} {name}" for name, columns in prepared.data.sets.items())
    console.say(f"pairs         {pairs}")
    console.say(f"start         {prepared.start.name}, {prepared.schedule.epochs} passes at most on {prepared.device}")
    if prepared.resumes:
        console.say(f"resumes       from the last checkpoint in {prepared.work}")
    if not prepared.start.is_static and prepared.device == "cpu":
        from recommender.trainer.estimate import seconds_estimate

        minutes = seconds_estimate(prepared) / 60
        span = f"{minutes / 60:,.1f} hours" if minutes >= 90 else f"{max(1, round(minutes))} minutes"
        console.warn(
            f"warning: a transformer on a CPU: about {span} here, looks at the development part apart, unless it stops "
            "early; the same command goes on where a run was ended"
        )


def _tell_result(console: Console, prepared: Prepared, trained: Trained) -> None:
    from recommender.evaluator.units import FEWEST

    fitted = trained.fitted
    console.say(
        f"stopping      nDCG@10 in the development part {fitted.start:.4f} before, {fitted.best.development:.4f} after "
        f"{fitted.best.step:,} batches, the best of {len(fitted.looks)} looks"
    )
    for one in (figure for figure in trained.figures if figure.part == "test"):
        interval = one.outcome.difference
        bounds = f" [{interval.low:+.4f}, {interval.high:+.4f}]" if one.units >= FEWEST else ""
        console.say(
            f"test          {one.measure} by {one.signal} {one.before.mean:.4f} before, {one.after.mean:.4f} after, "
            f"{interval.mean:+.4f}{bounds}, {one.queries:,} queries"
        )
    if fitted.best.development <= fitted.start:
        console.warn(
            f"warning: training made nothing better on the development part; {prepared.start.name} does as well"
        )


def _kinds(text: str | None) -> tuple[PairKind, ...]:
    from recommender.errors import InputError
    from recommender.trainer.settings import PAIR_KINDS

    if text is None:
        return ()
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in PAIR_KINDS]
    if unknown or not names:
        raise InputError(f"--pairs: expected some of {', '.join(PAIR_KINDS)}; found {', '.join(unknown) or 'nothing'}")
    return tuple(kind for kind in PAIR_KINDS if kind in names)


def _sizes(text: str | None) -> tuple[int, ...] | None:
    from recommender.errors import InputError

    if text is None:
        return None
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"--sizes: expected numbers such as 256,128,64; found {text!r}") from None
