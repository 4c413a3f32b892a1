"""Ranked candidates of each query, the currency between the rooms that come after the vectors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Candidates:
    """The best candidates of each query, best first.

    Attributes
    ----------
    indices : int32 array of shape (n_queries, depth)
        Row numbers of the articles, -1 past the last candidate of a row.
    scores : float64 array of shape (n_queries, depth)
        Higher is better; ``-inf`` where `indices` is -1. Rounded to `neighbours.order.SCORE_DECIMALS` decimals, ties
        ordered by the articles' keys.
    """

    indices: NDArray[np.int32]
    scores: NDArray[np.float64]

    @property
    def depth(self) -> int:
        return int(self.indices.shape[1])
