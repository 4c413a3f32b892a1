"""The search of a large site shared out: cells, joins, and effort until the audit finds enough.

The results are those of `recommender.neighbours.approximate.nearly_nearest` in one process, to the byte.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.approximate import AUDIT_DEPTH, found_enough, lay_out, one_thread_each
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.cells import cell_count, members
from recommender.neighbours.join import Effort
from recommender.neighbours.postings import posting_lists
from recommender.neighbours.quantizer import assign
from recommender.neighbours.recall import Audit
from recommender.neighbours.search import CellSearch, Layout, cell_search
from recommender.neighbours.space import Space
from recommender.stages.neighbours import packed, unpacked
from recommender.stages.space import texts_of
from recommender.stages.stage import Call, Columns, Executor, Part, Ragged, Stage, part_of

_MOST_QUERIES_PER_TASK = 16_384
_LEAST_QUERIES_PER_TASK = 512
_TASKS = 64
_AUDITED_PER_TASK = 64


@dataclass(frozen=True, slots=True)
class Compared:
    """By what articles are compared; see `recommender.stages.space.Texts.space`."""

    view: str | None
    share: float

    def space(self, columns: Columns) -> Space:
        return texts_of(columns).space(self.view, self.share)


def choose_cells(space: Columns, roles: Columns, by: Compared) -> Columns:
    """``centroids`` of the cells, from a sample chosen by the hash of the keys."""
    return {"centroids": lay_out(by.space(space), roles["hashes"]).centroids}


def assign_rows(space: Columns, cells: Columns, by: Compared, first: int, last: int) -> Columns:
    """``cell`` of the rows from `first` to before `last`, -1 where they have no vector."""
    return {"cell": assign(by.space(space).vectors[first:last], cells["centroids"], threads=1)}


def list_words(space: Columns, roles: Columns, by: Compared, limit: int) -> Columns:
    """``places`` and ``weights`` of at most `limit` articles a term; see `posting_lists`."""
    compared = by.space(space)
    if compared.words is None:
        raise ValueError("a space without words has no posting lists")
    lists = posting_lists(compared.words, limit, _found(compared, roles))
    return {"places": Ragged(lists.indices, lists.indptr), "weights": lists.data, "targets": np.array([lists.shape[1]])}


def join_cells(
    space: Columns,
    cells: Columns,
    assigned: Columns,
    postings: Columns | None,
    roles: Columns,
    by: Compared,
    effort: Effort,
    depth: int,
    asked: tuple[int, int] | NDArray[np.int64],
) -> Columns:
    """The `depth` best of the queries in the cells from one to before another, or of some rows, ascending, on one
    processor: ``row``, ascending, and the columns of `packed`.
    """
    with one_thread_each():
        search = _search((space, cells, assigned, postings, roles), by, effort, depth)
        if not isinstance(asked, tuple):
            return {"row": asked.astype(np.int32), **packed(search.of(asked))}
        found = list(search.searched(range(*asked)))
    rows = np.concatenate([np.empty(0, np.int64), *(task.queries for task, _ in found)])
    whole = _empty(len(rows), max(1, min(depth, len(search.targets))))
    line = 0
    for _, part in found:
        lines = slice(line, line + len(part.indices))
        whole.indices[lines, : part.depth], whole.scores[lines, : part.depth] = part.indices, part.scores
        line += len(part.indices)
    order = np.argsort(rows)
    return {"row": rows[order].astype(np.int32), **packed(Candidates(whole.indices[order], whole.scores[order]))}


def search_exactly(space: Columns, roles: Columns, by: Compared, rows: NDArray[np.int64], depth: int) -> Columns:
    """The `depth` nearest of some rows, ascending, by exact search on one processor; columns as of `join_cells`."""
    from recommender.neighbours.audit import exact_by_parts

    compared = by.space(space)
    with one_thread_each(), ThreadPoolExecutor(1) as pool:
        found = exact_by_parts(compared, rows, _found(compared, roles), depth, pool)
    return {"row": rows.astype(np.int32), **packed(found)}


CENTROIDS = Stage("centroids", 1, choose_cells, "choose cells")
ASSIGN = Stage("assign", 1, assign_rows, "assign to cells")
POSTINGS = Stage("postings", 1, list_words, "list words")
JOIN = Stage("join-cells", 1, join_cells, "search neighbours")
TRY = Stage("try-cells", 1, join_cells, "try an effort")
AUDIT = Stage("audit", 1, search_exactly, "search a sample exactly")


class SharedSearch:
    """Finds nearly all of the nearest neighbours of a site in calls that each see some of it.

    Parameters
    ----------
    space, roles : Part
        ``targets``, rows that may be found, ascending, and ``hashes`` of all keys; see
        `recommender.neighbours.cells.key_hashes`.
    hashes, targets
        What the parts hold.
    effort : Effort
        Where to begin.
    made : callable
        The columns of the parts of a stage, made where they are not there.
    name : bytes
        Names all that the search depends on but the effort.
    """

    def __init__(
        self,
        space: Part,
        roles: Part,
        held: Space,
        hashes: NDArray[np.uint64],
        targets: NDArray[np.int32],
        by: Compared,
        depth: int,
        effort: Effort,
        executor: Executor,
        made: Callable[[Stage, Sequence[Call]], list[Columns]],
        name: bytes,
    ) -> None:
        self._space = space
        self._roles = roles
        self._hashes = hashes
        self._by = by
        self._depth = depth
        self._effort = effort
        self._made = made
        self._name = name
        self._n = len(held)
        self._has_words = held.words is not None
        self.askers: NDArray[np.int64] = np.flatnonzero(held.known)
        self._n_targets = int(held.known[targets].sum())
        self._cells = Call(part_of(CENTROIDS, name), (space, roles, by))
        self._centroids = made(CENTROIDS, [self._cells])[0]["centroids"]
        calls = [
            Call(part_of(ASSIGN, name, repr(bounds).encode(), number=number), (space, self._cells.part, by, *bounds))
            for number, bounds in enumerate(executor.ranges(self._n, self._n))
        ]
        self._assigned = tuple(call.part for call in calls)
        cells = np.concatenate([one["cell"] for one in made(ASSIGN, calls)])
        asks = np.where(cells < 0, (hashes % np.uint64(cell_count(self._n))).astype(np.int32), cells)
        sizes = members(asks, cell_count(self._n), self.askers).sizes
        fitting = max(_LEAST_QUERIES_PER_TASK, min(self._n // _TASKS, _MOST_QUERIES_PER_TASK))
        number_of = np.cumsum(sizes) // fitting
        edges = [0, *(np.flatnonzero(np.diff(number_of)) + 1).tolist(), len(sizes)]
        self._groups = list(pairwise(edges))

    def run(self, least_recall: float) -> tuple[Candidates, Audit]:
        """Search with the least effort that finds enough."""
        return found_enough(self, self.askers, self._hashes, least_recall)

    @property
    def is_exact(self) -> bool:
        by_vectors = len(self._centroids) > 0 and self._effort.reach >= self._n_targets
        return by_vectors or (self._has_words and self._effort.found >= self._n_targets)

    def raise_effort(self) -> None:
        self._effort = self._effort.raised()

    def exact(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        depth = min(self._depth, AUDIT_DEPTH)
        calls = [
            Call(self._part(AUDIT, number, some), (self._space, self._roles, self._by, some, depth))
            for number, some in enumerate(_parts(rows))
        ]
        return _scores(self._made(AUDIT, calls))

    def of(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return _scores(self._joined(TRY, _parts(rows)))

    def all(self) -> Candidates:
        found = self._joined(JOIN, self._groups)
        whole = _empty(self._n, max(1, min(self._depth, self._n_targets)))
        for columns in found:
            part = unpacked(columns)
            whole.indices[columns["row"], : part.depth] = part.indices
            whole.scores[columns["row"], : part.depth] = part.scores
        return whole

    def scores_in(self, found: Candidates, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return found.scores[rows]

    def _joined(self, stage: Stage, asked: Sequence[Any]) -> list[Columns]:
        postings = None
        if self._has_words:
            limit = self._effort.postings
            call = Call(part_of(POSTINGS, self._name, str(limit).encode()), (self._space, self._roles, self._by, limit))
            self._made(POSTINGS, [call])
            postings = call.part
        held = (
            self._space,
            self._cells.part,
            self._assigned,
            postings,
            self._roles,
            self._by,
            self._effort,
            self._depth,
        )
        return self._made(
            stage,
            [Call(self._part(stage, number, some), (*held, some)) for number, some in enumerate(asked)],
        )

    def _part(self, stage: Stage, number: int, asked: tuple[int, int] | NDArray[np.int64]) -> Part:
        rows = np.asarray(asked, dtype=np.int64).tobytes()
        effort = b"" if stage is AUDIT else repr(self._effort).encode()
        return part_of(stage, self._name, effort, rows, number=number)


class _Kept:
    """The search that a process made last; it serves its next call as well."""

    key: tuple[Any, ...] = ()
    held: tuple[Any, ...] = ()
    search: CellSearch | None = None


def _search(held: tuple[Any, ...], by: Compared, effort: Effort, depth: int) -> CellSearch:
    space, cells, assigned, postings, roles = held
    key = (*map(id, (space, cells, *assigned, postings, roles)), effort, depth, by.view, by.share)
    if _Kept.search is None or key != _Kept.key:
        compared = by.space(space)
        n = len(compared)
        layout = Layout(cells["centroids"], cell_count(n), n, effort)
        of_row = np.concatenate([one["cell"] for one in assigned])
        lists = None if postings is None else _matrix(postings)
        _Kept.search = cell_search(
            compared,
            depth,
            roles["hashes"],
            roles["targets"],
            layout,
            ThreadPoolExecutor(1),
            1,
            cells=of_row,
            postings=lists,
        )
        _Kept.key, _Kept.held = key, held
    return _Kept.search


def _found(space: Space, roles: Columns) -> NDArray[np.int64]:
    """Rows that may be found, ascending."""
    targets: NDArray[np.int64] = roles["targets"].astype(np.int64)
    return targets[space.known[targets]]


def _matrix(postings: Columns) -> Any:
    from scipy.sparse import csr_matrix

    places, starts = postings["places"]
    return csr_matrix((postings["weights"], places, starts), shape=(len(starts) - 1, int(postings["targets"][0])))


def _parts(rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    return [rows[at : at + _AUDITED_PER_TASK] for at in range(0, len(rows), _AUDITED_PER_TASK)]


def _scores(found: Sequence[Columns]) -> NDArray[np.float64]:
    return np.concatenate([unpacked(columns).scores for columns in found])


def _empty(rows: int, width: int) -> Candidates:
    return Candidates(np.full((rows, width), -1, np.int32), np.full((rows, width), -np.inf))
