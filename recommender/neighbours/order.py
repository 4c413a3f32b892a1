"""The one order of a ranking: higher score first, and of equal scores the smaller key first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SCORE_DECIMALS = 6


def rounded(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """Scores without the noise of floating-point sums, so that ties are ties on every run."""
    exact = np.array(scores, dtype=np.float64)
    result: NDArray[np.float64] = np.round(exact, SCORE_DECIMALS)
    result += 0.0  # -0.0 and 0.0 are one score
    return result


def best_first(indices: NDArray[np.integer], scores: NDArray[np.floating]) -> NDArray[np.intp]:
    """Positions that order each row by ``(-score, index)``.

    Row numbers follow the articles' keys, so the smaller index is the smaller key.

    Parameters
    ----------
    indices, scores : arrays of shape (n, m)
        Scores already `rounded`; ``-inf`` comes last.

    Returns
    -------
    intp array of shape (n, m)
    """
    return np.lexsort((indices, -scores), axis=-1)
