"""What is near to everything is worth a little less to each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates

NEAREST = 10


def crowding(found: Candidates) -> NDArray[np.float64]:
    """How near every article's neighbours are: the mean score of its ten nearest, places without one counting 0.

    Parameters
    ----------
    found : Candidates
        One row per article, at least ten columns wide where there are as many candidates.

    Returns
    -------
    float64 array of shape (n,)
    """
    scores = found.scores[:, :NEAREST]
    total: NDArray[np.float64] = np.where(np.isfinite(scores), scores, 0.0).sum(axis=1)
    return total / NEAREST
