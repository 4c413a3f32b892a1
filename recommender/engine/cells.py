"""Neighbours of a large site by cells: parts of `recommender.neighbours.approximate` as functions from files to files.

The results are those of `nearly_nearest` on one machine, to the byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.engine.arrays import ArraysWriter, open_arrays
from recommender.engine.join import neighbours_table
from recommender.engine.space import SpaceFiles
from recommender.engine.tables import array, matrix, matrix_column, read_range, read_table
from recommender.engine.who import load_roles
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.cells import Members, cell_count, members
from recommender.neighbours.join import Effort, join, tasks_of
from recommender.neighbours.postings import posting_lists
from recommender.neighbours.probe import probe
from recommender.neighbours.quantizer import assign

if TYPE_CHECKING:
    import pyarrow as pa
    from scipy.sparse import csr_matrix

CENTROIDS = "centroids"
ASSIGN = "assign"
POSTINGS = "postings"
JOIN_CELLS = "join-cells"
TRY_CELLS = "try-cells"
MERGE = "merge"
AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class CellFiles:
    """What a join by cells reads.

    Attributes
    ----------
    space : SpaceFiles
    who, assigned : tuple of Path
    centroids : Path
    postings : Path or None
        None where words do not count.
    effort : Effort
    """

    space: SpaceFiles
    who: tuple[Path, ...]
    assigned: tuple[Path, ...]
    centroids: Path
    postings: Path | None
    effort: Effort


def choose_cells(space: SpaceFiles) -> pa.Table:
    """The centroids of the cells, from a sample chosen by the hash of the keys: ``centroid``."""
    import pyarrow as pa

    from recommender.neighbours.approximate import lay_out

    return pa.table({"centroid": matrix_column(lay_out(space.load(), space.hashes()).centroids)})


def assign_rows(space: SpaceFiles, centroids: Path, first: int, last: int) -> pa.Table:
    """``row``, from `first` to before `last`; ``cell``, -1 where it has no vector; and ``asks``, the cell in which it
    looks for neighbours.
    """
    import pyarrow as pa

    cells = assign(space.load().vectors[first:last], _centroids(centroids), threads=1)
    n_cells = np.uint64(cell_count(len(space.load())))
    # Who has no vector is found by words alone, and asks in one cell or another.
    asks = np.where(cells < 0, (space.hashes()[first:last] % n_cells).astype(np.int32), cells)
    return pa.table({"row": np.arange(first, last, dtype=np.int32), "cell": cells, "asks": asks})


def list_words(folder: Path, space: SpaceFiles, who: tuple[Path, ...], limit: int) -> None:
    """Write posting lists of at most `limit` articles a term, as the arrays of a sparse matrix; see `posting_lists`."""
    words = space.load().words
    if words is None:
        raise ValueError("a space without words has no posting lists")
    lists = posting_lists(words, limit, _targets(space, who))
    with ArraysWriter(folder) as writer:
        writer.append("starts", lists.indptr.astype(np.int64))
        writer.append("places", lists.indices.astype(np.int32))
        writer.append("weights", lists.data)


def join_cells(files: CellFiles, cells: tuple[int, int], depth: int, only: tuple[int, ...] | None = None) -> pa.Table:
    """The `depth` best of those who ask in some cells, on one processor; see `neighbours_table`.

    Parameters
    ----------
    files : CellFiles
    cells : tuple of int
        First cell, and the one behind the last.
    depth : int
    only : tuple of int, optional
        The only rows that ask, ascending.
    """
    from threadpoolctl import threadpool_limits

    layout = _layout(files.space, files.who, files.assigned, files.centroids)
    space = files.space.load()
    with threadpool_limits(1), ThreadPoolExecutor(1) as pool:
        wanted = range(*cells) if only is None else np.unique(layout.asks[list(only)]).tolist()
        if space.words is None:
            asking = [np.empty(0, np.int64), *map(layout.asking.of, wanted)]
            rows = np.sort(np.concatenate(asking)) if only is None else np.array(only, dtype=np.int64)
            width = max(1, min(depth, len(layout.targets)))
            reach = files.effort.reach
            probed = probe(space.vectors, width, rows, layout.centroids, layout.by_cell, reach, pool)
            return neighbours_table(rows, probed)
        tasks = list(
            tasks_of(
                wanted,
                layout.asking,
                layout.by_cell,
                layout.centroids,
                files.effort,
                words=space.words,
                postings=None if files.postings is None else _postings(files.postings, len(layout.targets)),
                listed=layout.targets,
                only=None if only is None else np.array(only, dtype=np.int64),
            )
        )
        if only is not None:
            tasks = [replace(task, queries=np.intersect1d(task.queries, only)) for task in tasks]
        parts = list(join(space, tasks, depth, pool))
    rows = np.concatenate([np.empty(0, np.int64), *(task.queries for task in tasks)])
    width = max(1, min(depth, len(layout.targets)))
    found = _empty(len(rows), width)
    line = 0
    for part in parts:
        lines = slice(line, line + len(part.indices))
        found.indices[lines, : part.depth], found.scores[lines, : part.depth] = part.indices, part.scores
        line += len(part.indices)
    order = np.argsort(rows)
    return neighbours_table(rows[order], Candidates(found.indices[order], found.scores[order]))


def merge_rows(joined: Sequence[Path], first: int, last: int) -> pa.Table:
    """The neighbours of the rows from `first` to before `last`, from the joins of all cells; see `neighbours_table`."""
    tables = [read_range(path, "row", first, last) for path in joined]
    width = max(matrix(table, "neighbours").shape[1] for table in tables)
    found = _empty(last - first, width)
    for table in tables:
        lines = array(table, "row") - first
        found.indices[lines], found.scores[lines] = matrix(table, "neighbours"), matrix(table, "scores")
    return neighbours_table(np.arange(first, last), found)


def search_exactly(space: SpaceFiles, who: tuple[Path, ...], rows: tuple[int, ...], depth: int) -> pa.Table:
    """The `depth` nearest of some rows, ascending, by exact search; see `neighbours_table`."""
    from threadpoolctl import threadpool_limits

    from recommender.neighbours.audit import exact_by_parts

    queries = np.array(rows, dtype=np.int64)
    with threadpool_limits(1), ThreadPoolExecutor(1) as pool:
        found = exact_by_parts(space.load(), queries, _targets(space, who), depth, pool)
    return neighbours_table(queries, found)


@dataclass(frozen=True, slots=True)
class _Layout:
    centroids: NDArray[np.float32]
    targets: NDArray[np.int64]
    by_cell: Members
    asking: Members
    asks: NDArray[np.int32]


@lru_cache(maxsize=1)
def _layout(space: SpaceFiles, who: tuple[Path, ...], assigned: tuple[Path, ...], centroids: Path) -> _Layout:
    """Who is in which cell; kept by the process for its next cells."""
    tables = [read_table(path, ["cell", "asks"]) for path in assigned]
    cells, asks = (np.concatenate([array(table, name) for table in tables]) for name in ("cell", "asks"))
    n_cells = cell_count(len(cells))
    targets, askers = _targets(space, who), np.flatnonzero(space.load().known)
    return _Layout(
        _centroids(centroids), targets, members(cells, n_cells, targets), members(asks, n_cells, askers), asks
    )


@lru_cache(maxsize=1)
def _postings(folder: Path, n_targets: int) -> csr_matrix:
    from scipy.sparse import csr_matrix

    held = open_arrays(folder)
    shape = (len(held["starts"]) - 1, n_targets)
    return csr_matrix((held["weights"], held["places"], held["starts"]), shape=shape)


def _centroids(path: Path) -> NDArray[np.float32]:
    centroids: NDArray[np.float32] = matrix(read_table(path), "centroid")
    return centroids


def _targets(space: SpaceFiles, who: tuple[Path, ...]) -> NDArray[np.int64]:
    """Rows that may be found, ascending."""
    targets = load_roles(who).targets.astype(np.int64)
    return targets[space.load().known[targets]]


def _empty(rows: int, width: int) -> Candidates:
    return Candidates(np.full((rows, width), -1, np.int32), np.full((rows, width), -np.inf))
