"""All nearest neighbours of a large site: nearly all of them, in time that grows little faster than the site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recommender import scratch
from recommender.neighbours.audit import Audit, exact_by_parts, recall
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.cells import (
    Members,
    assign,
    cell_count,
    choose_centroids,
    members,
    sample_rows,
    sample_size,
)
from recommender.neighbours.join import Effort, Task, first_effort, join, tasks_of
from recommender.neighbours.postings import posting_lists
from recommender.neighbours.space import Rows, Space
from recommender.processes import cpu_count
from recommender.progress import Advance

# Up to here an exact search is chosen: it takes less than three times as long, and is exact. docs/scale.md has the
# figures.
EXACT_UP_TO = 50_000

AUDITED = 1_000
AUDIT_DEPTH = 10
# Articles that the effort is chosen by, before all are searched.
TRIED = 250
_QUERIES_AT_ONCE = 16_384
# Centroids serve until the site has grown or shrunk by this factor.
_GROWTH = 1.5


@dataclass(frozen=True, slots=True)
class Layout:
    """What stays from run to run, so that an article more or less changes its own neighbourhood alone.

    Attributes
    ----------
    centroids : float32 array of shape (n_cells, dim)
    n_cells : int
    n : int
        Articles of the site for which the centroids were chosen.
    effort : Effort
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

    def recall(self, tasks: Sequence[Task]) -> list[Candidates | None]:
        """What is known of each task, None where its articles are not what they were."""

    def keep(self, tasks: Sequence[Task], found: Sequence[Candidates]) -> None: ...


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates of all articles, how they were found, and how many were missed."""

    candidates: Candidates
    layout: Layout
    audit: Audit


def lay_out(space: Space, hashes: NDArray[np.uint64]) -> Layout:
    """Choose cells for a site, from a sample of its articles.

    Parameters
    ----------
    space : Space
    hashes : uint64 array of shape (n,)
        See `cells.key_hashes`.
    """
    n = len(space)
    n_cells = cell_count(n)
    sample = sample_rows(hashes, sample_size(n_cells), n)
    return Layout(choose_centroids(space.vectors[sample], n_cells), n_cells, n, first_effort(space))


def nearly_nearest(
    space: Space,
    depth: int,
    hashes: NDArray[np.uint64],
    *,
    targets: Rows,
    least_recall: float,
    layout: Layout | None = None,
    memo: Memo | None = None,
    threads: int | None = None,
    advance: Advance | None = None,
) -> Found:
    """The `depth` best targets of every article, nearly all of them.

    The effort is raised until the audit finds at least `least_recall` of the ten nearest of about a thousand articles,
    chosen by their keys; with enough effort the search is exact.

    Parameters
    ----------
    space : Space
    depth : int
    hashes : uint64 array of shape (n,)
        See `cells.key_hashes`.
    targets : integer array
        Rows that may be proposed.
    least_recall : float
        0 to 1.
    layout : Layout, optional
        Of an earlier run; a new one if None.
    memo : Memo, optional
    threads : int, optional
    advance : Advance, optional
        Told of every article that is done.

    Returns
    -------
    Found
        Candidates of shape (n, min(depth, number of targets)), at least one column wide. Scores are exact.
    """
    layout = layout or lay_out(space, hashes)
    threads = threads or cpu_count()
    with _one_thread_each(), ThreadPoolExecutor(threads) as pool:
        search = _Search(space, depth, hashes, targets, layout, pool, threads)
        audited = search.askers[sample_rows(hashes[search.askers], AUDITED, len(search.askers))]
        exact = exact_by_parts(space, audited, search.targets, min(depth, AUDIT_DEPTH), pool)
        tried = audited[np.sort(np.argsort(hashes[audited], kind="stable")[:TRIED])]
        known = exact.scores[np.searchsorted(audited, tried)]
        while not search.is_exact and recall(search.of(tried).scores, known, AUDIT_DEPTH).recall_ratio < least_recall:
            search.raise_effort()
        while True:
            candidates = search.all(memo, advance)
            audit = recall(candidates.scores[audited], exact.scores, AUDIT_DEPTH)
            if audit.recall_ratio >= least_recall or search.is_exact:
                return Found(candidates, search.layout, audit)
            search.raise_effort()


class _Search:
    """A search by one layout, whose effort can be raised."""

    def __init__(
        self,
        space: Space,
        depth: int,
        hashes: NDArray[np.uint64],
        targets: Rows,
        layout: Layout,
        pool: Executor,
        threads: int,
    ) -> None:
        allowed = np.unique(np.asarray(targets, dtype=np.int64))
        self._space = space
        self._depth = depth
        self._pool = pool
        self._threads = threads
        self.targets: NDArray[np.int64] = allowed[space.known[allowed]]
        self.askers: NDArray[np.int64] = np.flatnonzero(space.known)
        self.layout = layout
        cells = assign(space.vectors, layout.centroids, threads=threads)
        self._by_cell = members(cells, layout.n_cells, self.targets)
        # Who has no vector is found by words alone, and asks in one cell or another.
        cells = np.where(cells < 0, (hashes % np.uint64(layout.n_cells)).astype(np.int32), cells)
        self._asking = members(cells, layout.n_cells, self.askers)
        self._cells = cells
        self._list_words()

    @property
    def is_exact(self) -> bool:
        """Whether everything is compared with everything."""
        return bool(len(self.layout.centroids)) and self.layout.effort.reach >= len(self.targets)

    def raise_effort(self) -> None:
        self.layout = replace(self.layout, effort=self.layout.effort.raised())
        self._list_words()

    def _list_words(self) -> None:
        words = self._space.words
        self._postings = None if words is None else posting_lists(words, self.layout.effort.postings, self.targets)

    def all(self, memo: Memo | None, advance: Advance | None) -> Candidates:
        """The candidates of all articles."""
        width = max(1, min(self._depth, len(self.targets)))
        indices = scratch.empty((len(self._space), width), np.int32)
        scores = scratch.empty((len(self._space), width), np.float64)
        indices[:], scores[:] = -1, -np.inf
        for cells in self._groups():
            tasks = list(self._tasks(cells, self._asking))
            for task, found in zip(tasks, self._joined(tasks, memo), strict=True):
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
        whole = self._tasks(np.unique(self._cells[rows]).tolist(), self._asking)
        tasks = [replace(task, queries=np.intersect1d(task.queries, rows)) for task in whole]
        for task, found in zip(tasks, join(self._space, tasks, self._depth, self._pool), strict=True):
            places = np.searchsorted(rows, task.queries)
            indices[places, : found.depth], scores[places, : found.depth] = found.indices, found.scores
        return Candidates(indices, scores)

    def _groups(self) -> Iterator[list[int]]:
        """Cells, some at a time, so that what words find is never held for all articles."""
        number = np.cumsum(self._asking.sizes) // _QUERIES_AT_ONCE
        for cells in np.split(np.arange(len(number)), np.flatnonzero(np.diff(number)) + 1):
            yield cells.tolist()

    def _tasks(self, cells: Sequence[int], asking: Members) -> Iterator[Task]:
        return tasks_of(
            cells,
            asking,
            self._by_cell,
            self.layout.centroids,
            self.layout.effort,
            words=self._space.words,
            postings=self._postings,
            listed=self.targets,
            threads=self._threads,
        )

    def _joined(self, tasks: Sequence[Task], memo: Memo | None) -> Iterator[Candidates]:
        known: list[Candidates | None] = [None] * len(tasks) if memo is None else memo.recall(tasks)
        new = [task for task, found in zip(tasks, known, strict=True) if found is None]
        made = list(join(self._space, new, self._depth, self._pool))
        if memo is not None and new:
            memo.keep(new, made)
        fresh = iter(made)
        for found in known:
            yield next(fresh) if found is None else found


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Matrix products without threads of their own: every task has one."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
