"""The floor: the lowest score that is worth a place, found from pairs that editors linked and pairs drawn at random."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InputError

Basis = Literal["curated", "proposed", "probability"]


@dataclass(frozen=True, slots=True)
class Floor:
    """A lowest score and what it means.

    Attributes
    ----------
    score : float
        Below it a place stays empty.
    precision : float
        What was asked for, 0 to 1.
    related_ratio, random_ratio : float
        Share of the related and of the random pairs that score as much. NaN where scores are probabilities.
    basis : {"curated", "proposed", "probability"}
        The pairs taken as related: the editors'; where there are too few of those, the proposals themselves;
        or none, because the scores are probabilities already.
    """

    score: float
    precision: float
    related_ratio: float
    random_ratio: float
    basis: Basis

    def __str__(self) -> str:
        wanted = f"{self.precision:.0%}"
        if self.basis == "probability":
            return f"{self.score:.3f}: an editor would choose each link with a probability of at least {wanted}"
        related = "pairs that editors linked" if self.basis == "curated" else "what is proposed (no curated links)"
        chance = f"1 in {1 / self.random_ratio:,.0f}" if self.random_ratio > 0 else "none"
        return (
            f"{self.score:.3f}: a pair that scores so much is like {related}, not like a random one, in {wanted} of "
            f"cases or more; {self.related_ratio:.0%} of the former and {chance} of the latter score so much"
        )


def parse_precision(written: str) -> float:
    """A share as people write it: ``0.9``, ``90%`` or ``9 in 10``.

    Raises
    ------
    InputError
        It is none of these, or not between 0 and 1.

    Examples
    --------
    >>> parse_precision("90%"), parse_precision("9 in 10"), parse_precision(".9")
    (0.9, 0.9, 0.9)
    """
    text = written.strip().lower()
    number = r"(\d+\.?\d*|\.\d+)"
    value = None
    if match := re.fullmatch(rf"{number}\s*%", text):
        value = float(match[1]) / 100
    elif (match := re.fullmatch(rf"{number}\s*(?:in|of|out of|/)\s*{number}", text)) and float(match[2]) > 0:
        value = float(match[1]) / float(match[2])
    elif re.fullmatch(number, text):
        value = float(text)
    if value is None or not 0 <= value <= 1:
        raise InputError(f"expected a share such as 0.9, 90% or '9 in 10'; found {written!r}")
    return value


def calibrated_floor(
    related: NDArray[np.floating], random: NDArray[np.floating], precision: float, *, basis: Basis = "curated"
) -> Floor:
    """The lowest score at which a pair is more surely related than random, as sure as is asked for.

    Both kinds have the same weight, and isotonic regression (Zadrozny and Elkan 2002, KDD) finds for each score
    how many of the pairs that score it are related: never fewer at a higher score.

    Parameters
    ----------
    related, random : float arrays
        Scores of pairs; neither is empty.
    precision : float
        0 to 1. Half of the pairs are related anyway, so values up to 0.5 leave out hardly anything.
    basis : {"curated", "proposed"}
        What `related` are, see `Floor`.
    """
    from sklearn.isotonic import IsotonicRegression

    scores = np.concatenate([related, random]).astype(np.float64)
    labels = np.r_[np.ones(len(related)), np.zeros(len(random))]
    weights = np.where(labels == 1, 1 / len(related), 1 / len(random))
    sure = IsotonicRegression().fit_transform(scores, labels, sample_weight=weights)
    enough = scores[sure >= precision - 1e-9]
    # Where nothing is sure enough no pair is proposed.
    lowest = float(enough.min()) if len(enough) else float(np.nextafter(scores.max(), np.inf))
    return Floor(lowest, precision, float((related >= lowest).mean()), float((random >= lowest).mean()), basis)


def probability_floor(precision: float) -> Floor:
    """The floor where scores are probabilities that an editor would choose the link."""
    return Floor(precision, precision, float("nan"), float("nan"), "probability")
