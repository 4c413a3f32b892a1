"""Which files are as an earlier run saw them, so that they need not be opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from recommender.corpus.content import contents
from recommender.corpus.folder import SourceFile
from recommender.corpus.reader import content_digest
from recommender.stages.cache import Cache, recall, remember

_SPACE = b"manifest 2"
# A file that was written shortly before it was listed may have changed again without a new time stamp.
_RACY_NS = 2_000_000_000
_NAME_BYTES = 16
_MARKS = 4
_MOST = 2**63 - 1


class _Kept(msgspec.Struct, array_like=True, frozen=True):
    """A manifest in the cache: arrays as their bytes."""

    listed_ns: int
    paths: list[str]
    marks: bytes
    names: bytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of a content folder as a run saw them.

    Attributes
    ----------
    listed_ns : int
        When it began to list them.
    paths : list of str
        Ascending.
    marks : int64 array of shape (n, 4)
        Size, times and inode of each, as a listing has them.
    names : tuple of bytes
        The names of their contents.
    """

    listed_ns: int
    paths: list[str]
    marks: NDArray[np.int64]
    names: tuple[bytes, ...]

    def names_of(self, files: Sequence[SourceFile]) -> list[bytes | None]:
        """The name of each file's content if it cannot have changed since, else None."""
        marks = _marks(files)
        paths = [file.path for file in files]
        if paths == self.paths:
            places = np.arange(len(paths))
        else:
            at = {path: place for place, path in enumerate(self.paths)}
            places = np.fromiter((at.get(path, -1) for path in paths), np.int64, len(paths))
        known = np.flatnonzero(places >= 0)
        same = np.all(marks[known] == self.marks[places[known]], axis=1)
        settled = marks[known, 1] < self.listed_ns - _RACY_NS
        names: list[bytes | None] = [None] * len(files)
        kept = known[same & settled]
        for place, before in zip(kept.tolist(), places[kept].tolist(), strict=True):
            names[place] = self.names[before]
        return names


def recall_manifest(cache: Cache, key: bytes) -> Manifest:
    """The last run's manifest, an empty one where there is none that can be read."""
    kept = recall(cache, _SPACE, key, _Kept)
    n = 0 if kept is None else len(kept.paths)
    if kept is None or len(kept.marks) != n * _MARKS * 8 or len(kept.names) != n * _NAME_BYTES:
        return Manifest(0, [], np.empty((0, _MARKS), np.int64), ())
    marks = np.frombuffer(kept.marks, dtype="<i8").reshape(n, _MARKS)
    names = tuple(kept.names[start : start + _NAME_BYTES] for start in range(0, len(kept.names), _NAME_BYTES))
    return Manifest(kept.listed_ns, kept.paths, marks, names)


def keep_manifest(
    cache: Cache, key: bytes, listed_ns: int, files: Sequence[SourceFile], names: Mapping[str, bytes]
) -> None:
    """Remember the files that have a name for their content."""
    named = [file for file in files if names.get(file.path)]
    paths = [file.path for file in named]
    kept = _Kept(listed_ns, paths, _marks(named).tobytes(), b"".join(names[path] for path in paths))
    remember(cache, _SPACE, key, kept)


def name_contents(
    content: Path,
    files: Sequence[SourceFile],
    seen: Sequence[bytes | None],
    max_bytes: int,
    *,
    open_changed: bool,
) -> dict[str, bytes]:
    """Names of the files' contents by path, without opening a file that an earlier run has `seen` as it is.

    Another one is opened only if `open_changed`; without it, and where it cannot be read, it has no entry.
    """
    names = {file.path: name for file, name in zip(files, seen, strict=True) if name is not None}
    if open_changed:
        changed = [file.path for file in files if file.path not in names]
        for path, raw in contents(content, changed, max_bytes):
            if isinstance(raw, bytes):
                names[path] = content_digest(path, raw)
    return names


def _marks(files: Sequence[SourceFile]) -> NDArray[np.int64]:
    marks = np.empty((len(files), _MARKS), dtype="<i8")
    marks[:, 0] = [file.size_bytes for file in files]
    marks[:, 1] = [file.modified_ns for file in files]
    marks[:, 2] = [file.changed_ns for file in files]
    # Some systems have numbers of more than 63 bits.
    marks[:, 3] = [file.inode & _MOST for file in files]
    return marks
