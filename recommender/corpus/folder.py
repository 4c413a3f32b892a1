"""The files of a content folder that may be articles."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from recommender.corpus.globs import Globs
from recommender.corpus.table import TABLES
from recommender.errors import InputError, Problem
from recommender.settings import ContentSettings

_SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__"})


# A struct: it is made several times as quickly as a dataclass, and a large site has many.
class SourceFile(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A file and the marks by which a change of it is noticed.

    Attributes
    ----------
    path : str
        Relative to the content folder, with forward slashes.
    size_bytes, modified_ns, changed_ns, inode : int
        As the file system has them.
    """

    path: str
    size_bytes: int
    modified_ns: int
    changed_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Every file of a folder, by what becomes of it.

    Attributes
    ----------
    files : tuple of SourceFile
        Those to read, in the order of their paths.
    problems : tuple of Problem
        Those that would be read and cannot be.
    unread : dict of str to int
        How many others there are, by suffix in lower case, the most first.
    """

    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...]
    unread: dict[str, int] = field(default_factory=dict)


def list_files(content: Path, settings: ContentSettings) -> Listing:
    """Walk `content` and list what `settings` includes.

    A link to a file outside the folder is reported and left out; a link to a folder is not followed: what it leads to
    inside the folder is read at its own place.

    Raises
    ------
    InputError
        `content` is not a folder that can be read.
    """
    if not content.is_dir():
        found = "a file" if content.exists() else "nothing"
        hint = f"; a table of articles ends in {', '.join(TABLES)}" if content.exists() else ""
        raise InputError(f"expected a folder of articles at {content}; found {found} there{hint}")
    include, exclude = Globs(settings.include), Globs(settings.exclude)
    root = os.path.realpath(content)
    files: list[SourceFile] = []
    problems: list[Problem] = []
    unread: Counter[str] = Counter()
    for entry, path in _walk(str(content), "", problems):
        suffix = _suffix(entry.name)
        # The case of a suffix says nothing: notes.MD is what notes.md is.
        if not include.fullmatch(path.removesuffix(suffix) + suffix.lower()) or exclude.fullmatch(path):
            unread[suffix.lower()] += 1
            continue
        try:
            if entry.is_symlink() and not os.path.realpath(entry.path).startswith(root + os.sep):
                problems.append(
                    Problem(path, 0, "outside", "a symbolic link that leads out of the content folder is not read")
                )
                continue
            status = entry.stat()
        except OSError as error:
            problems.append(Problem(path, 0, "unreadable", f"cannot be read: {error.strerror}"))
            continue
        if not stat.S_ISREG(status.st_mode):
            continue
        if status.st_size > settings.max_file_bytes:
            message = f"{status.st_size:,} bytes; at most {settings.max_file_bytes:,} are read (content.max_file_bytes)"
            problems.append(Problem(path, 0, "too-large", message))
            continue
        files.append(SourceFile(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
    files.sort(key=lambda file: file.path)
    by_suffix = dict(sorted(unread.items(), key=lambda item: (-item[1], item[0])))
    return Listing(tuple(files), tuple(sorted(problems)), by_suffix)


def _walk(folder: str, prefix: str, problems: list[Problem]) -> Iterator[tuple[os.DirEntry[str], str]]:
    pending = [(folder, prefix)]
    while pending:
        current, beginning = pending.pop()
        try:
            with os.scandir(current) as entries:
                found = list(entries)
        except OSError as error:
            problems.append(Problem(beginning or ".", 0, "unreadable", f"the folder cannot be read: {error.strerror}"))
            continue
        for entry in found:
            if entry.name.startswith("."):
                continue
            path = beginning + entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _SKIPPED_FOLDERS:
                    pending.append((entry.path, path + "/"))
            elif not _is_utf8(path):
                problems.append(
                    Problem(
                        path.encode("utf-8", "replace").decode(),
                        0,
                        "invalid-path",
                        "the file's name is not valid UTF-8",
                    )
                )
            else:
                yield entry, path


def _suffix(name: str) -> str:
    """As `Path.suffix`, in a fraction of its time."""
    dot = name.rfind(".")
    return name[dot:] if 0 < dot < len(name) - 1 else ""


def _is_utf8(path: str) -> bool:
    if path.isascii():
        return True
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
