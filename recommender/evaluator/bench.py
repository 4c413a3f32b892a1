"""The test bench: one task, its judgements, and what is independent of what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.article import Article
from recommender.evaluator.judgements import Judgements, Refusals, judge_by_links
from recommender.evaluator.settings import EvaluateSettings
from recommender.evaluator.systems.task import Task, Texts, Words
from recommender.evaluator.units import Components, Units, connect, resampling_units
from recommender.neighbours.candidates import Candidates


@dataclass(frozen=True, slots=True)
class Bench:
    """What every system is measured on.

    Attributes
    ----------
    judgements : Judgements
        Of queries that are all among the task's sources.
    units : Units
        Of the queries.
    links : sequence of int32 arrays
        Per article of the site, where its curated links lead, in the order written.
    """

    task: Task
    judgements: Judgements
    components: Components
    units: Units
    links: Sequence[NDArray[np.int32]]

    def of_queries(self, candidates: Candidates) -> Candidates:
        """The lists of the queries, of lists that are aligned with the task's sources."""
        lines = np.searchsorted(self.task.sources, self.judgements.queries)
        return Candidates(candidates.indices[lines], candidates.scores[lines])

    def curated(self, depth: int) -> Candidates:
        """The curated links as if they were proposals, aligned with the task's sources."""
        sets = self.judgements.relevant
        place = np.arange(len(sets.rows)) - np.repeat(sets.indptr[:-1], sets.counts)
        lines = np.searchsorted(self.task.sources, self.judgements.queries)[sets.owners]
        shape = (len(self.task.sources), depth)
        indices = np.full(shape, -1, dtype=np.int32)
        near = place < depth
        indices[lines[near], place[near]] = sets.rows[near]
        return Candidates(indices, np.where(indices >= 0, 1.0, -np.inf))


def build_bench(
    articles: Sequence[Article],
    targets: Sequence[NDArray[np.int32]],
    texts: Texts,
    settings: EvaluateSettings,
    *,
    queries: NDArray[np.integer] | None = None,
    depth: int | None = None,
    eligible: NDArray[np.bool_] | None = None,
    threads: int = 1,
    rejected: Refusals | None = None,
) -> Bench:
    """Set up a bench.

    Parameters
    ----------
    articles : sequence of Article
        All of the site, sorted by key.
    targets : sequence of int32 arrays
        Per article, where its curated links lead, as `recommender.corpus.resolve` has it.
    texts : callable
        Gives an iterator over the texts of all articles, for systems that compare words.
    queries : integer array, optional
        Rows of the articles to measure on; all if None. Candidates are not restricted.
    depth : int, optional
        Deepest cut-off of the measures; lists are at least as long.
    eligible : bool array of shape (n_articles,), optional
        Which articles may be proposed; those without `no_index` if None.
    rejected : Refusals, optional
        Pairs that editors refused; none of them is among `targets`.
    """
    if eligible is None:
        eligible = np.array([not article.no_index for article in articles], dtype=np.bool_)
    judgements = judge_by_links(targets, eligible, symmetric=settings.symmetric, rejected=rejected)
    sources = np.arange(len(articles), dtype=np.int32)
    if queries is not None:
        sources = np.unique(queries).astype(np.int32)
        judgements = judgements.restrict(sources)
    task = Task(
        articles=articles,
        sources=sources,
        eligible=eligible,
        depth=max(settings.depth, depth or 0),
        words=Words(texts),
        cutoff=depth or 0,
        seed=settings.seed,
        threads=threads,
    )
    components = connect(targets)
    return Bench(task, judgements, components, resampling_units(components, targets, judgements.queries), targets)
