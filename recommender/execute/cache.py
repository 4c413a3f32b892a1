"""What was read and encoded before, kept between runs in one SQLite file, and large arrays in files beside it.

Entries are named by digests of what they were made from, so that they are never stale, only unused. SQLite keeps the
file whole under several runs at once and after a kill; a checksum on every entry shows damage of any other kind.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from zlib import crc32

from recommender.errors import OutputError
from recommender.execute.part_files import FOLDER, part_files, trim_parts

FILE_NAME = "recommender-cache.sqlite3"
_SCHEMA_VERSION = 3
_BUSY_SECONDS = 60.0
_KEYS_PER_QUERY = 900
_PAGES_KIB = 64 * 1024
MAX_BYTES = 4 * 2**30
# How much of a file that has grown too large stays, so that it is not trimmed by every run.
_KEPT_RATIO = 0.75
# What files beside it take of that at most.
_PARTS_RATIO = 0.5


def default_cache_dir() -> Path:
    """The platform's folder for caches of this program."""
    from platformdirs import user_cache_path

    return user_cache_path("recommender")


class _OtherVersionError(sqlite3.DatabaseError):
    """The file has another schema."""


@dataclass(frozen=True, slots=True)
class CacheSize:
    """How much a cache holds.

    Attributes
    ----------
    path : Path
        Its file.
    size_bytes : int
        Of all its files on the disk; 0 where there are none.
    """

    path: Path
    size_bytes: int
    entries: int


class SqliteCache:
    """A cache in a folder.

    A file that has grown beyond `max_bytes` loses its oldest entries when it is opened; files beside it that take more
    than half of that together, the oldest go.

    Parameters
    ----------
    folder : Path
        Made if it is not there.

    Raises
    ------
    OutputError
        The folder cannot be made or written.
    """

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self.folder: Path | None = folder
        self._path = folder / FILE_NAME
        self._notes: list[str] = []
        self._damaged = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._connection = self._open()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "malformed" not in str(error):
                raise self._unusable(error) from None
            self._rebuild(error)
        except OSError as error:
            raise self._unusable(error) from None
        if _bytes_of(_files_of(self._path)) > max_bytes:
            self._trim()
        trim_parts(folder, int(max_bytes * _PARTS_RATIO))

    @property
    def notes(self) -> tuple[str, ...]:
        if not self._damaged:
            return tuple(self._notes)
        return (*self._notes, f"cache {self._path}: damaged entries, made again: {self._damaged}")

    def get(self, space: bytes, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        wanted = list(keys)
        try:
            for start in range(0, len(wanted), _KEYS_PER_QUERY):
                self._get_into(found, space, wanted[start : start + _KEYS_PER_QUERY])
        except sqlite3.DatabaseError as error:
            if _is_busy(error):
                return found
            self._rebuild(error)
            return {}
        return found

    def is_empty(self, space: bytes) -> bool:
        try:
            with closing(self._connection.execute("SELECT 1 FROM entries WHERE space = ? LIMIT 1", (space,))) as rows:
                return rows.fetchone() is None
        except sqlite3.DatabaseError:
            return True

    def put(self, space: bytes, entries: Mapping[bytes, bytes]) -> bool:
        rows = ((space, key, value, _check(space, key, value)) for key, value in entries.items())
        for attempt in (1, 2):
            try:
                with self._connection:
                    self._connection.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)", list(rows))
                return True
            except sqlite3.DatabaseError as error:
                if _is_full_or_busy(error) or attempt == 2:
                    self._note(f"cache {self._path}: {error}; this run's work is not kept")
                    break
                self._rebuild(error)
                rows = ((space, key, value, _check(space, key, value)) for key, value in entries.items())
        return False

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> SqliteCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _get_into(self, found: dict[bytes, bytes], space: bytes, keys: list[bytes]) -> None:
        marks = ",".join("?" * len(keys))
        query = f"SELECT key, value, checksum FROM entries WHERE space = ? AND key IN ({marks})"  # noqa: S608 - question marks only
        with closing(self._connection.execute(query, (space, *keys))) as rows:
            for key, value, checksum in rows:
                if checksum == _check(space, key, value):
                    found[key] = value
                else:
                    self._damaged += 1

    def _open(self) -> sqlite3.Connection:
        # Threads may share it: SQLite takes their calls one after the other.
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_SECONDS, isolation_level="IMMEDIATE", check_same_thread=False
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            # A lost entry after a power failure is made again; a kill of the process loses nothing.
            connection.execute("PRAGMA synchronous = NORMAL")
            # Keys are digests, so that the index of every entry goes to another place of the file.
            connection.execute(f"PRAGMA cache_size = -{_PAGES_KIB}")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, _SCHEMA_VERSION):
                raise _OtherVersionError(f"made by another version of this program (schema {version})")
            with connection:
                # Entries lie in the order in which they came, which is about that in which they are asked for.
                connection.execute(
                    "CREATE TABLE IF NOT EXISTS entries (space BLOB, key BLOB, value BLOB, checksum INTEGER,"
                    " PRIMARY KEY (space, key))"
                )
                connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _trim(self) -> None:
        """Remove the oldest entries, which are the first of the file, and give their room back."""
        try:
            with self._connection:
                self._connection.execute(
                    "DELETE FROM entries WHERE rowid <= (SELECT rowid FROM entries ORDER BY rowid LIMIT 1 OFFSET"
                    " (SELECT CAST(COUNT(*) * ? AS INTEGER) FROM entries))",
                    (1 - _KEPT_RATIO,),
                )
            self._connection.isolation_level = None
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._connection.isolation_level = "IMMEDIATE"
        except sqlite3.DatabaseError as error:
            # Another run is at work there, or the disk is full: it is trimmed another time.
            self._note(f"cache {self._path}: it has grown large and could not be trimmed ({error})")

    def _rebuild(self, error: Exception) -> None:
        """Remove a file that cannot be used and start with an empty one."""
        what = error if isinstance(error, _OtherVersionError) else f"damaged ({error})"
        self._note(f"cache {self._path}: {what}; it is made anew")
        if hasattr(self, "_connection"):
            self._connection.close()
        try:
            for path in _files_of(self._path):
                path.unlink(missing_ok=True)
            self._connection = self._open()
        except (OSError, sqlite3.DatabaseError) as second:
            raise self._unusable(second) from None

    def _note(self, text: str) -> None:
        if text not in self._notes:
            self._notes.append(text)

    def _unusable(self, error: Exception) -> OutputError:
        return OutputError(
            f"the cache {self._path} cannot be used: {error}; name another folder with --cache-dir, or use --no-cache"
        )


