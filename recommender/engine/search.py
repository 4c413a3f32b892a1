"""The search of a large site in stages: cells, joins, and effort until the audit finds enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.digest import digest
from recommender.engine.arrays import SUFFIX
from recommender.engine.cells import (
    ASSIGN,
    AUDIT,
    CENTROIDS,
    JOIN_CELLS,
    MERGE,
    POSTINGS,
    TRY_CELLS,
    CellFiles,
    assign_rows,
    choose_cells,
    join_cells,
    list_words,
    merge_rows,
    search_exactly,
)
from recommender.engine.join import scores_of
from recommender.engine.space import SpaceFiles
from recommender.engine.tables import array, read_table
from recommender.engine.task import Task
from recommender.engine.who import load_roles
from recommender.engine.workdir import Workdir
from recommender.neighbours.approximate import AUDIT_DEPTH, AUDITED, TRIED
from recommender.neighbours.audit import Audit, recall
from recommender.neighbours.cells import cell_count, members, sample_rows
from recommender.neighbours.join import first_effort

_MOST_QUERIES_PER_TASK = 16_384
_LEAST_QUERIES_PER_TASK = 512
_TASKS = 64
_AUDITED_PER_TASK = 64

Made = Callable[[str, Sequence[Task]], list[Path]]
"""Makes the outputs of tasks, under the name that a person is told."""


@dataclass(frozen=True, slots=True)
class Found:
    """Files with the neighbours of all rows, by blocks, and how many were missed."""

    paths: list[Path]
    audit: Audit


class CellSearch:
    """Finds nearly all of the nearest neighbours of a site.

    Parameters
    ----------
    space : SpaceFiles
    who : tuple of Path
    blocks : sequence of (int, int)
        Ranges of rows for what is done by rows.
    queries_per_task : int or None
    workdir : Workdir
    made : callable
    version : bytes
        Part of all names.
    """

    def __init__(
        self,
        space: SpaceFiles,
        who: tuple[Path, ...],
        blocks: Sequence[tuple[int, int]],
        queries_per_task: int | None,
        workdir: Workdir,
        made: Made,
        version: bytes,
    ) -> None:
        self._space = space
        self._who = who
        self._blocks = blocks
        self._queries_per_task = queries_per_task
        self._workdir = workdir
        self._made = made
        self._version = version
        held = space.load()
        allowed = load_roles(who).targets
        self._n_targets = int(held.known[allowed].sum())
        self._askers = np.flatnonzero(held.known)
        self._effort = first_effort(held)

    def run(self, depth: int, least_recall: float) -> Found:
        """Search with the least effort that finds enough, as `recommender.neighbours.approximate.nearly_nearest` does.

        Parameters
        ----------
        depth : int
        least_recall : float
            0 to 1.
        """
        hashes = self._space.hashes()
        audited = self._askers[sample_rows(hashes[self._askers], AUDITED, len(self._askers))]
        exact = self._exact_scores(audited, min(depth, AUDIT_DEPTH))
        tried = audited[np.sort(np.argsort(hashes[audited], kind="stable")[:TRIED])]
        known = exact[np.searchsorted(audited, tried)]
        while not self._is_exact and recall(self._tried(tried, depth), known, AUDIT_DEPTH).recall_ratio < least_recall:
            self._effort = self._effort.raised()
        while True:
            paths = self._all(depth)
            audit = recall(scores_of(paths, audited), exact, AUDIT_DEPTH)
            if audit.recall_ratio >= least_recall or self._is_exact:
                return Found(paths, audit)
            self._effort = self._effort.raised()

    @property
    def _is_exact(self) -> bool:
        """Whether everything is compared with everything."""
        return len(read_table(self._centroids)) > 0 and self._effort.reach >= self._n_targets

    @cached_property
    def _centroids(self) -> Path:
        path = self._workdir.path(CENTROIDS, 0, self._version, self._space.folder)
        return self._made("choose cells", [Task(CENTROIDS, 0, path, choose_cells, (self._space,))])[0]

    @cached_property
    def _assigned(self) -> tuple[Path, ...]:
        tasks = []
        for part, (first, last) in enumerate(self._blocks):
            recipe = digest(self._version, repr((first, last)).encode())
            path = self._workdir.path(ASSIGN, part, recipe, self._space.folder, self._centroids)
            tasks.append(Task(ASSIGN, part, path, assign_rows, (self._space, self._centroids, first, last)))
        return tuple(self._made("assign to cells", tasks))

    @cached_property
    def _groups(self) -> list[tuple[int, int]]:
        """Ranges of cells in which about as many ask."""
        asks = np.concatenate([array(read_table(path, ["asks"]), "asks") for path in self._assigned])
        sizes = members(asks, cell_count(len(asks)), self._askers).sizes
        fitting = max(_LEAST_QUERIES_PER_TASK, min(len(asks) // _TASKS, _MOST_QUERIES_PER_TASK))
        number = np.cumsum(sizes) // (self._queries_per_task or fitting)
        edges = [0, *(np.flatnonzero(np.diff(number)) + 1).tolist(), len(sizes)]
        return list(pairwise(edges))

    def _files(self) -> CellFiles:
        postings = None
        if self._space.load().words is not None:
            recipe = digest(self._version, str(self._effort.postings).encode())
            path = self._workdir.path(POSTINGS, 0, recipe, self._space.folder, self._who, suffix=SUFFIX)
            arguments = (self._space, self._who, self._effort.postings)
            postings = self._made("list words", [Task(POSTINGS, 0, path, list_words, arguments)])[0]
        return CellFiles(self._space, self._who, self._assigned, self._centroids, postings, self._effort)

    def _recipe(self, *parts: object) -> bytes:
        return digest(self._version, repr((self._effort, *parts)).encode())

    def _all(self, depth: int) -> list[Path]:
        files = self._files()
        inputs = (files.space.folder, files.who, files.assigned)
        tasks = []
        for part, group in enumerate(self._groups):
            path = self._workdir.path(JOIN_CELLS, part, self._recipe(depth, group), *inputs)
            tasks.append(Task(JOIN_CELLS, part, path, join_cells, (files, group, depth)))
        joined = tuple(self._made("search neighbours", tasks))
        tasks = []
        for part, (first, last) in enumerate(self._blocks):
            path = self._workdir.path(MERGE, part, self._recipe(first, last), joined)
            tasks.append(Task(MERGE, part, path, merge_rows, (joined, first, last)))
        return self._made("merge neighbours", tasks)

    def _tried(self, rows: NDArray[np.int64], depth: int) -> NDArray[np.float64]:
        """What `_all` finds for some rows: their scores."""
        files = self._files()
        inputs = (files.space.folder, files.who, files.assigned)
        tasks = []
        for part, some in enumerate(_parts(rows)):
            path = self._workdir.path(TRY_CELLS, part, self._recipe(depth, some), *inputs)
            tasks.append(Task(TRY_CELLS, part, path, join_cells, (files, (0, 0), depth, some)))
        return scores_of(self._made("try an effort", tasks), rows)

    def _exact_scores(self, rows: NDArray[np.int64], depth: int) -> NDArray[np.float64]:
        tasks = []
        for part, some in enumerate(_parts(rows)):
            recipe = digest(self._version, repr((depth, some)).encode())
            path = self._workdir.path(AUDIT, part, recipe, self._space.folder, self._who)
            tasks.append(Task(AUDIT, part, path, search_exactly, (self._space, self._who, some, depth)))
        return scores_of(self._made("search a sample exactly", tasks), rows)


def _parts(rows: NDArray[np.int64]) -> list[tuple[int, ...]]:
    return [tuple(rows[at : at + _AUDITED_PER_TASK].tolist()) for at in range(0, len(rows), _AUDITED_PER_TASK)]
