"""What a search by cells leaves for the next run: its cells, what it found near each, and how much it missed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.digest import digest
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.join import Comparison, Effort
from recommender.neighbours.search import Layout
from recommender.stages.cache import Cache
from recommender.stages.neighbours import packed, unpacked
from recommender.stages.stage import Columns

_SPACE = b"near cells 2"
_NAME_BYTES = 16


class CellMemo:
    """Results of comparisons in the cache, one entry for each part of a cell; targets by their place in the comparison,
    so that they hold wherever their rows are.

    Parameters
    ----------
    key : bytes
        Names the site and how its articles are compared.
    names : sequence of bytes
        By row, 16 bytes that name all that its scores depend on.
    """

    def __init__(self, cache: Cache, key: bytes, names: Sequence[bytes], depth: int) -> None:
        self._cache = cache
        self._key = key
        self._names = np.frombuffer(b"".join(names), dtype=f"V{_NAME_BYTES}")
        self._depth = depth

    def recall(self, tasks: Sequence[Comparison]) -> list[Candidates | None]:
        keys = [self._entry(task) for task in tasks]
        blobs = self._cache.get(_SPACE, keys)
        found: list[Candidates | None] = []
        for task, key in zip(tasks, keys, strict=True):
            blob = blobs.get(key)
            if blob is None or not blob.startswith(self._content(task)):
                found.append(None)
                continue
            numbers = np.frombuffer(blob, dtype="<i4", offset=_NAME_BYTES).reshape(2, len(task.queries), -1)
            kept = unpacked({"neighbours": numbers[0], "scores": numbers[1]})
            rows = np.where(kept.indices >= 0, task.targets[np.maximum(kept.indices, 0)], -1)
            found.append(Candidates(rows.astype(np.int32), kept.scores))
        return found

    def keep(self, tasks: Sequence[Comparison], found: Sequence[Candidates]) -> None:
        entries = {}
        for task, made in zip(tasks, found, strict=True):
            places = np.where(made.indices >= 0, np.searchsorted(task.targets, made.indices), -1)
            columns = packed(Candidates(places.astype(np.int32), made.scores))
            held = columns["neighbours"].astype("<i4").tobytes() + columns["scores"].astype("<i4").tobytes()
            entries[self._entry(task)] = self._content(task) + held
        self._cache.put(_SPACE, entries)

    def _entry(self, task: Comparison) -> bytes:
        return digest(self._key, b"cell", task.cell.to_bytes(8, "little"), task.part.to_bytes(8, "little"))

    def _content(self, task: Comparison) -> bytes:
        queries, targets = self._names[task.queries].tobytes(), self._names[task.targets].tobytes()
        return digest(queries, targets, self._depth.to_bytes(8, "little"))


def layout_columns(layout: Layout) -> dict[str, NDArray[Any]]:
    """Cells and effort as columns."""
    effort = layout.effort
    numbers = (layout.n_cells, layout.n, effort.reach, effort.terms, effort.postings, effort.found)
    return {"centroids": layout.centroids, "layout": np.array(numbers, np.int64)}


def layout_of(columns: Columns | None) -> Layout | None:
    """What `layout_columns` kept, None where there is nothing."""
    if columns is None or "layout" not in columns:
        return None
    n_cells, n, *effort = columns["layout"].tolist()
    return Layout(columns["centroids"], n_cells, n, Effort(*effort))
