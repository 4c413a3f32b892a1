"""Several views of an article as one vector."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def fused_vectors(views: Sequence[NDArray[np.float32]], weights: Sequence[float]) -> NDArray[np.float32]:
    """Concatenate views so that the inner product of two rows is the weighted mean of the views' cosines.

    Parameters
    ----------
    views : sequence of float32 arrays of shape (n, dim)
        Rows L2-normalised, or zero where an article lacks the view.
    weights : sequence of float
        One per view, relative to their sum.

    Returns
    -------
    float32 array of shape (n, sum of dims)
        Rows L2-normalised: an article that lacks a view is compared by the others. Zero where it has none.
    """
    total = sum(weights)
    scaled = [
        view * np.float32(np.sqrt(weight / total)) for view, weight in zip(views, weights, strict=True) if weight > 0
    ]
    joined = np.concatenate(scaled, axis=1)
    lengths = np.sqrt(np.einsum("ij,ij->i", joined, joined))
    return np.ascontiguousarray(joined / np.where(lengths > 0, lengths, 1)[:, None], dtype=np.float32)
