"""The searches of a large site: by cells and words, or by vectors alone; how much they compare can be raised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from recommender import scratch
from recommender.neighbours.audit import exact_by_parts
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.cells import members
from recommender.neighbours.join import Comparison, Effort, join, parts_of, tasks_of
from recommender.neighbours.postings import posting_lists
from recommender.neighbours.probe import probe_count, probed_nearest, together
from recommender.neighbours.quantizer import Probes, Quantizer
from recommender.neighbours.space import Rows, Space
from recommender.progress import Advance

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_QUERIES_AT_ONCE = 16_384
# Vectors alone: products are the faster the more queries a cell meets at once.
_PROBING_AT_ONCE = 65_536
_MOST_GROUPS = 16
# Centroids serve until the site has grown or shrunk by this factor.
_GROWTH = 1.5


@dataclass(frozen=True, slots=True)
class Layout:
    """What stays from run to run, so that an article more or less changes its own neighbourhood alone.

    Attributes
    ----------
    centroids : float32 array of shape (n_cells, dim)
    n : int
        Articles of the site for which the centroids were chosen.
    """

    centroids: NDArray[np.float32]
    n_cells: int
    n: int
    effort: Effort

    def serves(self, space: Space) -> bool:
        """Whether it is still the right one for a site of this size."""
        fits = self.centroids.shape[1] == space.vectors.shape[1]
        return fits and self.n / _GROWTH <= len(space) <= self.n * _GROWTH


class Memo(Protocol):
    """Results of tasks from earlier runs."""

    def recall(self, tasks: Sequence[Comparison]) -> list[Candidates | None]:
        """What is known of each task, None where its articles are not what they were."""

    def keep(self, tasks: Sequence[Comparison], found: Sequence[Candidates]) -> None: ...


def cell_search(
    space: Space,
    depth: int,
    hashes: NDArray[np.uint64],
    targets: Rows,
    layout: Layout,
    pool: Executor,
    threads: int,
    *,
    cells: NDArray[np.int32] | None = None,
    postings: csr_matrix | None = None,
) -> CellSearch:
    """The search that fits a space: by cells and words, or by vectors alone.

    BLAS and OpenMP must be limited to one thread while it runs; `pool` has the threads.

    Parameters
    ----------
    hashes : uint64 array of shape (n,)
        See `cells.key_hashes`.
    targets : integer array
        Rows that may be found.
    cells : int32 array of shape (n,), optional
        The cell of each article, where it is known; see `Quantizer.nearest`.
    postings : csr_matrix, optional
        Those of `layout.effort`, where they are known; see `posting_lists`.
    """
    kind = ProbeSearch if space.words is None else CellSearch
    return kind(space, depth, hashes, targets, layout, pool, threads, cells, postings)


class CellSearch:
    """Cells compared with near cells and with what their words find; see `cell_search`."""

    def __init__(
        self,
        space: Space,
        depth: int,
        hashes: NDArray[np.uint64],
        targets: Rows,
        layout: Layout,
        pool: Executor,
        threads: int,
        cells: NDArray[np.int32] | None,
        postings: csr_matrix | None,
    ) -> None:
        allowed = np.unique(np.asarray(targets, dtype=np.int64))
        self._space = space
        self._depth = depth
        self._pool = pool
        self._threads = threads
        self.targets: NDArray[np.int64] = allowed[space.known[allowed]]
        self.askers: NDArray[np.int64] = np.flatnonzero(space.known)
        self.layout = layout
        if cells is None:
            cells = self._quantizer.nearest(space.vectors, threads=threads)
        self._by_cell = members(cells, layout.n_cells, self.targets)
        # An article without a vector is found by words alone, as a query of any cell.
        cells = np.where(cells < 0, (hashes % np.uint64(layout.n_cells)).astype(np.int32), cells)
        self._asking = members(cells, layout.n_cells, self.askers)
        self._cells = cells
        self._postings = self._listed() if postings is None else postings

    @cached_property
    def _quantizer(self) -> Quantizer:
        return Quantizer(self.layout.centroids)

    @property
    def is_exact(self) -> bool:
        """Whether everything is compared with everything."""
        effort = self.layout.effort
        by_vectors = bool(len(self.layout.centroids)) and effort.reach >= len(self.targets)
        return by_vectors or (self._space.words is not None and effort.found >= len(self.targets))

    def raise_effort(self) -> None:
        self.layout = replace(self.layout, effort=self.layout.effort.raised())
        self._postings = self._listed()

    def _listed(self) -> csr_matrix | None:
        words = self._space.words
        return None if words is None else posting_lists(words, self.layout.effort.postings, self.targets)

    def exactly(self, rows: NDArray[np.int64], depth: int) -> Candidates:
        """The `depth` nearest of a few rows by exact search."""
        return exact_by_parts(self._space, rows, self.targets, min(self._depth, depth), self._pool)

    def all(self, memo: Memo | None, advance: Advance | None) -> Candidates:
        """The candidates of all articles."""
        width = max(1, min(self._depth, len(self.targets)))
        indices = scratch.empty((len(self._space), width), np.int32)
        scores = scratch.empty((len(self._space), width), np.float64)
        indices[:], scores[:] = -1, -np.inf
        for cells in self._groups():
            for task, found in self.searched(cells, memo):
                indices[task.queries, : found.depth] = found.indices
                scores[task.queries, : found.depth] = found.scores
                if advance is not None:
                    advance(len(task.queries))
        return Candidates(indices, scores)

    def of(self, rows: NDArray[np.int64]) -> Candidates:
        """What `all` gives for some articles."""
        width = max(1, min(self._depth, len(self.targets)))
        indices = np.full((len(rows), width), -1, dtype=np.int32)
        scores = np.full((len(rows), width), -np.inf, dtype=np.float64)
        whole = self._tasks(np.unique(self._cells[rows]).tolist(), only=rows)
        tasks = [replace(task, queries=np.intersect1d(task.queries, rows)) for task in whole]
        for task, found in zip(tasks, join(self._space, tasks, self._depth, self._pool), strict=True):
            places = np.searchsorted(rows, task.queries)
            indices[places, : found.depth], scores[places, : found.depth] = found.indices, found.scores
        return Candidates(indices, scores)

    def _group_size(self) -> int:
        return _QUERIES_AT_ONCE

    def _groups(self) -> Iterator[list[int]]:
        """Cells, some at a time, so that what words find is never held for all articles."""
        number = np.cumsum(self._asking.sizes) // self._group_size()
        for cells in np.split(np.arange(len(number)), np.flatnonzero(np.diff(number)) + 1):
            yield cells.tolist()

    def _tasks(self, cells: Sequence[int], only: Rows | None = None) -> Iterator[Comparison]:
        return tasks_of(
            cells,
            self._asking,
            self._by_cell,
            self.layout.centroids,
            self.layout.effort,
            words=self._space.words,
            postings=self._postings,
            listed=self.targets,
            only=only,
            threads=self._threads,
        )

    def searched(self, cells: Sequence[int], memo: Memo | None = None) -> Iterator[tuple[Comparison, Candidates]]:
        """The results for the queries of some cells, part by part."""
        tasks = list(self._tasks(cells))
        known = _known(tasks, memo)
        new = [task for task, found in zip(tasks, known, strict=True) if found is None]
        yield from _completed(tasks, known, new, list(join(self._space, new, self._depth, self._pool)), memo)


class ProbeSearch(CellSearch):
    """Every article compared with the cells nearest to itself; for vectors alone."""

    def of(self, rows: NDArray[np.int64]) -> Candidates:
        return self._probed(rows, self._cells_of(rows))

    def _group_size(self) -> int:
        return max(_PROBING_AT_ONCE, len(self._space) // _MOST_GROUPS)

    def _cells_of(self, rows: NDArray[np.int64]) -> Probes:
        count = probe_count(self.layout.effort.reach, self._by_cell, self.layout.centroids)
        return self._quantizer.probes(self._space.vectors, rows, count, self._pool)

    def _probed(self, rows: NDArray[np.int64], probes: Probes) -> Candidates:
        width = max(1, min(self._depth, len(self.targets)))
        reach = self.layout.effort.reach
        return probed_nearest(self._space.vectors, width, rows, probes, self._by_cell, reach, self._pool)

    def searched(self, cells: Sequence[int], memo: Memo | None = None) -> Iterator[tuple[Comparison, Candidates]]:
        parts = [(cell, part, rows) for cell in cells for part, rows in enumerate(parts_of(self._asking.of(cell)))]
        if not parts:
            return
        asking = np.concatenate([rows for _, _, rows in parts])
        probes = self._cells_of(asking)
        ends = np.cumsum([len(rows) for _, _, rows in parts])
        nothing = np.empty(0, dtype=np.int64)
        # A result is named by what it was compared with; without a memo no name is needed.
        tasks = [
            Comparison(cell, part, rows, nothing if memo is None else together(own, self._by_cell))
            for (cell, part, rows), own in zip(parts, np.split(probes.cells, ends[:-1]), strict=True)
        ]
        known = _known(tasks, memo)
        new = [task for task, one in zip(tasks, known, strict=True) if one is None]
        is_new = np.repeat(np.array([one is None for one in known]), [len(task.queries) for task in tasks])
        found = self._probed(asking[is_new], probes.take(is_new))
        bounds = [0, *np.cumsum([len(task.queries) for task in new], dtype=np.int64).tolist()]
        made = [Candidates(found.indices[start:end], found.scores[start:end]) for start, end in pairwise(bounds)]
        yield from _completed(tasks, known, new, made, memo)


def _known(tasks: Sequence[Comparison], memo: Memo | None) -> list[Candidates | None]:
    return [None] * len(tasks) if memo is None else memo.recall(tasks)


def _completed(
    tasks: Sequence[Comparison],
    known: Sequence[Candidates | None],
    new: Sequence[Comparison],
    made: Sequence[Candidates],
    memo: Memo | None,
) -> Iterator[tuple[Comparison, Candidates]]:
    """Every task with what was known of it or was made now."""
    if memo is not None and new:
        memo.keep(new, made)
    fresh = iter(made)
    for task, found in zip(tasks, known, strict=True):
        yield task, next(fresh) if found is None else found
