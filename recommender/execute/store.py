"""Where the columns of parts are kept: in this process, in the cache of earlier runs, or in a folder of files."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from recommender import scratch
from recommender.digest import digest
from recommender.execute.arrays import ARRAYS, open_arrays, write_arrays
from recommender.execute.tables import TABLE, TableColumns, write_columns
from recommender.stages.cache import Cache, NoCache
from recommender.stages.stage import Columns, Part

_SPACE = b"parts 1"
# SQLite keeps nothing that is larger than a gigabyte.
_PIECE_BYTES = 128 * 2**20
_NAME_BYTES = 16
_OPENED = 512


class _Column(msgspec.Struct, array_like=True, frozen=True):
    name: str
    kind: str
    shape: tuple[int, ...]
    pieces: int


class MemoryStore:
    """Columns in this process, and in a cache for the next run.

    Parameters
    ----------
    cache : Cache
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._held: dict[tuple[str, int, bytes], tuple[bytes, Columns]] = {}

    @property
    def cache(self) -> Cache:
        return self._cache

    def has(self, part: Part) -> bool:
        return self.read(part) is not None

    def read(self, part: Part) -> Columns | None:
        return self._found(part, part.name)

    def last(self, part: Part) -> Columns | None:
        return self._found(part, None)

    def write(self, part: Part, columns: Columns) -> None:
        self.hold(part, columns)
        own = _slot(part)
        header = []
        for name, values in columns.items():
            raw = np.ascontiguousarray(values).reshape(-1).view(np.uint8)
            starts = range(0, len(raw), _PIECE_BYTES)
            header.append(_Column(name, values.dtype.str, values.shape, len(starts)))
            for piece, start in enumerate(starts):
                blob = part.name + raw[start : start + _PIECE_BYTES].tobytes()
                self._cache.put(_SPACE, {_piece(own, name, piece): blob})
        self._cache.put(_SPACE, {own: part.name + msgspec.msgpack.encode(header)})

    def hold(self, part: Part, columns: Columns) -> None:
        self._held[part.stage, part.number, part.slot] = part.name, columns

    def _found(self, part: Part, wanted: bytes | None) -> Columns | None:
        """What is in the slot of a part, if it has the name that is wanted."""
        place, own = (part.stage, part.number, part.slot), _slot(part)
        if place not in self._held:
            blob = self._cache.get(_SPACE, [own]).get(own)
            if blob is None or wanted not in (None, blob[:_NAME_BYTES]):
                return None
            columns = self._kept(own, blob)
            if columns is None:
                return None
            self._held[place] = blob[:_NAME_BYTES], columns
        name, columns = self._held[place]
        return columns if wanted in (None, name) else None

    def _kept(self, own: bytes, blob: bytes) -> Columns | None:
        """The columns of a slot by its header, None where some are lost or of another run."""
        name, columns = blob[:_NAME_BYTES], {}
        try:
            header = msgspec.msgpack.decode(blob[_NAME_BYTES:], type=list[_Column])
        except msgspec.DecodeError:
            return None
        for column in header:
            values = self._column(own, name, column)
            if values is None:
                return None
            columns[column.name] = values
        return columns

    def _column(self, own: bytes, name: bytes, column: _Column) -> NDArray[Any] | None:
        """A column of a kept part, None where some of it is lost or of another run."""
        kind = np.dtype(column.kind)
        size = int(np.prod(column.shape)) * kind.itemsize
        whole = scratch.empty((size,), np.uint8) if column.pieces > 1 else None
        for piece in range(column.pieces):
            key = _piece(own, column.name, piece)
            blob = self._cache.get(_SPACE, [key]).get(key)
            start = piece * _PIECE_BYTES
            if blob is None or not blob.startswith(name) or len(blob) - _NAME_BYTES != min(_PIECE_BYTES, size - start):
                return None
            if whole is None:
                return np.frombuffer(blob, dtype=kind, offset=_NAME_BYTES).reshape(column.shape)
            whole[start : start + _PIECE_BYTES] = np.frombuffer(blob, dtype=np.uint8, offset=_NAME_BYTES)
        return np.empty(column.shape, kind) if whole is None else whole.view(kind).reshape(column.shape)


class FolderStore:
    """Columns in files, which all processes of a machine map and all machines of a cluster see.

    A file is named by what it was made from: where it is there, it is right.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.used: set[Path] = set()

    @property
    def cache(self) -> Cache:
        return NoCache()

    def path(self, part: Part) -> Path:
        """The path of a part."""
        suffix = TABLE if part.is_table else ARRAYS
        slot = digest(part.slot, part.number.to_bytes(8, "little")).hex()[:16]
        return self.folder / part.stage / f"{part.number:06d}-{slot}-{part.name.hex()}{suffix}"

    def has(self, part: Part) -> bool:
        path = self.path(part)
        self.used.add(path)
        return path.exists()

    def read(self, part: Part) -> Columns | None:
        return _opened(self.path(part)) if self.has(part) else None

    def last(self, part: Part) -> Columns | None:
        path = self.path(part)
        pattern = path.name.replace(part.name.hex(), "*")
        found = sorted(path.parent.glob(pattern), key=lambda one: one.stat().st_mtime_ns)
        return _opened(found[-1]) if found else None

    def write(self, part: Part, columns: Columns) -> None:
        path = self.path(part)
        self.used.add(path)
        if part.is_table:
            write_columns(columns, path)
        else:
            write_arrays(columns, path)

    def hold(self, part: Part, columns: Columns) -> None:
        self.write(part, columns)

    def __reduce__(self) -> tuple[type[FolderStore], tuple[Path]]:
        return FolderStore, (self.folder,)


@lru_cache(maxsize=_OPENED)
def _opened(path: Path) -> Columns:
    """The columns of a file; the same object for every caller in this process."""
    return TableColumns(path) if path.suffix == TABLE else open_arrays(path)


def _slot(part: Part) -> bytes:
    return digest(part.stage.encode(), part.number.to_bytes(8, "little"), part.slot)


def _piece(own: bytes, column: str, piece: int) -> bytes:
    return digest(own, column.encode(), piece.to_bytes(8, "little"))
