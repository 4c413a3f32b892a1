"""From proposals and curated links to figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from recommender.api.lists import Lists, lists_of
from recommender.api.parameters import Parameters
from recommender.errors import InputError
from recommender.evaluator.curated import CuratedLinks
from recommender.evaluator.judgements import judge_by_links
from recommender.evaluator.measured import figures
from recommender.evaluator.measures import DEFAULT_MEASURES, parse_measures, score
from recommender.evaluator.result import Comparison
from recommender.evaluator.settings import EvaluateSettings
from recommender.evaluator.significance import Interval
from recommender.evaluator.tables import interval_text
from recommender.evaluator.units import FEWEST, connect, resampling_units
from recommender.neighbours.candidates import Candidates
from recommender.tables import Table, data_frame

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True, slots=True, repr=False)
class Figures:
    """How good proposals are.

    Attributes
    ----------
    systems : dict of str to dict of str to Interval
        By system and measure: the mean over the queries and its 95% interval.
    comparisons : tuple of Comparison
        All pairs of systems by all measures.
    queries : int
        Articles with curated links that can be found.
    units : int
        Sets of queries that share no curated link, which intervals and tests resample; with fewer than five, neither
        means anything.
    values : dict of str to dict of str to float64 array of shape (queries,)
        By system and measure, the value of each query in the order of the keys.
    """

    systems: dict[str, dict[str, Interval]]
    comparisons: tuple[Comparison, ...]
    queries: int
    units: int
    values: dict[str, dict[str, np.ndarray]]

    def table(self) -> Table:
        """Means and intervals, a row for each system."""
        measures = list(next(iter(self.systems.values()), {}))
        rows = tuple(
            (name, *(self._text(found[measure]) for measure in measures)) for name, found in self.systems.items()
        )
        note = f"{self.queries:,} queries; intervals resample {self.units:,} units that share no curated link."
        if self.units < FEWEST:
            note = f"{self.queries:,} queries; {self.units:,} units are too few for intervals and tests."
        best = {
            (row, column)
            for column, measure in enumerate(measures, start=1)
            for row, found in enumerate(self.systems.values())
            if found[measure].mean == max(other[measure].mean for other in self.systems.values()) > 0
        }
        return Table("Accuracy", ("system", *measures), rows, (note,), frozenset(best))

    def _text(self, interval: Interval) -> str:
        return interval_text(interval) if self.units >= FEWEST else f"{interval.mean:.3f}"

    def __repr__(self) -> str:
        return str(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def to_pandas(self) -> DataFrame:
        """A data frame of system, measure, mean, low and high."""
        rows = [
            (name, measure, interval.mean, interval.low, interval.high)
            for name, found in self.systems.items()
            for measure, interval in found.items()
        ]
        names = ("system", "measure", "mean", "low", "high")
        return data_frame({name: [row[place] for row in rows] for place, name in enumerate(names)})


class Evaluator(Parameters):
    """Measures proposals against curated links.

    Parameters
    ----------
    measures : sequence of str
        Names as the field writes them, such as ``"nDCG@10"``, ``"R@5"``, ``"MRR"``.
    symmetric : bool
        Whether a curated link also judges in the other direction.
    resamples, permutations : int
        Draws of the bootstrap and of the randomisation test.
    seed : int

    Examples
    --------
    Two queries; the first finds its only link at the second place, the other finds one of two.

    >>> from recommender.evaluator.curated import CuratedLinks
    >>> links = CuratedLinks.of({"/a": ["/b"], "/b": ["/a", "/d"], "/c": [], "/d": []})
    >>> lists = {"/a": ["/c", "/b"], "/b": ["/a", "/c"]}
    >>> figures = Evaluator(["MRR", "R@2"]).evaluate({"mine": lists}, links)
    >>> figures.systems["mine"]["MRR"].mean, figures.systems["mine"]["R@2"].mean
    (0.75, 0.75)
    """

    def __init__(
        self,
        measures: Sequence[str] = DEFAULT_MEASURES,
        *,
        symmetric: bool = False,
        resamples: int = 1000,
        permutations: int = 9999,
        seed: int = 0,
    ) -> None:
        self.measures = measures
        self.symmetric = symmetric
        self.resamples = resamples
        self.permutations = permutations
        self.seed = seed

    def evaluate(self, systems: Mapping[str, Lists], links: CuratedLinks) -> Figures:
        """Measure the lists of one or several systems on the same queries.

        Parameters
        ----------
        systems : mapping of str to Candidates, LinksFile, Recommendations, or mapping of key to keys
            By name, the lists of all articles, best first. An article without a list has found nothing.
        links : CuratedLinks
            Such as ``site.curated_links``.

        Raises
        ------
        InputError
            There is no system, no measure or no link that judges, or lists do not fit the articles.
        """
        if not isinstance(systems, Mapping):
            raise InputError(
                f"expected lists by the name of their system, such as {{'mine': lists}}; found {type(systems).__name__}"
            )
        if not isinstance(links, CuratedLinks):
            raise InputError(f"expected curated links, such as site.curated_links; found {type(links).__name__}")
        measures = parse_measures([self.measures] if isinstance(self.measures, str) else self.measures)
        if not measures or not systems:
            raise InputError("expected at least one measure and one system")
        judgements = judge_by_links(links.targets, links.eligible, symmetric=self.symmetric, rejected=links.rejected)
        if not len(judgements.queries):
            raise InputError("no curated link leads to an article that may be proposed; there is nothing to measure")
        found = {}
        for name, lists in systems.items():
            proposed = lists_of(lists, links)
            own = Candidates(proposed.indices[judgements.queries], proposed.scores[judgements.queries])
            found[name] = score(judgements.judge(own), measures)
        units = resampling_units(connect(links.targets), links.targets, judgements.queries)
        settings = EvaluateSettings(resamples=self.resamples, permutations=self.permutations, seed=self.seed)
        means = figures(found, units.labels, measures, settings)
        return Figures(
            means.systems,
            means.comparisons,
            len(judgements.queries),
            units.n,
            {name: scores.values for name, scores in found.items()},
        )
