"""The score of an article for a text that is no article of the site, such as one that was typed.

It is the similarity of both, by words and vectors as the site's settings share them out; higher where one names the
other, lower where the article is near to all others.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.hubness import discount

# What a title named in full adds to a score; chosen on development parts of three sites, see models/README.md.
_MENTION_WEIGHT = 0.15


def worth(
    similarity: NDArray[np.floating] | float,
    crowding: NDArray[np.float64],
    *title_shares: NDArray[np.floating],
) -> NDArray[Any]:
    """The score of articles, shape (m,).

    Parameters
    ----------
    similarity : float array of shape (m,)
    crowding : float64 array of shape (m,)
        How near each article is to its own nearest; see `recommender.neighbours.hubness.crowding`.
    *title_shares : float arrays of shape (m,)
        The share of a title, 0 to 1, that occurs in the other text: of the text's in each article, and of each
        article's in the text. They count by their fourth power: a title named in full says much, a part of it little
        beyond the words that it is.

    Examples
    --------
    >>> worth(np.array([0.5]), np.array([0.0]), np.array([1.0]), np.array([0.5])).round(6).tolist()
    [0.659375]
    """
    named = sum(((shares * shares) ** 2 for shares in title_shares), start=np.zeros(len(crowding), np.float32))
    return similarity + _MENTION_WEIGHT * named - discount(crowding)
