"""Columns of parts in files of a cache, mapped: read in the time that it takes to look at them once.

A file is written under another name and takes its place at once, so that no reader sees half of it; checksums tell
damage of any other kind, and what is damaged is as good as absent.
"""

from __future__ import annotations

import contextlib
import os
import time
import uuid
from pathlib import Path
from typing import Any
from zlib import crc32

import msgspec
import numpy as np
from numpy.typing import NDArray

from recommender.stages.stage import Columns, Ragged

FOLDER = "recommender-parts"
_SUFFIX = ".part"
_UNFINISHED = ".unfinished"
_MAGIC = b"recommender part 1\0"
_ALIGNED = 64
_STARTS = ".starts"
# What a killed run left goes after a day.
_OLD_SECONDS = 86_400


class _Column(msgspec.Struct, array_like=True, frozen=True):
    name: str
    kind: str
    shape: tuple[int, ...]
    offset: int
    checksum: int


class _Header(msgspec.Struct, array_like=True, frozen=True):
    name: bytes
    columns: list[_Column]


def write_part(path: Path, name: bytes, columns: Columns) -> bool:
    """Write the columns of a part in the place of what was there; returns whether they are kept."""
    arrays = _flat(columns)
    header = [_Column(key, one.dtype.str, one.shape, 0, crc32(_raw(one))) for key, one in arrays.items()]
    # Offsets are numbers of any length: the header is as long as with the largest.
    room = _aligned(len(_MAGIC) + 8 + len(_encoded(name, header)) + 9 * len(header))
    offset, placed = room, []
    for column, values in zip(header, arrays.values(), strict=True):
        placed.append(msgspec.structs.replace(column, offset=offset))
        offset = _aligned(offset + values.nbytes)
    encoded = _encoded(name, placed)
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex}{_UNFINISHED}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(temporary, "wb") as file:
            file.write(_MAGIC + len(encoded).to_bytes(4, "little") + crc32(encoded).to_bytes(4, "little") + encoded)
            for column, values in zip(placed, arrays.values(), strict=True):
                file.seek(column.offset)
                file.write(_raw(values))
        os.replace(temporary, path)
    except OSError:
        return False
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return True


def read_part(path: Path, wanted: bytes | None) -> tuple[bytes, Columns] | None:
    """The name and the columns of the part in a file; None where it is not the wanted one, or cannot be read."""
    try:
        with open(path, "rb") as file:
            start = file.read(len(_MAGIC) + 8)
            if not start.startswith(_MAGIC) or len(start) < len(_MAGIC) + 8:
                return None
            size = int.from_bytes(start[-8:-4], "little")
            encoded = file.read(size)
        if crc32(encoded) != int.from_bytes(start[-4:], "little"):
            return None
        header = msgspec.msgpack.decode(encoded, type=_Header)
        if wanted not in (None, header.name):
            return None
        # What would be written stays in this process: some libraries take no array that they could not write.
        whole = np.memmap(path, np.uint8, "c")
        arrays = {column.name: _column(whole, column) for column in header.columns}
    except (OSError, ValueError, TypeError, msgspec.DecodeError):
        return None
    return header.name, _ragged(arrays)


def part_files(folder: Path) -> list[Path]:
    """The files of parts in a cache's folder, the oldest first."""
    found = [path for path in (folder / FOLDER).glob("*") if path.name.endswith((_SUFFIX, _UNFINISHED))]
    return sorted(found, key=lambda path: path.stat().st_mtime_ns)


def trim_parts(folder: Path, most_bytes: int) -> None:
    """Remove what killed runs left, and the oldest files of parts until the others take no more than `most_bytes`."""
    sizes = {}
    for path in part_files(folder):
        with contextlib.suppress(OSError):  # another run may have it
            status = path.stat()
            if path.name.endswith(_UNFINISHED) and time.time() - status.st_mtime > _OLD_SECONDS:
                path.unlink()
            else:
                sizes[path] = status.st_size
    total = sum(sizes.values())
    for path, size in sizes.items():
        if total <= most_bytes:
            break
        total -= size
        with contextlib.suppress(OSError):
            path.unlink()


def part_path(folder: Path, slot: bytes) -> Path:
    """Where the part of a slot lies."""
    return folder / FOLDER / f"{slot.hex()}{_SUFFIX}"


def _column(whole: NDArray[np.uint8], column: _Column) -> NDArray[Any]:
    kind = np.dtype(column.kind)
    size = int(np.prod(column.shape)) * kind.itemsize
    raw = whole[column.offset : column.offset + size]
    if kind.hasobject or len(raw) != size or crc32(raw.data) != column.checksum:
        raise ValueError(f"damaged column {column.name}")
    return raw.view(kind).reshape(column.shape)


def _flat(columns: Columns) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    for name, values in columns.items():
        if isinstance(values, Ragged):
            arrays[name], arrays[name + _STARTS] = values
        else:
            arrays[name] = values
    return arrays


def _ragged(arrays: dict[str, NDArray[Any]]) -> Columns:
    found: dict[str, Any] = {}
    for name, values in arrays.items():
        if name.endswith(_STARTS):
            own = name.removesuffix(_STARTS)
            found[own] = Ragged(found[own], values)
        else:
            found[name] = values
    return found


def _raw(values: NDArray[Any]) -> memoryview:
    return np.ascontiguousarray(values).reshape(-1).view(np.uint8).data


def _encoded(name: bytes, columns: list[_Column]) -> bytes:
    return msgspec.msgpack.encode(_Header(name, columns))


def _aligned(size: int) -> int:
    return -(-size // _ALIGNED) * _ALIGNED
