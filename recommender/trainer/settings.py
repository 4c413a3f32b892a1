"""What can be chosen for a training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PairKind = Literal["links", "views", "passages"]
PAIR_KINDS: tuple[PairKind, ...] = ("links", "views", "passages")


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """How a model is trained; None where the kind of model or the site decides.

    Attributes
    ----------
    pairs : tuple of {"links", "views", "passages"}
        Which texts belong together: those of linked articles, the views of one article (question and answer, title and
        body), neighbouring passages of one text. Empty: links and views where the training part has links, else views
        and passages.
    epochs : int or None
        Most passes over all pairs.
    patience : int
        Passes without a better figure on the development part after which training stops.
    batch_size : int or None
        Pairs whose texts are each other's negatives.
    learning_rate : float or None
        The highest, after the first tenth of the steps; falls to 0 in a straight line. For a static model it is
        relative to the root mean square of the starting weights.
    scale : float
        By what cosines are multiplied before the softmax, the inverse of its temperature.
    hard_negatives : int
        Mined for each pair, beside the texts of the other pairs of a batch.
    matryoshka : tuple of int or None
        Numbers of leading components that are trained to be of use by themselves; None for all, a half and a quarter.
    keep : float
        Share of the starting weights in the result, 0 to 1: what a model knew beyond the site is kept by it.
    seed : int
    """

    pairs: tuple[PairKind, ...] = ()
    epochs: int | None = None
    patience: int = 2
    batch_size: int | None = None
    learning_rate: float | None = None
    scale: float = 20.0
    hard_negatives: int = 0
    matryoshka: tuple[int, ...] | None = None
    keep: float = 0.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Schedule:
    """Settings that depend on the kind of model, settled."""

    epochs: int
    batch_size: int
    learning_rate: float
    looks_per_epoch: int = 1


STATIC_SCHEDULE = Schedule(epochs=10, batch_size=1024, learning_rate=0.02)
TRANSFORMER_SCHEDULE = Schedule(epochs=3, batch_size=64, learning_rate=2e-5, looks_per_epoch=4)


def settle(settings: TrainSettings, *, static: bool) -> Schedule:
    """What holds for a kind of model."""
    usual = STATIC_SCHEDULE if static else TRANSFORMER_SCHEDULE
    return Schedule(
        epochs=settings.epochs or usual.epochs,
        batch_size=settings.batch_size or usual.batch_size,
        learning_rate=settings.learning_rate or usual.learning_rate,
        looks_per_epoch=usual.looks_per_epoch,
    )
