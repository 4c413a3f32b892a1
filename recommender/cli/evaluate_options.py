"""The options of `recommender evaluate`, in groups."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from recommender.cli.groups import number, option
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
        option(
            metavar="NAMES", help="Measures such as nDCG@10,R@5,MRR; comparisons are about the first.", panel=MEASURED
        ),
    ] = None
    depth: Annotated[int, number("--depth", within=CUTOFF, help="Longest list that is measured.", panel=MEASURED)] = 100
    symmetric: Annotated[
        bool, option("--symmetric", help="A curated link also judges in the other direction.", panel=MEASURED)
    ] = False
    queries: Annotated[
        Path | None,
        option(metavar="FILE", help="Measure only the articles in this file, one key a line.", panel=MEASURED),
    ] = None
    fold: Annotated[
        str | None,
        option(
            metavar="I/N",
            help="Measure only part I of N parts that share no curated link: for what learned on the others.",
            panel=MEASURED,
        ),
    ] = None
    seed: Seed = 0


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """What the recommender is compared with, and the limits that a build sets."""

    systems: Annotated[
        str,
        option(
            metavar="NAMES",
            help="Systems, with commas between them, or all or baselines; the others are compared with the first.",
            panel=COMPARED,
        ),
    ] = "all"
    no_baselines: Annotated[
        bool, option("--no-baselines", help="Only the recommender and its views.", panel=COMPARED)
    ] = False
    runs: Annotated[
        list[str] | None,
        option(
            "--run",
            metavar="NAME=FILE",
            help="A links file or TREC run to score as well. May be repeated.",
            panel=COMPARED,
        ),
    ] = None
    compare_models: Annotated[
        list[str] | None,
        option(
            "--compare-model",
            metavar="NAME",
            help="Measure the recommender with this model as well, as text@NAME. May be repeated.",
            panel=COMPARED,
        ),
    ] = None
    compare_configs: Annotated[
        list[Path] | None,
        option(
            "--compare-config",
            metavar="FILE",
            help="Measure the recommender with this configuration as well, as text@FILE. May be repeated.",
            panel=COMPARED,
        ),
    ] = None
    against: Annotated[
        list[Path] | None,
        option(
            metavar="FILE",
            help="Figures that --json wrote earlier: show what changed since. May be repeated: all side by side.",
            panel=COMPARED,
        ),
    ] = None
    fail_under: Annotated[
        list[str] | None,
        option(metavar="MEASURE=VALUE", help="Exit with 1 if the figure is lower. May be repeated.", panel=COMPARED),
    ] = None
    max_drop: Annotated[
        list[str] | None,
        option(
            metavar="MEASURE=VALUE",
            help="Exit with 1 if the figure fell by more since --against. May be repeated.",
            panel=COMPARED,
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """The files that are written."""

    json: Annotated[Path | None, option("--json", metavar="FILE", help="Write all figures.", panel=OUTPUT)] = None
    report: Annotated[Path | None, option(metavar="FILE", help="Write a page to look at.", panel=OUTPUT)] = None
    markdown: Annotated[Path | None, option(metavar="FILE", help="Write the tables as Markdown.", panel=OUTPUT)] = None
    latex: Annotated[Path | None, option(metavar="FILE", help="Write the tables as LaTeX.", panel=OUTPUT)] = None
    qrels: Annotated[Path | None, option(metavar="FILE", help="Write the judgements in TREC form.", panel=OUTPUT)] = (
        None
    )
    write_run: Annotated[
        Path | None, option(metavar="FILE", help="Write the first system's lists in TREC form.", panel=OUTPUT)
    ] = None
    quiet: Quiet = False

    def outputs(self) -> Outputs:
        """The files, checked before any work."""
        from recommender.evaluator.outputs import Outputs

        outputs = Outputs(self.json, self.qrels, self.write_run, self.markdown, self.latex, self.report)
        outputs.check()
        return outputs
