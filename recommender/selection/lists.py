"""What a list is made of, and what an article's curated links give it."""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray


class Choice(msgspec.Struct, frozen=True, gc=False):
    """One place of a list.

    Attributes
    ----------
    row : int
        The article that is linked.
    score : float or None
        Higher is better; None for a curated link whose score is not known.
    curated : bool
        It is in the front matter.
    decided : {"accept", "pin"} or None
        The editor's last word on it.
    """

    row: int
    score: float | None
    curated: bool = False
    decided: Literal["accept", "pin"] | None = None


def usable(row: int, targets: NDArray[np.int32]) -> list[int]:
    """Targets of an article's curated links without those that lead nowhere, to itself, or to one that was named
    before.
    """
    return [target for target in dict.fromkeys(targets.tolist()) if target >= 0 and target != row]


def has_links(row: int, targets: NDArray[np.int32]) -> bool:
    """Whether an article has a curated link that leads anywhere else: to an article or out of the site."""
    from recommender.corpus.resolve import EXTERNAL

    return any(target == EXTERNAL or (target >= 0 and target != row) for target in targets.tolist())
