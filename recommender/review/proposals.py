"""What is proposed for one article by the rules of its site, beside what its list holds already."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recommender.decisions.meaning import Decided, Edit
from recommender.progress import Reporter
from recommender.ranker.record import Ranker
from recommender.selection.choose import choose
from recommender.selection.eligibility import language_numbers
from recommender.selection.rules import ListInputs
from recommender.site.ranking import SiteRanker
from recommender.site.select import Proposer, select
from recommender.site.site import Site

# Proposals that are shown at a time; more come up as these are decided.
SHOWN = 5
_DEPTH = 30
_PER_PLACE = 4


class Proposals:
    """The proposals of a site, their scores and reasons.

    Parameters
    ----------
    ranker : Ranker or None
        Scores candidates; None for the comparison of their texts.

    Attributes
    ----------
    ranking : SiteRanker or None
        The ranker at work on the site, where there is one.
    selected : Selected
        The lists of the whole site as they would be without any decision.
    candidates : Candidates
        One line per article.
    """

    def __init__(self, site: Site, ranker: Ranker | None, reporter: Reporter) -> None:
        self._site = site
        self._explainer = SiteRanker(site, ranker, reporter=reporter)
        self.ranking = None if ranker is None else self._explainer
        self._proposer: Proposer = site if ranker is None else self._explainer
        self.selected = select(site, ranker=self.ranking, reporter=reporter)
        # Limits and diversity are about lists that are made together; here one is looked at alone.
        self._rules = replace(
            self.selected.rules, max_inbound=None, min_inbound=0, only_missing=False, keep_curated=False, diversity=0.0
        )
        self.candidates = self._proposer.propose(max(_DEPTH, _PER_PLACE * self._rules.k))
        settings = site.settings.links
        self._clusters = None if settings.near_duplicates else site.duplicates.labels
        self._languages = (
            language_numbers(site.corpus.articles, site.settings.languages.apart) if settings.same_language else None
        )

    @property
    def places(self) -> int:
        """Links that a list has by the site's settings."""
        return self._rules.k

    def beside(self, row: int, links: Sequence[int], edits: tuple[Edit, ...], never: Collection[int]) -> list[int]:
        """Rows of what is proposed for an article whose list holds `links` already, best first.

        Parameters
        ----------
        edits : tuple of Edit
            What was decided of its list.
        never : collection of int
            Rows of articles that are never suggested.
        """
        listed = tuple(Edit("accept", (target,)) for target in links)
        inputs = ListInputs(
            sources=np.array([row], dtype=np.int32),
            targets=self._site.targets,
            clusters=self._clusters,
            languages=self._languages,
            decided=Decided({row: (*edits, *listed)}, frozenset(never)),
        )
        chosen = choose(self.candidates, replace(self._rules, k=len(links) + SHOWN), inputs).lists.get(row, ())
        return [choice.row for choice in chosen if choice.decided is None]

    def scores(self, row: int, targets: Sequence[int]) -> list[float]:
        """What links of an article to these rows score."""
        if not targets:
            return []
        scores = self._proposer.pair_scores(*_pairs(row, targets))
        return [float(score) for score in scores]

    def reasons(self, row: int, targets: Sequence[int]) -> list[tuple[str, ...]]:
        """Why each of these rows is proposed for an article, the strongest reason first."""
        return self._explainer.reasons(*_pairs(row, targets)) if targets else []


def _pairs(row: int, targets: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return np.full(len(targets), row, dtype=np.int64), np.array(targets, dtype=np.int64)
