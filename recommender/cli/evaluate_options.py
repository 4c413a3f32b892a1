"""The options of `recommender evaluate`, in groups."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recommender.cli.groups import number
from recommender.cli.options import OUTPUT, Quiet, Seed
from recommender.ranges import CUTOFF

if TYPE_CHECKING:
    from recommender.evaluator.outputs import Outputs

MEASURED = "What is measured"
COMPARED = "What it is compared with"


@dataclass(frozen=True, slots=True)
class MeasureOptions:
    """What is measured, and on which articles."""

    measures: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES",
            help="Measures such as nDCG@10,R@5,MRR; comparisons are about the first.",
            rich_help_panel=MEASURED,
        ),
    ] = None
    depth: Annotated[int, number("--depth", within=CUTOFF, help="Longest list that is measured.", panel=MEASURED)] = 100
    symmetric: Annotated[
        bool,
        typer.Option(
            "--symmetric", help="A curated link also judges in the other direction.", rich_help_panel=MEASURED
        ),
    ] = False
    queries: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Measure only the articles in this file, one key a line.",
            rich_help_panel=MEASURED,
        ),
    ] = None
    fold: Annotated[
        str | None,
        typer.Option(
            metavar="I/N",
            help="Measure only part I of N parts that share no curated link: for what learned on the others.",
            rich_help_panel=MEASURED,
        ),
    ] = None
    seed: Seed = 0


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """What the recommender is compared with, and the limits that a build sets."""

    systems: Annotated[
        str,
        typer.Option(
            metavar="NAMES",
            help="Systems, with commas between them, or all or baselines; the others are compared with the first.",
            rich_help_panel=COMPARED,
        ),
    ] = "all"
    no_baselines: Annotated[
        bool,
        typer.Option("--no-baselines", help="Only the recommender and its views.", rich_help_panel=COMPARED),
    ] = False
    runs: Annotated[
        list[str] | None,
        typer.Option(
            "--run",
            metavar="NAME=FILE",
            help="A links file or TREC run to score as well. May be repeated.",
            rich_help_panel=COMPARED,
        ),
    ] = None
    compare_models: Annotated[
        list[str] | None,
        typer.Option(
            "--compare-model",
            metavar="NAME",
            help="Measure the recommender with this model as well, as text@NAME. May be repeated.",
            rich_help_panel=COMPARED,
        ),
    ] = None
    compare_configs: Annotated[
        list[Path] | None,
        typer.Option(
            "--compare-config",
            metavar="FILE",
            help="Measure the recommender with this configuration as well, as text@FILE. May be repeated.",
            rich_help_panel=COMPARED,
        ),
    ] = None
    against: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Figures that --json wrote earlier: show what changed since. May be repeated: all side by side.",
            rich_help_panel=COMPARED,
        ),
    ] = None
    fail_under: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MEASURE=VALUE",
            help="Exit with 1 if the figure is lower. May be repeated.",
            rich_help_panel=COMPARED,
        ),
    ] = None
    max_drop: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MEASURE=VALUE",
            help="Exit with 1 if the figure fell by more since --against. May be repeated.",
            rich_help_panel=COMPARED,
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """The files that are written."""

    json: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Write all figures.", rich_help_panel=OUTPUT),
    ] = None
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a page to look at.", rich_help_panel=OUTPUT),
    ] = None
    markdown: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the tables as Markdown.", rich_help_panel=OUTPUT),
    ] = None
    latex: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the tables as LaTeX.", rich_help_panel=OUTPUT),
    ] = None
    qrels: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the judgements in TREC form.", rich_help_panel=OUTPUT),
    ] = None
    write_run: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the first system's lists in TREC form.", rich_help_panel=OUTPUT),
    ] = None
    quiet: Quiet = False

    def outputs(self) -> Outputs:
        """The files, checked before any work."""
        from recommender.evaluator.outputs import Outputs

        outputs = Outputs(self.json, self.qrels, self.write_run, self.markdown, self.latex, self.report)
        outputs.check()
        return outputs
