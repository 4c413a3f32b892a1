"""The plots of the page and of notebooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.evaluator.measured import EvaluationRun
from recommender.evaluator.result import CURATED, Evaluation
from recommender.evaluator.significance import Interval
from recommender.evaluator.structure import in_degrees
from recommender.evaluator.units import FEWEST
from recommender.neighbours.exact import row_products
from recommender.plots import Bar, degree_plot, distribution_plot, interval_plot, paired_plot, svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PANELS = 4
_MOST_SLICES = 30
_MOST_PAIRS = 50_000
_DEGREES_OF = ("tfidf", "random")


@dataclass(frozen=True, slots=True)
class PageFigure:
    """A plot, ready for the page.

    Attributes
    ----------
    caption : str
        A description of the picture, for screen readers.
    name : str
        Begins the ids of its markup.
    """

    title: str
    caption: str
    figure: Figure
    name: str

    @property
    def markup(self) -> str:
        """An `<svg>` element."""
        return svg(self.figure, self.name)


def measure_figures(evaluation: Evaluation) -> list[PageFigure]:
    """Up to four measures of all systems, with intervals."""
    figures = []
    for number, measure in enumerate(evaluation.measures[:_PANELS]):
        bars = [_bar(name, found[measure], name == evaluation.main) for name, found in evaluation.systems.items()]
        means = ", ".join(f"{bar.name} {bar.mean:.3f}" for bar in bars)
        caption = f"Means of {measure} with 95% intervals: {means}."
        figures.append(PageFigure(measure, caption, interval_plot(measure, bars), f"measures-{number}"))
    return figures


def scores_figure(run: EvaluationRun) -> PageFigure:
    """How similar curated, proposed and random pairs are."""
    bench = run.bench
    judged = bench.judgements
    main = run.evaluation.main
    lists = run.runs[main].candidates.indices[:, : run.evaluation.evaluation.k]
    sources = np.broadcast_to(bench.task.sources[:, None], lists.shape)[lists >= 0]
    rng = np.random.default_rng(bench.task.seed)
    n_random = min(_MOST_PAIRS, 10 * len(bench.task.articles))
    drawn = rng.integers(len(bench.task.articles), size=(2, n_random))
    drawn = drawn[:, drawn[0] != drawn[1]]
    samples = {
        "proposed": _similarity(run, sources, lists[lists >= 0]),
        "curated": _similarity(run, judged.queries[judged.relevant.owners], judged.relevant.rows),
        "random": _similarity(run, drawn[0], drawn[1]),
    }
    medians = ", ".join(f"{name} {np.median(values):.2f}" for name, values in samples.items() if len(values))
    caption = f"Text similarity of pairs of articles; medians: {medians}."
    title = f"Pairs that {main} proposes, curated pairs, random pairs"
    return PageFigure(title, caption, distribution_plot(samples, "text similarity"), "scores")


def degrees_figure(run: EvaluationRun) -> PageFigure:
    """How the lists spread over the site."""
    evaluation = run.evaluation
    k = evaluation.evaluation.k
    eligible = run.bench.task.eligible
    degrees = {
        name: in_degrees(run.runs[name].candidates, len(eligible), k)[eligible]
        for name in (evaluation.main, *_DEGREES_OF)
        if name in run.runs
    }
    degrees[CURATED] = in_degrees(run.bench.curated(k), len(eligible), k)[eligible]
    caption = (
        f"Share of the articles that a number of lists or more name within their first {k} places. A line that starts "
        "lower has more orphans; one that reaches further right has larger hubs."
    )
    found = evaluation.structure[evaluation.main]
    if found.largest_hub_key is not None:
        caption += f" {evaluation.main} names {found.largest_hub_key} most: in {found.largest_hub:,} lists."
    return PageFigure("Links to an article", caption, degree_plot(degrees), "degrees")


def slice_figures(evaluation: Evaluation) -> list[PageFigure]:
    """The main system beside the strongest that reads text, for each way of dividing the queries."""
    other = _rival(evaluation)
    figures: list[PageFigure] = []
    for by in dict.fromkeys(part.by for part in evaluation.slices):
        parts = [part for part in evaluation.slices if part.by == by]
        parts = [part for part in parts if part.units >= FEWEST][:_MOST_SLICES] or parts[:1]
        names = [f"{part.name} ({part.queries:,})" for part in parts]
        first = [_bar(evaluation.main, part.systems[evaluation.main], True) for part in parts]
        second = [_bar(other, part.systems[other], False) for part in parts]
        caption = (
            f"{evaluation.measures[0]} with 95% intervals on parts of the queries, whose number is in brackets. Parts "
            f"of fewer than {FEWEST} units of resampling are in the table only."
        )
        figures.append(PageFigure(f"By {by}", caption, paired_plot(names, first, second), f"slices-{len(figures)}"))
    return figures


def _rival(evaluation: Evaluation) -> str:
    """What the main system is held against: TF-IDF, else BM25, else the best of the others, else itself."""
    for name in ("tfidf", "bm25"):
        if name in evaluation.systems and name != evaluation.main:
            return name
    measure = evaluation.measures[0]
    others = [name for name in evaluation.systems if name != evaluation.main]
    return max(others, key=lambda name: evaluation.systems[name][measure].mean, default=evaluation.main)


def _similarity(run: EvaluationRun, left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.float32]:
    step = max(1, len(left) // _MOST_PAIRS)
    return row_products(run.vectors, left[::step], right[::step])


def _bar(name: str, interval: Interval, accent: bool) -> Bar:
    return Bar(name, interval.mean, interval.low, interval.high, accent)