def cache_size(folder: Path) -> CacheSize:
    """How much the cache in a folder holds, without making one."""
    path = folder / FILE_NAME
    entries = 0
    if path.is_file():
        try:
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
                entries = int(connection.execute("SELECT COUNT(*) FROM entries").fetchone()[0])
        except sqlite3.DatabaseError:
            # Damaged, or of another version: the next run makes it anew.
            entries = 0
    return CacheSize(path, _bytes_of([*_files_of(path), *part_files(folder)]), entries)


def clear_cache(folder: Path) -> None:
    """Remove the cache in a folder.

    Raises
    ------
    OutputError
        It cannot be removed.
    """
    try:
        for path in (*_files_of(folder / FILE_NAME), *part_files(folder)):
            path.unlink(missing_ok=True)
        with suppress(OSError):  # it may hold what is not ours
            (folder / FOLDER).rmdir()
    except OSError as error:
        raise OutputError(f"the cache in {folder} cannot be removed: {error.strerror}") from None


def _files_of(path: Path) -> list[Path]:
    return [path.with_name(path.name + suffix) for suffix in ("", "-wal", "-shm")]


def _bytes_of(paths: Iterable[Path]) -> int:
    return sum(one.stat().st_size for one in paths if one.exists())


def _check(space: bytes, key: bytes, value: bytes) -> int:
    return crc32(value, crc32(key, crc32(space)))


def _is_busy(error: sqlite3.DatabaseError) -> bool:
    return getattr(error, "sqlite_errorname", "") in ("SQLITE_BUSY", "SQLITE_LOCKED")


def _is_full_or_busy(error: sqlite3.DatabaseError) -> bool:
    return _is_busy(error) or getattr(error, "sqlite_errorname", "") in (
        "SQLITE_FULL",
        "SQLITE_READONLY",
        "SQLITE_IOERR_WRITE",
    )
