"""What a ranker is: fitted combinations of signals, which articles each has learned from, and its card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from recommender.ranker.additive import AdditiveModel
from recommender.ranker.affinity import AffinityCounts
from recommender.ranker.batch_model import BatchModel

KEY_BYTES = 8


@dataclass(frozen=True, slots=True)
class Calibration:
    """From log-odds to the probability that an editor links the pair: ``1 / (1 + exp(-(slope * x + offset)))`` (Platt
    1999), found on articles that were not fitted on.
    """

    slope: float
    offset: float

    def probability(self, log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
        result: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(self.slope * log_odds + self.offset, -500, 500)))
        return result


@dataclass(frozen=True, slots=True)
class Combination:
    """One fitted combination of signals."""

    model: AdditiveModel
    batches: BatchModel | None
    affinity: AffinityCounts | None
    calibration: Calibration


@dataclass(frozen=True, slots=True)
class SystemFigure:
    """What one way of ranking finds, on articles it has not learned from.

    Attributes
    ----------
    name : str
    capped_recall : float
        Mean over queries of the share of curated links in the first five, of five at most.
    """

    name: str
    capped_recall: float


@dataclass(frozen=True, slots=True)
class Card:
    """How a ranker came to be and what it is worth.

    Attributes
    ----------
    articles, queries, links, components : int
        Of the site: articles, those with curated links to others, these links, and the parts of the site that share
        none.
    folds : int
    text_only : bool
    pool_recall : dict of str to float
        Share of curated links that are among the candidates, by where candidates come from.
    figures : tuple of SystemFigure
        The ranker, the default, and every signal alone, best first.
    expected_calibration_error : float or None
        Mean distance of the probability from the share of pairs that are links, over ten equal parts of the pairs
        that are proposed first.
    model : str
        Of the text vectors.
    views : dict of str to float
    treatment : str
        How pairs without a link are taken.
    reason : str
        Why the ranker is the default combination; empty where it was fitted.
    """

    articles: int
    queries: int
    links: int
    components: int
    folds: int
    text_only: bool
    pool_recall: dict[str, float]
    figures: tuple[SystemFigure, ...]
    expected_calibration_error: float | None
    model: str
    views: dict[str, float]
    treatment: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ranker:
    """Fitted combinations of signals.

    Attributes
    ----------
    whole : Combination or None
        Learned from all curated links; None where the default combination is better or there are none.
    parts : tuple of Combination
        Each learned from the other folds.
    part_keys : tuple of frozenset of bytes
        Per part, the names (`key_name`) of the articles it has not learned from.
    card : Card
    """

    whole: Combination | None
    parts: tuple[Combination, ...]
    part_keys: tuple[frozenset[bytes], ...]
    card: Card

    @property
    def gives(self) -> str:
        """What its scores are, in words."""
        if self.whole is None:
            return f"by the default combination of text signals, since {self.card.reason}"
        texts = " from texts alone" if self.card.text_only else ""
        return f"probabilities that an editor links the pair, learned{texts} from {self.card.links:,} curated links"

    def unseen_parts(self, keys: Sequence[str]) -> NDArray[np.int32]:
        """For each article the part that has not learned from its component, -1 where no fit has seen it."""
        result = np.full(len(keys), -1, dtype=np.int32)
        names = [key_name(key) for key in keys]
        for number, own in enumerate(self.part_keys):
            result[[row for row, name in enumerate(names) if name in own]] = number
        return result


def key_name(key: str) -> bytes:
    """Eight bytes that stand for an article's key."""
    return blake2b(key.encode(), digest_size=KEY_BYTES).digest()
