"""The one score: what a link from one article to another is worth by their texts.

The similarity of both, by words and vectors as the site's settings share them out; more where one names the other, less
where the other is near to everything. Proposals, the signals of a ranker and what is shown of a typed text agree in it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.lexical.mentions import MENTION_WEIGHT
from recommender.neighbours.hubness import discount


def worth(
    similarity: NDArray[np.floating] | float, named: NDArray[np.floating], crowding: NDArray[np.float64]
) -> NDArray[Any]:
    """The score of pairs, shape (m,).

    Parameters
    ----------
    similarity : float array of shape (m,)
    named : float array of shape (m,)
        How far the articles of each pair name each other, 0 to 2; see `recommender.lexical.mentions.mentions`.
    crowding : float64 array of shape (m,)
        How near each target is to its own nearest; see `recommender.neighbours.hubness.crowding`.
    """
    return similarity + MENTION_WEIGHT * named - discount(crowding)


def changes(named: NDArray[np.floating], crowding: NDArray[np.float64]) -> NDArray[np.float64]:
    """What of the score does not come from similarity, shape (m,)."""
    return worth(0.0, named.astype(np.float64), crowding)
