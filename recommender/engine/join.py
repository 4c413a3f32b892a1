"""Exact neighbours: a block of articles against all that may be linked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.engine.space import SpaceFiles
from recommender.engine.tables import array, matrix, matrix_column, read_table
from recommender.engine.who import load_roles
from recommender.neighbours.candidates import Candidates

if TYPE_CHECKING:
    import pyarrow as pa

JOIN = "join"


def join_exactly(space: SpaceFiles, who: tuple[Path, ...], depth: int, first: int, last: int) -> pa.Table:
    """The `depth` nearest of the rows from `first` to before `last`, on one processor.

    Parameters
    ----------
    space : SpaceFiles
    who : tuple of Path
        Outputs of `recommender.engine.who.who`.
    depth : int
    first, last : int

    Returns
    -------
    pyarrow.Table
        See `neighbours_table`.
    """
    from threadpoolctl import threadpool_limits

    queries = np.arange(first, last)
    with threadpool_limits(1):
        return neighbours_table(queries, space.load().among(depth, queries, load_roles(who).targets))


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


def scores_of(paths: Sequence[Path], rows: NDArray[np.integer]) -> NDArray[np.float64]:
    """Scores of the neighbours of some rows, ascending, from files that hold them in their order."""
    found = []
    for path in paths:
        table = read_table(path, ["row", "scores"])
        found.append(matrix(table, "scores")[np.isin(array(table, "row"), rows)])
    return np.concatenate(found)
