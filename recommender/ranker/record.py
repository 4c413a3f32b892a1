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
    capped_recall : float
        Mean over queries of the share of curated links in the first five, of five at most.
    """

    name: str
    capped_recall: float


@dataclass(frozen=True, slots=True)
class Gain:
    """By how much a ranker's capped recall is above the default ranking's, with the 95% interval."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:+.4f}, 95% interval {self.low:+.4f} to {self.high:+.4f}"


@dataclass(frozen=True, slots=True)
class Card:
    """How a ranker came to be and what it is worth.

    Attributes
    ----------
    articles, queries, links, components : int
        Of the site: articles, those with curated links to others, these links, and the parts of the site that share
        none.
    pool_recall : dict of str to float
        Share of curated links that are among the candidates, by where candidates come from.
    figures : tuple of SystemFigure
        The ranker, the default ranking, and every signal alone, best first.
    gain : Gain or None
        On articles of components that were not learned from; None where nothing could be checked.
    expected_calibration_error : float or None
        Mean distance of the probability from the share of pairs that are links, over ten equal parts of the pairs
        that are proposed first.
    model : str
        Of the text vectors.
    treatment : str
        How pairs without a link are taken.
    learned_on : str
        The day, as 2026-11-30.
    basis : dict of str to str
        Names what the functions of the signals rest on, by what a person calls it: where the site has others now, they
        mean nothing.
    reason : str
        Why nothing was learned; empty where a ranker was fitted.
    """

    articles: int
    queries: int
    links: int
    components: int
    folds: int
    text_only: bool
    pool_recall: dict[str, float]
    figures: tuple[SystemFigure, ...]
    gain: Gain | None
    expected_calibration_error: float | None
    model: str
    views: dict[str, float]
    treatment: str
    learned_on: str
    basis: dict[str, str]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ranker:
    """Fitted combinations of signals.

    Attributes
    ----------
    whole : Combination or None
        Learned from all curated links; None where the default ranking stays.
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
    def learned(self) -> str:
        """What it learned from and when, in words."""
        texts = " by their texts alone" if self.card.text_only else ""
        return f"learned from {self.card.links:,} curated links{texts} on {self.card.learned_on}"

    def known_ratio(self, keys: Sequence[str]) -> float:
        """The share of the articles that it learned on which are among those of these keys, 0 to 1."""
        learned = frozenset().union(*self.part_keys)
        return len(learned.intersection(map(key_name, keys))) / len(learned) if learned else 0.0

    def unseen_parts(self, keys: Sequence[str]) -> NDArray[np.int32]:
        """For each article the part that has not learned from its component, -1 where no fit has seen it."""
        result = np.full(len(keys), -1, dtype=np.int32)
        names = [key_name(key) for key in keys]
        for number, own in enumerate(self.part_keys):
            result[[row for row, name in enumerate(names) if name in own]] = number
        return result


def key_name(key: str) -> bytes:
    """Eight bytes in place of an article's key."""
    return blake2b(key.encode(), digest_size=KEY_BYTES).digest()
