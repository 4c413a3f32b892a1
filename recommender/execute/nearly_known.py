"""Neighbours of a large site, nearly all of them: those of the last run where nothing changed near them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from recommender import scratch
from recommender.digest import digest
from recommender.execute.cache import Cache
from recommender.execute.known import MIN_DEPTH, Prepared
from recommender.execute.remembered import recall, remember
from recommender.neighbours.approximate import Layout, nearly_nearest
from recommender.neighbours.audit import Audit
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.cells import key_hashes
from recommender.neighbours.join import Effort, Task
from recommender.neighbours.order import SCORE_DECIMALS
from recommender.progress import Reporter, stage

_SPACE = b"near cells 1"
_ROWS_AT_ONCE = 16_384
_NAME_BYTES = 16


@dataclass(frozen=True, slots=True)
class NearlyKnown:
    """Neighbours, and how many of the nearest are among them."""

    candidates: Candidates
    audit: Audit


class _State(msgspec.Struct, frozen=True):
    """What a run leaves; its candidates stand beside it, `_ROWS_AT_ONCE` rows an entry."""

    run: bytes
    recall: float
    depth: int
    centroids: bytes
    dim: int
    n_cells: int
    n: int
    effort: Effort
    audit: Audit

    @property
    def layout(self) -> Layout:
        centroids = np.frombuffer(self.centroids, dtype="<f4").reshape(-1, self.dim)
        return Layout(centroids.astype(np.float32), self.n_cells, self.n, self.effort)


def nearly_known_neighbours(
    cache: Cache,
    *,
    place: bytes,
    recipe: bytes,
    contents: Sequence[bytes],
    keys: Callable[[], Iterable[bytes]],
    targets: NDArray[np.int32],
    depth: int,
    least_recall: float,
    prepare: Callable[[], Prepared],
    reporter: Reporter,
) -> NearlyKnown:
    """What a search by the cells of the last run finds; see `recommender.execute.known.known_neighbours`.

    Parameters
    ----------
    cache : Cache
    place, recipe : bytes
    contents : sequence of bytes
    keys : callable
        Gives the articles' keys.
    targets : int32 array
    depth : int
    least_recall : float
        Share of the ten nearest that must be found, 0 to 1.
    prepare : callable
    reporter : Reporter
    """
    full = max(depth, MIN_DEPTH)
    key = digest(place, recipe)
    run = digest(b"".join(map(digest, contents)), targets.tobytes())
    old = recall(cache, _SPACE, key, _State)
    if old is not None and old.run == run and old.depth >= full and old.recall >= least_recall:
        known = _known_rows(cache, key, old, len(contents))
        if known is not None:
            return NearlyKnown(Candidates(known.indices[:, :depth], known.scores[:, :depth]), old.audit)
    prepared = prepare()
    space, memo = prepared.space, _CellMemo(cache, key, prepared.names, full)
    # A name of every article, which nobody asks for again.
    del prepared
    layout = None if old is None or not old.layout.serves(space) else old.layout
    with stage(reporter, "search neighbours", len(contents)) as advance:
        found = nearly_nearest(
            space,
            full,
            key_hashes(keys()),
            targets=targets,
            least_recall=least_recall,
            layout=layout,
            memo=memo,
            advance=advance,
        )
    _keep_rows(cache, key, run, found.candidates)
    used = found.layout
    state = _State(
        run=run,
        recall=found.audit.recall_ratio,
        depth=full,
        centroids=used.centroids.astype("<f4").tobytes(),
        dim=used.centroids.shape[1],
        n_cells=used.n_cells,
        n=used.n,
        effort=used.effort,
        audit=found.audit,
    )
    remember(cache, _SPACE, key, state)
    candidates = found.candidates
    return NearlyKnown(Candidates(candidates.indices[:, :depth], candidates.scores[:, :depth]), found.audit)


def _row_key(key: bytes, start: int) -> bytes:
    return digest(key, b"rows", start.to_bytes(8, "little"))


def _keep_rows(cache: Cache, key: bytes, run: bytes, found: Candidates) -> None:
    for start in range(0, len(found.indices), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        cache.put(_SPACE, {_row_key(key, start): run + _packed(found.indices[part], found.scores[part])})


def _known_rows(cache: Cache, key: bytes, state: _State, n: int) -> Candidates | None:
    """The candidates of an earlier run, None where some are lost."""
    known: Candidates | None = None
    for start in range(0, n, _ROWS_AT_ONCE):
        name = _row_key(key, start)
        blob = cache.get(_SPACE, [name]).get(name)
        if blob is None or not blob.startswith(state.run):
            return None
        part = _unpacked(blob[len(state.run) :], min(_ROWS_AT_ONCE, n - start))
        if known is None:
            shape = (n, part.depth)
            known = Candidates(scratch.empty(shape, np.int32), scratch.empty(shape, np.float64))
        known.indices[start : start + _ROWS_AT_ONCE] = part.indices
        known.scores[start : start + _ROWS_AT_ONCE] = part.scores
    return known


class _CellMemo:
    """Results of tasks in the cache, one entry for each part of a cell; targets by their place in the task, so that
    they hold wherever their rows are.
    """

    def __init__(self, cache: Cache, key: bytes, names: Sequence[bytes], depth: int) -> None:
        self._cache = cache
        self._key = key
        joined = b"".join(map(digest, names))
        self._names = np.frombuffer(joined, dtype=f"V{_NAME_BYTES}")
        self._depth = depth

    def recall(self, tasks: Sequence[Task]) -> list[Candidates | None]:
        keys = [self._entry(task) for task in tasks]
        blobs = self._cache.get(_SPACE, keys)
        found: list[Candidates | None] = []
        for task, key in zip(tasks, keys, strict=True):
            blob = blobs.get(key)
            if blob is None or not blob.startswith(self._content(task)):
                found.append(None)
                continue
            kept = _unpacked(blob[_NAME_BYTES:], len(task.queries))
            rows = np.where(kept.indices >= 0, task.targets[np.maximum(kept.indices, 0)], -1)
            found.append(Candidates(rows.astype(np.int32), kept.scores))
        return found

    def keep(self, tasks: Sequence[Task], found: Sequence[Candidates]) -> None:
        entries = {}
        for task, made in zip(tasks, found, strict=True):
            places = np.where(made.indices >= 0, np.searchsorted(task.targets, made.indices), -1)
            entries[self._entry(task)] = self._content(task) + _packed(places, made.scores)
        self._cache.put(_SPACE, entries)

    def _entry(self, task: Task) -> bytes:
        return digest(self._key, b"cell", task.cell.to_bytes(8, "little"), task.part.to_bytes(8, "little"))

    def _content(self, task: Task) -> bytes:
        queries, targets = self._names[task.queries].tobytes(), self._names[task.targets].tobytes()
        return digest(queries, targets, self._depth.to_bytes(8, "little"))


def _packed(indices: NDArray[np.integer], scores: NDArray[np.float64]) -> bytes:
    """Rounded scores are whole numbers of their last decimal."""
    whole = np.rint(np.where(np.isfinite(scores), scores, 0) * 10**SCORE_DECIMALS)
    packed: bytes = indices.astype("<i4").tobytes() + whole.astype("<i4").tobytes()
    return packed


def _unpacked(blob: bytes, n: int) -> Candidates:
    numbers = np.frombuffer(blob, dtype="<i4").reshape(2, n, -1)
    scores = np.where(numbers[0] >= 0, numbers[1] / 10**SCORE_DECIMALS, -np.inf)
    return Candidates(numbers[0].astype(np.int32), scores)
