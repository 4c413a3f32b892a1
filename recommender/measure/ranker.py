"""A ranker as a system that can be measured."""

from __future__ import annotations

import numpy as np

from recommender.evaluator.systems.registry import System
from recommender.evaluator.systems.task import Task
from recommender.measure.systems import SELECTED, selected_lists
from recommender.neighbours.candidates import Candidates
from recommender.progress import Reporter
from recommender.ranker.record import Ranker
from recommender.site.ranking import SiteRanker
from recommender.site.site import Site

RANKER = "ranker"


def ranker_systems(site: Site, ranker: Ranker, reporter: Reporter) -> list[System]:
    """The system `ranker`, and `selected` as the rules of the site's configuration choose from what it proposes.

    Each query is scored by what has not learned from its component of the link graph.

    An article that was in the fit is scored by the part of the ranker that was fitted without its component, another
    by the whole ranker; a note to `reporter` gives the number of each.
    """
    at_work: dict[bytes, SiteRanker] = {}

    def out_of_fold(task: Task) -> SiteRanker:
        # Both systems ask for the same articles, which are scored once.
        return at_work.setdefault(
            task.sources.tobytes(), SiteRanker(site, ranker, sources=task.sources, out_of_fold=True)
        )

    def propose(task: Task) -> Candidates:
        if ranker.whole is None:
            reporter.note(f"ranker is the default combination of text signals: {ranker.card.reason}")
        else:
            parts = ranker.unseen_parts([task.articles[row].key for row in task.sources.tolist()])
            known = int(np.sum(parts >= 0))
            reporter.note(
                f"ranker: {known:,} of {len(parts):,} lists by the part that has not learned from the article's "
                f"component, {len(parts) - known:,} by the whole (articles that were in no fit)"
            )
        found = out_of_fold(task).propose(task.depth)
        return Candidates(found.indices[task.sources], found.scores[task.sources])

    def select(task: Task) -> Candidates:
        return selected_lists(site, task, ranker=out_of_fold(task))

    return [System(RANKER, "recommender", propose), System(SELECTED, "recommender", select)]
