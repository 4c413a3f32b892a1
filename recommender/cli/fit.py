"""`recommender fit`: learn from curated links what editors link."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recommender.cli.groups import number
from recommender.cli.options import OUTPUT, DecisionOptions, PartOptions, Quiet, Seed, SiteOptions
from recommender.ranges import FOLDS

if TYPE_CHECKING:
    from recommender.ranker.record import Ranker


def fit(
    site: SiteOptions,
    part: PartOptions,
    decided: DecisionOptions,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", help="The ranker's file.", rich_help_panel=OUTPUT),
    ] = Path("ranker.json"),
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

    What was learned is checked on articles that it did not learn from, and written to a file for --ranker of links,
    show, review and evaluate.

        recommender fit content -o ranker.json
    """
    from recommender.cli.console import Console
    from recommender.files import check_writable, is_standard_output
    from recommender.progress import stage
    from recommender.ranker.file import save_ranker
    from recommender.site.fit import fit_ranker

    begun = time.perf_counter()
    check_writable(output)
    to_stdout = is_standard_output(output)
    with Console(quiet=quiet, to_stderr=to_stdout) as console:
        opened = site.open(site.settings(part, decided), console, today=part.day)
        ranker = fit_ranker(opened, text_only=text_only, folds=folds, seed=seed, reporter=console)
        with stage(console, "write"):
            save_ranker(ranker, output)
    console.show_site(opened)
    for line in _summary(ranker):
        console.say(line)
    console.show_cost(opened, time.perf_counter() - begun)
    if not to_stdout:
        console.say(f"written       {output}")
        if ranker.whole is not None:
            console.say_next(
                ("propose by it", site.command("links", "--ranker", output)),
                ("measure it", site.command("evaluate", "--ranker", output)),
            )
        else:
            console.say_next(("propose without it", site.command("links")))


def _summary(ranker: Ranker) -> list[str]:
    """The card, in the form of a summary."""
    card = ranker.card
    lines = [
        f"curated       {card.links:,} links of {card.queries:,} articles, in {card.components:,} separate "
        f"part{'s' * (card.components != 1)} of the site",
    ]
    if card.pool_recall:
        origins = ", ".join(f"{name} {share:.1%}" for name, share in card.pool_recall.items() if name != "union")
        lines.append(f"candidates    {card.pool_recall['union']:.1%} of the links are among them ({origins})")
    if card.figures:
        lines.append(
            f"on {card.folds} folds    of the links, in five places, each by what has not learned from its component:"
        )
        lines += [f"              {figure.capped_recall:.3f}  {figure.name}" for figure in card.figures]
    if card.expected_calibration_error is not None and ranker.whole is not None:
        lines.append(f"calibration   probabilities are off by {card.expected_calibration_error:.4f} on average")
    if ranker.whole is None:
        lines.append(f"ranker        the default combination of text signals: {card.reason}")
    return lines
