"""Where the columns of parts are kept: in this process, in the cache of earlier runs, or in a folder of files."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from recommender.digest import digest
from recommender.execute.arrays import ARRAYS, open_arrays, write_arrays
from recommender.execute.part_files import part_path, read_part, write_part
from recommender.execute.tables import TABLE, TableColumns, write_columns
from recommender.stages.cache import Cache, NoCache
from recommender.stages.stage import Columns, Part

_OPENED = 512


class MemoryStore:
    """Columns in this process, and in files of a cache for the next run."""

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
        if self._cache.folder is not None:
            write_part(part_path(self._cache.folder, _slot(part)), part.name, columns)

    def hold(self, part: Part, columns: Columns) -> None:
        self._held[part.stage, part.number, part.slot] = part.name, columns

    def _found(self, part: Part, wanted: bytes | None) -> Columns | None:
        """What is in the slot of a part, if it has the name that is wanted."""
        place = (part.stage, part.number, part.slot)
        if place not in self._held and self._cache.folder is not None:
            kept = read_part(part_path(self._cache.folder, _slot(part)), wanted)
            if kept is None:
                return None
            self._held[place] = kept
        name, columns = self._held.get(place, (b"", None))
        return columns if wanted in (None, name) else None


class FolderStore:
    """Columns in files, which all processes of a machine map and all machines of a cluster see.

    A file is named by what it was made from: where it is there, it is right.
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
