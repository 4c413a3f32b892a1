"""A site's recommender measured beside baselines, for a notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from recommender.api.lists import Lists, lists_of
from recommender.evaluator.measured import EvaluationRun
from recommender.evaluator.measures import DEFAULT_MEASURES
from recommender.evaluator.outputs import Outputs, write_outputs
from recommender.evaluator.report.examples import Examples, find_examples
from recommender.evaluator.report.figures import (
    PageFigure,
    degrees_figure,
    measure_figures,
    scores_figure,
    slice_figures,
)
from recommender.evaluator.settings import EvaluateSettings
from recommender.evaluator.systems.files import Proposal
from recommender.evaluator.tables import comparison_table, measure_table, slice_tables, structure_table
from recommender.measure.evaluate import evaluate as run_evaluation
from recommender.measure.systems import compared_systems, ranker_systems
from recommender.progress import Reporter, Silent
from recommender.site.site import Site, require_site
from recommender.tables import Table, data_frame

if TYPE_CHECKING:
    from pandas import DataFrame

    from recommender.ranker.record import Ranker


@dataclass(frozen=True, slots=True, repr=False)
class SiteEvaluation:
    """The figures of a site, as tables and plots.

    Attributes
    ----------
    run : EvaluationRun
        Everything that was measured.
    """

    run: EvaluationRun

    @property
    def accuracy(self) -> Table:
        """Every system by every measure."""
        return measure_table(self.run.evaluation, intervals=False)

    @property
    def comparison(self) -> Table:
        """The first system against every other by the first measure."""
        return comparison_table(self.run.evaluation)

    @property
    def link_graph(self) -> Table:
        """What accuracy does not see: coverage, orphans, hubs, near-duplicates."""
        return structure_table(self.run.evaluation)

    @property
    def parts(self) -> list[Table]:
        """The first measure by group, length, number of judgements, and whether links cross groups."""
        return slice_tables(self.run.evaluation)

    def accuracy_plots(self) -> list[PageFigure]:
        """Up to four measures of all systems, with intervals."""
        return measure_figures(self.run.evaluation)

    def part_plots(self) -> list[PageFigure]:
        """The first measure on the parts that are large enough for an interval."""
        return slice_figures(self.run.evaluation)

    def score_plot(self) -> PageFigure:
        """How similar curated, proposed and random pairs are."""
        return scores_figure(self.run)

    def degree_plot(self) -> PageFigure:
        """How the lists spread over the site."""
        return degrees_figure(self.run)

    def examples(self, count: int = 8) -> list[Examples]:
        """The worst, the most surprising and the best queries."""
        return find_examples(self.run, count)

    def save(self, path: str | Path) -> None:
        """Write all figures as JSON, as ``recommender evaluate --json`` does."""
        write_outputs(self.run, Outputs(json=Path(path)))

    def save_report(self, path: str | Path) -> None:
        """Write a page to look at, as ``recommender evaluate --report`` does."""
        write_outputs(self.run, Outputs(report=Path(path)))

    def __repr__(self) -> str:
        return str(self.accuracy)

    def _repr_html_(self) -> str:
        return self.accuracy._repr_html_()

    def to_pandas(self) -> DataFrame:
        """A data frame of system, measure, mean, low and high."""
        rows = [
            (name, measure, interval.mean, interval.low, interval.high)
            for name, found in self.run.evaluation.systems.items()
            for measure, interval in found.items()
        ]
        names = ("system", "measure", "mean", "low", "high")
        return data_frame({name: [row[place] for row in rows] for place, name in enumerate(names)})


def evaluate(
    site: Site,
    measures: Sequence[str] = DEFAULT_MEASURES,
    *,
    systems: Sequence[str] | None = None,
    runs: Mapping[str, Lists] | None = None,
    ranker: Ranker | None = None,
    models: Sequence[str] = (),
    k: int | None = None,
    depth: int = 100,
    symmetric: bool = False,
    queries: Sequence[str] | None = None,
    fold: str | None = None,
    seed: int = 0,
    reporter: Reporter | None = None,
) -> SiteEvaluation:
    """Measure what a site's recommender proposes against the curated links, beside baselines.

    Parameters
    ----------
    site : Site
        See `recommender.open_site`.
    measures : sequence of str
        Names such as ``"nDCG@10"``; comparisons, parts and examples are about the first.
    systems : sequence of str, optional
        Names of systems; the others are compared with the first. All if None.
    runs : mapping of str to lists, optional
        Further proposals, in the forms that `recommender.Evaluator` takes.
    ranker : Ranker, optional
        Adds the system ``"ranker"``; each article is scored by a part that has not learned from its links.
    models : sequence of str
        Models to compare with the site's own: each adds the system ``text@MODEL``.
    k : int, optional
        Places per list for what is measured of the link graph; by default the site's.
    depth : int
        Longest list that is measured.
    symmetric : bool
        Whether a curated link also judges in the other direction.
    queries : sequence of str, optional
        Keys of the only articles to measure on.
    fold : str, optional
        Such as ``"2/5"``: measure only the second of five parts that share no curated link.
    seed : int
    reporter : Reporter, optional

    Raises
    ------
    InputError
        A name or key is not known, or no curated link judges anything.
    """
    require_site(site)
    reporter = reporter or Silent()
    settings = EvaluateSettings(
        measures=tuple(measures),
        k=site.settings.links.k if k is None else k,
        depth=depth,
        symmetric=symmetric,
        fold=fold,
        seed=seed,
    )
    others = compared_systems(site, models)
    found = run_evaluation(
        site,
        settings,
        systems=[*(systems or ["all"]), *(system.name for system in others)],
        files={name: _proposals(lists, site) for name, lists in (runs or {}).items()},
        queries=queries,
        extra=[*([] if ranker is None else ranker_systems(site, ranker, reporter)), *others],
        reporter=reporter,
    )
    return SiteEvaluation(found)


def _proposals(lists: Lists, site: Site) -> list[Proposal]:
    links = site.curated_links
    return [
        Proposal(source, links.keys[row], -float(place))
        for source, rows in zip(links.keys, lists_of(lists, links).indices.tolist(), strict=True)
        for place, row in enumerate(rows, start=1)
        if row >= 0
    ]
