"""Exact neighbours: a block of articles against all that may be linked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.engine.tables import array, matrix, matrix_column, ragged, read_table
from recommender.engine.who import load_roles
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.exact import nearest
from recommender.neighbours.mixed import MixedSpace

if TYPE_CHECKING:
    import pyarrow as pa
    from scipy.sparse import csr_matrix

JOIN = "join"


def join_exactly(
    weighed: tuple[Path, ...], who: tuple[Path, ...], share: float, depth: int, first: int, last: int
) -> pa.Table:
    """The `depth` nearest of the rows from `first` to before `last`, on one processor.

    Parameters
    ----------
    weighed : tuple of Path
        Outputs of `recommender.engine.words.weigh`: all of them.
    who : tuple of Path
        Outputs of `recommender.engine.who.who`.
    share : float
        Of the words in a score.
    depth : int
    first, last : int

    Returns
    -------
    pyarrow.Table
        See `neighbours_table`.
    """
    space = load_space(weighed, share)
    targets = load_roles(who).targets
    queries = np.arange(first, last)
    if share > 0:
        found = space.nearest(depth, queries=queries, targets=targets, threads=1)
    else:
        found = nearest(space.vectors, depth, queries=queries, targets=targets, threads=1)
    return neighbours_table(queries, found)


def neighbours_table(rows: np.ndarray, found: Candidates) -> pa.Table:
    """``row``, ascending; ``neighbours`` by their rows, -1 behind the last; ``scores``, `rounded`, ``-inf`` behind."""
    import pyarrow as pa

    return pa.table(
        {
            "row": np.asarray(rows, dtype=np.int32),
            "neighbours": matrix_column(found.indices),
            "scores": matrix_column(found.scores),
        }
    )


def load_neighbours(paths: Sequence[Path]) -> Candidates:
    """The neighbours of all rows, from files in the order of their rows."""
    tables = [read_table(path) for path in paths]
    if not tables:
        return Candidates(np.empty((0, 1), np.int32), np.empty((0, 1), np.float64))
    return Candidates(
        np.concatenate([matrix(table, "neighbours") for table in tables]),
        np.concatenate([matrix(table, "scores") for table in tables]),
    )


@lru_cache(maxsize=1)
def load_space(weighed: tuple[Path, ...], share: float) -> MixedSpace:
    """What all articles are compared by; kept by the process for its next block."""
    tables = [read_table(path, ["row", "vector"]) for path in weighed]
    order = np.argsort(np.concatenate([array(table, "row") for table in tables]))
    vectors = np.concatenate([matrix(table, "vector") for table in tables])[order]
    return MixedSpace(np.ascontiguousarray(vectors), load_words(weighed)[1], share)


def load_words(weighed: Sequence[Path]) -> tuple[NDArray[np.uint32], csr_matrix]:
    """Numbers of the terms that any article holds, ascending, and the weights of all articles with these as columns.

    Columns are in the order that they have in the whole vocabulary, so that sums are taken in the same order.
    """
    from scipy.sparse import csr_matrix

    tables = [read_table(path, ["row", "terms", "weights"]) for path in weighed]
    order = np.argsort(np.concatenate([array(table, "row") for table in tables]))
    lists = [(ragged(table, "terms"), ragged(table, "weights")[0]) for table in tables]
    starts = np.concatenate([[0], np.cumsum(np.concatenate([np.diff(starts) for (_, starts), _ in lists]))])
    values = np.concatenate([weights for _, weights in lists])
    numbers, columns = np.unique(np.concatenate([terms for (terms, _), _ in lists]), return_inverse=True)
    shape = (len(order), max(1, len(numbers)))
    return numbers, csr_matrix((values, columns.astype(np.int32), starts), shape=shape)[order]
