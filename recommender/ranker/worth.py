"""What an article is worth to a text that is no article of the site, such as one that was typed.

The similarity of both, by words and vectors as the site's settings share them out; more where one names the other, less
where the other is near to everything.
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
