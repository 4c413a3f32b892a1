"""Several views of an article as one vector."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def fused_vectors(views: Sequence[NDArray[np.float32]], weights: Sequence[float]) -> NDArray[np.float32]:
    """The weighted sum of an article's views, as one direction.

    A view of one article is so compared with every view of another: a question with an answer too.

    Parameters
    ----------
    views : sequence of float32 arrays of shape (n, dim)
        Rows L2-normalised, or zero where an article lacks the view.
    weights : sequence of float
        One per view, relative to their sum.

    Returns
    -------
    float32 array of shape (n, dim)
        Rows L2-normalised: an article that lacks a view is compared by the others. Zero where it has none.
    """
    total = sum(weights)
    joined = np.zeros_like(views[0])
    for view, weight in zip(views, weights, strict=True):
        joined += view * np.float32(weight / total)
    lengths = np.sqrt(np.einsum("ij,ij->i", joined, joined))
    return np.ascontiguousarray(joined / np.where(lengths > 0, lengths, 1)[:, None], dtype=np.float32)
