"""`recommender train`: a model of the site's own."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from recommender.cli.groups import number, option
from recommender.cli.options import MODEL, OUTPUT, Quiet, Seed
from recommender.cli.site_options import EncodeOptions
from recommender.ranges import RATIO, Range

if TYPE_CHECKING:
    from recommender.cli.console import Console
    from recommender.trainer.preparation import Prepared
    from recommender.trainer.settings import PairKind, TrainSettings
    from recommender.trainer.training import Trained


LEARNING = "Learning"
COUNT = Range(1, 1_000_000)


@dataclass(frozen=True, slots=True)
class LearningOptions:
    """How the model is trained."""

    pairs: Annotated[
        str | None,
        option(
            metavar="KINDS",
            help="Texts that belong together, comma-separated: links, views, passages. By default links and views "
            "where there are links, else views and passages.",
            panel=LEARNING,
        ),
    ] = None
    epochs: Annotated[
        int | None,
        number(
            "--epochs",
            within=COUNT,
            help="Most passes over the pairs; by default 10 for a static model, else 3.",
            panel=LEARNING,
        ),
    ] = None
    patience: Annotated[
        int,
        number("--patience", within=COUNT, help="Stop after this many looks without a better figure.", panel=LEARNING),
    ] = 2
    batch_size: Annotated[
        int | None,
        number(
            "--batch-size",
            within=Range(2, 1_000_000),
            help="Pairs per batch; by default 1024 for a static model, else 64.",
            panel=LEARNING,
        ),
    ] = None
    learning_rate: Annotated[
        float | None,
        number(
            "--learning-rate",
            within=Range(0, 1_000, "a number"),
            help="By default 0.02 for a static model (relative to the size of its weights), else 2e-5.",
            panel=LEARNING,
            metavar="X",
        ),
    ] = None
    hard_negatives: Annotated[
        int, number("--hard-negatives", within=Range(0, 1_000), help="Negatives mined for each pair.", panel=LEARNING)
    ] = 0
    sizes: Annotated[
        str | None,
        option(
            metavar="NUMBERS",
            help="Numbers of leading components that are of use by themselves, comma-separated; by default all, a "
            "half and a quarter.",
            panel=LEARNING,
        ),
    ] = None
    keep: Annotated[
        float,
        number(
            "--keep", within=RATIO, help="Share of the starting weights in the result.", panel=LEARNING, metavar="X"
        ),
    ] = 0.0
    seed: Seed = 0

    def settings(self) -> TrainSettings:
        """The settings of the training."""
        from recommender.trainer.settings import TrainSettings

        return TrainSettings(
            pairs=_kinds(self.pairs),
            epochs=self.epochs,
            patience=self.patience,
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            hard_negatives=self.hard_negatives,
            matryoshka=_sizes(self.sizes),
            keep=self.keep,
            seed=self.seed,
        )


def train(
    site: EncodeOptions,
    learning: LearningOptions,
    output: Annotated[Path, option("--output", "-o", metavar="FOLDER", help="Folder for the model.", panel=OUTPUT)],
    start: Annotated[
        str | None,
        option(
            "--from", metavar="NAME", help="Model to start from, by folder or name; by default the site's.", panel=MODEL
        ),
    ] = None,
    device: Annotated[
        str | None,
        option(
            metavar="DEVICE", help="Where a transformer is trained; by default a GPU where there is one.", panel=MODEL
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Train an embedding model on a site.

    It is measured on articles that it did not learn from. A run that was ended goes on where it was: give the same
    command again.

        recommender train content -o model
    """
    from dataclasses import replace

    from recommender.cli.console import Console
    from recommender.trainer import check_possible, prepare
    from recommender.trainer import train as run

    check_possible(output)
    begun = time.perf_counter()
    wanted = learning.settings()
    settings = site.settings()
    if device is not None:
        settings = replace(settings, model=replace(settings.model, device=device))
    with Console(quiet=quiet) as console:
        opened = site.open(settings, console, model=start)
        prepared = prepare(opened, output, wanted, reporter=console)
        _tell_plan(console, prepared)
        trained = run(prepared, reporter=console)
    console.show_site(opened)
    _tell_result(console, prepared, trained)
    console.show_cost(opened, time.perf_counter() - begun)
    console.say(f"written       {output}")
    console.say_next(
        ("propose by it", site.command("links", "--model", output)),
        ("measure it", site.command("evaluate", "--model", output)),
    )


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
        from recommender.trainer.training import seconds_estimate

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
