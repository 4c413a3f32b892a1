"""`recommender fit`: learn from curated links what editors link."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recommender.cli.groups import number, option
from recommender.cli.list_options import DecisionOptions, PartOptions
from recommender.cli.options import OUTPUT, Quiet, Seed
from recommender.cli.site_options import SiteOptions
from recommender.ranges import FOLDS

if TYPE_CHECKING:
    from recommender.ranker.record import Card


# Signals alone, best first.
_SHOWN = 8


def fit(
    site: SiteOptions,
    part: PartOptions,
    decided: DecisionOptions,
    output: Annotated[
        Path | None,
        option(
            "--output",
            "-o",
            metavar="FILE",
            help="The ranker's file; by default ranker.json in CONTENT if it is there, else beside the configuration "
            "or here.",
            panel=OUTPUT,
        ),
    ] = None,
    text_only: Annotated[bool, typer.Option("--text-only", help="Learn from texts alone.")] = False,
    folds: Annotated[
        int,
        number(
            "--folds",
            within=FOLDS,
            help="Parts of the site; each is scored by what was learned on the others.",
            panel="Options",
        ),
    ] = 5,
    seed: Seed = 0,
    quiet: Quiet = False,
) -> None:
    """Learn from the curated links which candidates editors choose.

    What was learned is checked on parts of the site that it has not seen. If it is surely better than the default
    ranking there it becomes the site's ranker: links, show, review and evaluate find its file by themselves. If not, no
    file is written and the exit status is 0 all the same: the default ranking stays.

        recommender fit content
        recommender links content
    """
    from recommender.cli.console import Console
    from recommender.files import check_writable, is_standard_output
    from recommender.progress import stage
    from recommender.ranker.file import save_ranker
    from recommender.site.fit import fit_ranker
    from recommender.site.own_ranker import ranker_path

    begun = time.perf_counter()
    settings = site.settings(part, decided)
    named = output is not None
    output = output or ranker_path(site.content, settings, site.config)
    check_writable(output)
    to_stdout = is_standard_output(output)
    with Console(quiet=quiet, to_stderr=to_stdout) as console:
        opened = site.open(settings, console, today=part.day)
        ranker = fit_ranker(opened, text_only=text_only, folds=folds, seed=seed, reporter=console)
        if ranker.whole is not None:
            with stage(console, "write"):
                save_ranker(ranker, output)
        console.show_site(opened)
    for line in _summary(ranker.card):
        console.say(line)
    console.show_cost(opened, time.perf_counter() - begun)
    if ranker.whole is None:
        console.say(f"written       nothing: {ranker.card.reason}")
        if not to_stdout and output.is_file():
            console.say(
                f"kept          {output}, which an earlier fit wrote; delete it or give --ranker none to go without"
            )
        console.say_next(("propose by the default ranking", site.command("links")))
    elif not to_stdout:
        console.say(f"written       {output}, {ranker.learned}")
        own = ("--ranker", output) if named else ()
        console.say_next(("propose by it", site.command("links", *own)), ("measure it", site.command("evaluate", *own)))


def _summary(card: Card) -> list[str]:
    """The card, in the form of a summary."""
    lines = [
        f"curated       {card.links:,} links of {card.queries:,} articles, in {card.components:,} "
        f"part{'s' * (card.components != 1)} of the site that share no link",
    ]
    if card.pool_recall:
        origins = ", ".join(f"{name} {share:.1%}" for name, share in card.pool_recall.items() if name != "union")
        lines.append(f"candidates    {card.pool_recall['union']:.1%} of the links are among them ({origins})")
    if card.figures:
        lines.append(
            f"checked       in {card.folds} turns, each time on a part of the site that what was learned has not seen; "
            "share of the links found in five places:"
        )
        lines += [f"              {figure.capped_recall:.3f}  {figure.name}" for figure in card.figures[:_SHOWN]]
    if card.gain is not None:
        lines.append(f"gain          {card.gain} over the default ranking")
    if card.expected_calibration_error is not None and not card.reason:
        lines.append(f"scores        probabilities; off by {card.expected_calibration_error:.4f} on average")
    return lines
