"""Scores of pairs by a fitted combination of signals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.ranker.additive import AdditiveModel
from recommender.ranker.affinity import GroupAffinity
from recommender.ranker.batch_model import PairEvidence
from recommender.ranker.crowd import Crowd
from recommender.ranker.features import ArticleFeatures
from recommender.ranker.list_signals import Surroundings
from recommender.ranker.places import Places
from recommender.ranker.record import Combination
from recommender.ranker.sequence import Batches
from recommender.ranker.signals import SIGNALS, Pairs, Values

_PAIRS_AT_ONCE = 262_144


@dataclass(frozen=True, slots=True)
class SiteSignals:
    """A site as a ranker sees it.

    Attributes
    ----------
    evidence : PairEvidence or None
        Of batches; None where ids give no sequence.
    surroundings : Surroundings or None
        What the default ranking reads; None where ids give a sequence.
    places : Places or None
        None where that is not to be known.
    """

    features: ArticleFeatures
    evidence: PairEvidence | None
    crowd: Crowd
    surroundings: Surroundings | None = None
    places: Places | None = None

    def pairs(
        self,
        sources: NDArray[np.int64],
        candidates: NDArray[np.int64],
        batches: Batches | None = None,
        affinity: GroupAffinity | None = None,
    ) -> Pairs:
        """Pairs of this site."""
        return Pairs(self.features, sources, candidates, self.crowd, batches, affinity, self.surroundings, self.places)


def signal_values(pairs: Pairs, names: Iterable[str]) -> dict[str, Values]:
    """The values of those signals that the site has."""
    found = ((name, SIGNALS[name].values(pairs)) for name in names)
    return {name: values for name, values in found if values is not None}


class SiteScorer:
    """A combination of signals, made ready for one site."""

    def __init__(self, site: SiteSignals, combination: Combination) -> None:
        self._site = site
        self._combination = combination
        model = combination.batches
        self._batches = model.find(site.evidence) if model and site.evidence else None
        affinity = combination.affinity
        self._affinity = affinity.on(site.features.group_names) if affinity else None

    @property
    def model(self) -> AdditiveModel:
        return self._combination.model

    def pairs(self, sources: NDArray[np.int64], candidates: NDArray[np.int64]) -> Pairs:
        """Pairs with what was inferred for the site."""
        return self._site.pairs(sources, candidates, self._batches, self._affinity)

    def signals(self, sources: NDArray[np.int64], candidates: NDArray[np.int64]) -> dict[str, Values]:
        """Values of the combination's signals."""
        return signal_values(self.pairs(sources, candidates), self.model.names)

    def probabilities(self, sources: NDArray[np.int64], candidates: NDArray[np.int64]) -> NDArray[np.float64]:
        """Probability that an editor of the source links the candidate.

        Parameters
        ----------
        sources, candidates : int64 arrays of shape (n_pairs,)
            Rows.
        """
        result = np.empty(len(sources), dtype=np.float64)
        for start in range(0, len(sources), _PAIRS_AT_ONCE):
            block = slice(start, start + _PAIRS_AT_ONCE)
            log_odds = self.model.log_odds(self.signals(sources[block], candidates[block]), len(result[block]))
            result[block] = self._combination.calibration.probability(log_odds)
        return result
