"""The join of cells: a cell's articles compared with those of near cells and those that share their heaviest terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.cells import Members, cells_within_reach
from recommender.neighbours.postings import found_by_words, heaviest
from recommender.neighbours.space import Rows, Space

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Larger cells are joined in parts: each query of a part is compared with all that words find for any of them.
_QUERIES_PER_TASK = 128


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is compared.

    Attributes
    ----------
    reach : int
        Articles of near cells with which a cell is compared.
    terms : int
        How many of an article's heaviest terms are looked up.
    postings : int
        How many articles are listed for a term.
    found : int
        Candidates of an article by its terms.
    """

    reach: int
    terms: int
    postings: int
    found: int

    def raised(self) -> Effort:
        """Half as much again of everything."""
        return Effort(*(-(-amount * 3 // 2) for amount in (self.reach, self.terms, self.postings, self.found)))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared at once.

    Attributes
    ----------
    cell, part : int
        Which cell, and which part of it where it is large.
    queries, targets : int64 arrays
        Rows, ascending.
    """

    cell: int
    part: int
    queries: NDArray[np.int64]
    targets: NDArray[np.int64]


def first_effort(space: Space) -> Effort:
    """Where to begin: chosen by measurement, see ``docs/scale.md``."""
    if space.words is None:
        return Effort(reach=2_048, terms=0, postings=0, found=0)
    return Effort(reach=1_024, terms=128, postings=128, found=64)


def tasks_of(
    cells: Iterable[int],
    queries: Members,
    targets: Members,
    centroids: NDArray[np.float32],
    effort: Effort,
    *,
    words: csr_matrix | None = None,
    postings: csr_matrix | None = None,
    listed: Rows | None = None,
    only: Rows | None = None,
    threads: int = 1,
) -> Iterator[Comparison]:
    """The tasks of some cells, in the order of the cells.

    A task is the same whichever cells are asked for beside its own.

    Parameters
    ----------
    queries, targets : Members
        Queries, and articles that may be proposed, by cell.
    centroids : float32 array of shape (n_cells, dim)
        Of no length where no article has a vector; then only words find anything.
    words : float32 csr_matrix of shape (n, n_terms), optional
    postings : float32 csr_matrix of shape (n_terms, len(listed)), optional
        From `posting_lists` with `effort.postings` and the targets `listed`.
    listed : integer array, optional
        Rows of the columns of `postings`, ascending.
    only : integer array, optional
        Only tasks with any of these rows as a query; all queries of each.
    """
    parts = [(cell, number, part) for cell in cells for number, part in enumerate(parts_of(queries.of(cell)))]
    if only is not None:
        parts = [one for one in parts if np.isin(one[2], only).any()]
    asking = np.concatenate([np.empty(0, dtype=np.int64), *(part for _, _, part in parts)])
    found: csr_matrix | None = None
    if words is not None and postings is not None:
        found = found_by_words(heaviest(words[asking], effort.terms), postings, effort.found, threads=threads)
    line = 0
    for cell, of_cell in groupby(parts, key=itemgetter(0)):
        near = _near(cell, targets, centroids, effort.reach)
        for _, number, part in of_cell:
            together = near
            if found is not None and listed is not None:
                columns = found.indices[found.indptr[line] : found.indptr[line + len(part)]]
                together = np.union1d(near, listed[columns])
            line += len(part)
            yield Comparison(cell, number, part, together)


def join(space: Space, tasks: Sequence[Comparison], depth: int, pool: Executor) -> Iterator[Candidates]:
    """The best of its targets for every query of each task, in the order of the tasks.

    BLAS and OpenMP must be limited to one thread while this runs; `pool` has the threads.
    """
    return pool.map(lambda task: space.among(depth, task.queries, task.targets), tasks)


def merge(parts: Sequence[Candidates], depth: int) -> Candidates:
    """The best of several candidate lists of the same queries, in the order ``(-score, row)``.

    The result is the same in whatever order the parts come and however they were merged before.

    Parameters
    ----------
    parts : sequence of Candidates
        Of the same number of queries; a candidate that is in several has one score.

    Returns
    -------
    Candidates
        `depth` columns wide, or as wide as all parts together.
    """
    from recommender.neighbours.order import best_first

    none = np.iinfo(np.int32).max
    indices = np.concatenate([part.indices for part in parts], axis=1)
    indices = np.where(indices >= 0, indices, none)
    scores = np.concatenate([part.scores for part in parts], axis=1)
    order = best_first(indices, scores)
    indices, scores = np.take_along_axis(indices, order, axis=1), np.take_along_axis(scores, order, axis=1)
    again = np.zeros(indices.shape, dtype=np.bool_)
    again[:, 1:] = (indices[:, 1:] == indices[:, :-1]) & (indices[:, 1:] != none)
    if again.any():
        indices, scores = np.where(again, none, indices), np.where(again, -np.inf, scores)
        order = best_first(indices, scores)
        indices, scores = np.take_along_axis(indices, order, axis=1), np.take_along_axis(scores, order, axis=1)
    indices, scores = indices[:, :depth], scores[:, :depth]
    return Candidates(np.where(indices == none, -1, indices).astype(np.int32), scores)


def parts_of(rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The queries of a cell in parts, one a task."""
    return np.array_split(rows, -(-len(rows) // _QUERIES_PER_TASK)) if len(rows) else []


def _near(cell: int, targets: Members, centroids: NDArray[np.float32], reach: int) -> NDArray[np.int64]:
    """Targets of the near cells, ascending; of a cell that holds more than `reach` the first of its own."""
    if not len(centroids):
        return np.empty(0, dtype=np.int64)
    near = cells_within_reach(cell, centroids, targets.sizes, reach)
    rows = np.concatenate([targets.of(other) for other in near.tolist()])[:reach]
    return np.sort(rows)
