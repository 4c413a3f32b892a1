"""How much better a trained model is than the one it was trained from, on parts that it did not learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluator.measures import parse_measures
from recommender.evaluator.significance import Interval, Outcome, PairedScores
from recommender.evaluator.units import connect, resampling_units
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.exact import nearest
from recommender.site.site import Site
from recommender.trainer.parts import Parts

MEASURES = ("nDCG@10", "cR@5")
VECTORS = "vectors"
WITH_WORDS = "words and vectors"
_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure on one part.

    Attributes
    ----------
    signal : {"vectors", "words and vectors"}
        By what the articles were compared: by vectors alone, or as ``recommender links`` does without a ranker.
    part : {"development", "test"}
    units : int
        What was resampled: components of the link graph, or their communities, or single queries.
    outcome : Outcome
        After less before.
    """

    signal: str
    part: str
    measure: str
    queries: int
    units: int
    before: Interval
    after: Interval
    outcome: Outcome


def link_figures(before: Site, after: Site, parts: Parts, *, seed: int = 0) -> list[Figure]:
    """Curated links found among all articles that may be linked, by one site opened with either model."""
    figures: list[Figure] = []
    with_words = before.settings.words.share > 0
    proposals = [site.propose(_DEPTH) for site in (before, after)] if with_words else []
    targets = before.resolved.targets
    components = connect(targets)
    for part, rows in (("development", parts.development), ("test", parts.test)):
        judgements = parts.judgements.restrict(rows)
        if not len(judgements.queries):
            continue
        queries = judgements.queries
        labels = resampling_units(components, targets, queries).labels
        found = {
            VECTORS: [
                nearest(site.text_vectors(), _DEPTH, queries=queries, targets=site.targets) for site in (before, after)
            ]
        }
        if with_words:
            found[WITH_WORDS] = [Candidates(one.indices[queries], one.scores[queries]) for one in proposals]
        for signal, candidates in found.items():
            hits = [judgements.judge(one) for one in candidates]
            for measure in parse_measures(MEASURES):
                values = [measure.per_query(one) for one in hits]
                figures.append(compare(signal, part, measure.name, values, labels, seed=seed))
    return figures


def compare(
    signal: str,
    part: str,
    measure: str,
    values: Sequence[NDArray[np.float64]],
    labels: NDArray[np.integer],
    *,
    seed: int = 0,
) -> Figure:
    """Values of each query before and after, `labels` being the units that vary together."""
    paired = PairedScores(np.stack(values, axis=1), labels, seed=seed)
    units = int(labels.max(initial=-1)) + 1
    return Figure(
        signal, part, measure, len(labels), units, paired.interval(0), paired.interval(1), paired.compare(1, 0)
    )
