"""How much of what an exact search finds an approximate one found."""

from __future__ import annotations

from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.join import merge
from recommender.neighbours.recall import Audit
from recommender.neighbours.space import Rows, Space

_TARGETS_AT_ONCE = 32_768


def exact_by_parts(space: Space, queries: Rows, targets: Rows, depth: int, pool: Executor) -> Candidates:
    """As `Space.nearest` for a few queries, without anything in memory that is as large as the space.

    BLAS and OpenMP must be limited to one thread while this runs; `pool` has the threads.
    """
    parts = [targets[start : start + _TARGETS_AT_ONCE] for start in range(0, len(targets), _TARGETS_AT_ONCE)]
    found = list(pool.map(lambda part: space.among(depth, queries, part), parts))
    if not found:
        return Candidates(np.full((len(queries), 1), -1, dtype=np.int32), np.full((len(queries), 1), -np.inf))
    return merge(found, depth)


def recall(found: NDArray[np.float64], exact: NDArray[np.float64], k: int) -> Audit:
    """Compare two searches by their scores: what is as near as the k-th nearest neighbour is as good as that one.

    Parameters
    ----------
    found, exact : float64 arrays of shape (n_queries, at least k or as many as there are)
        Scores of the same queries, `rounded`, best first, ``-inf`` past the last.

    Returns
    -------
    Audit
        1 where there is nothing to find.
    """
    wanted = np.isfinite(exact[:, :k]).sum(axis=1)
    last = exact[np.arange(len(exact)), np.maximum(wanted, 1) - 1]
    hits = np.minimum((found[:, :k] >= last[:, None]).sum(axis=1), wanted) * (wanted > 0)
    total = int(wanted.sum())
    return Audit(float(hits.sum() / total) if total else 1.0, k, len(exact))
