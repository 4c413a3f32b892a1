"""Candidates that are near on a line: by id, or by date."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def near_on_line(
    places: NDArray[np.float64], reach: float, most: int, *, targets: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of rows that are near each other.

    Parameters
    ----------
    places : float64 array of shape (n,)
        NaN for rows without a place.
    reach : float
        Farthest distance.
    most : int
        Candidates on either side of a row at most, the nearest.
    targets : bool array of shape (n,)
        Who may be a candidate.

    Returns
    -------
    sources, candidates : int64 arrays of shape (n_pairs,)
    """
    rows = np.flatnonzero(~np.isnan(places))
    line = np.flatnonzero(~np.isnan(places) & targets)
    line = line[np.argsort(places[line], kind="stable")]
    at = places[line]
    own = places[rows]
    # Those of the same place count to the right.
    middle = np.searchsorted(at, own, side="left")
    first = np.maximum(np.searchsorted(at, own - reach, side="left"), middle - most)
    last = np.minimum(np.searchsorted(at, own + reach, side="right"), middle + most + 1)
    count = last - first
    sources = np.repeat(rows, count)
    candidates = line[np.repeat(first, count) + np.arange(len(sources)) - np.repeat(np.cumsum(count) - count, count)]
    other = sources != candidates
    return sources[other], candidates[other]
