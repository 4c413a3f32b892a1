"""Files of a content folder replaced: read with marks, written beside, swapped in unless changed meanwhile."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from recommender.access import Access, AccessError, access_of, give_access
from recommender.digest import digest
from recommender.errors import OutputError, Problem
from recommender.locks import BINARY, CLOSE_ON_EXEC, NO_FOLLOW

_FLAGS = NO_FOLLOW | CLOSE_ON_EXEC | BINARY
_BESIDE = re.compile(r"\.recommender-[0-9a-f]{8}-[0-9a-f]{32}\.new")
# Nothing that is tried again with the next file would go better.
_HOPELESS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS})
# Number of files from which on one sync of everything is quicker than one of each.
_SYNC_EACH = 16


class FileError(Exception):
    """One file cannot be replaced; the others may."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message

    def problem(self, path: str) -> Problem:
        return Problem(path, 0, self.rule, self.message)


@dataclass(frozen=True, slots=True)
class Marks:
    """By what a change of a file is noticed."""

    device: int
    inode: int
    size_bytes: int
    modified_ns: int
    changed_ns: int


@dataclass(frozen=True, slots=True)
class SourceText:
    """A file as it was read.

    Attributes
    ----------
    path : str
        Relative to the content folder, with forward slashes.
    """

    path: str
    raw: bytes
    marks: Marks
    access: Access


@dataclass(frozen=True, slots=True)
class Staged:
    """A new version of a file, written beside it and not yet in its place."""

    path: str
    beside: str
    marks: Marks


def read_source(root: str, path: str, known: set[str] | None = None, *, to_write: bool = True) -> SourceText:
    """Read a file that is to be replaced.

    Parameters
    ----------
    root : str
        The content folder, with symbolic links resolved.
    path : str
        Below it, with forward slashes.
    known : set of str, optional
        Folders that were seen to lie inside, for several files of one moment; is added to.
    to_write : bool
        Refuse a file that is read-only.

    Raises
    ------
    FileError
        It is a symbolic link, lies outside the folder, may not be written, or cannot be read.
    """
    full = _inside(root, path, set() if known is None else known)
    try:
        descriptor = os.open(full, os.O_RDONLY | _FLAGS)
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise FileError("not-a-file", "not a regular file; it is not written")
            # A file without any write bit was meant to stay, even where its folder or the user may do anything.
            if to_write and (not status.st_mode & 0o222 or not os.access(full, os.W_OK)):
                raise FileError("read-only", "the file is read-only; make it writable (chmod u+w) and run again")
            raw = file.read()
            access = access_of(descriptor)
    except FileNotFoundError:
        raise FileError("changed", "the file is no longer there") from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise FileError("symlink", "a symbolic link is not written; write to the file that it leads to") from None
        raise FileError("unreadable", f"cannot be read: {error.strerror}") from None
    return SourceText(path, raw, _marks(status), access)


def put_beside(root: str, source: SourceText, new: bytes, run: str) -> Staged:
    """Write a new version into the file's folder, open to the same people as the file.

    Raises
    ------
    FileError
        It cannot be written, or its permissions cannot be kept.
    OutputError
        No other file could be written either: the disk is full or read-only.
    """
    name = f".recommender-{run}-{digest(os.fsencode(source.path)).hex()}.new"
    beside = os.path.join(root, *source.path.split("/")[:-1], name)
    descriptor = -1
    try:
        # For this user alone until it has its permissions.
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS, 0o600)
        written = 0
        while written < len(new):
            written += os.write(descriptor, new[written:])
        give_access(descriptor, source.access)
        os.close(descriptor)
    except BaseException as error:
        if descriptor >= 0:
            with contextlib.suppress(OSError):
                os.close(descriptor)
            with contextlib.suppress(OSError):
                os.unlink(beside)
        if isinstance(error, OSError):
            if error.errno in _HOPELESS:
                raise OutputError(f"{source.path} cannot be written: {error.strerror}") from None
            raise FileError("unwritable", f"cannot be written: {error.strerror}; check the folder's mode") from None
        if isinstance(error, AccessError):
            raise FileError("permissions", f"{error} if it were replaced; it is left as it is") from None
        raise
    return Staged(source.path, beside, source.marks)


def sync(staged: Sequence[Staged]) -> None:
    """Bring new versions onto the disk before they take the places of old ones.

    Raises
    ------
    OutputError
    """
    if len(staged) > _SYNC_EACH and hasattr(os, "sync"):
        os.sync()
        return
    try:
        for one in staged:
            descriptor = os.open(one.beside, os.O_RDWR | CLOSE_ON_EXEC | BINARY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
    except OSError as error:
        raise OutputError(f"files cannot be brought onto the disk: {error.strerror}") from None


def swap_in(root: str, staged: Staged) -> None:
    """Put a new version into its file's place.

    Raises
    ------
    FileError
        Somebody changed the file since it was read; it stays as it is, and the new version is gone.
    """
    full = os.path.join(root, staged.path)
    try:
        if _marks(os.lstat(full)) != staged.marks:
            raise FileError("changed", "the file was changed by somebody else meanwhile; run again")
        os.replace(staged.beside, full)
    except (OSError, FileError) as error:
        with contextlib.suppress(OSError):
            os.unlink(staged.beside)
        if isinstance(error, FileNotFoundError):
            raise FileError("changed", "the file was removed by somebody else meanwhile") from None
        if isinstance(error, OSError):
            raise FileError("unwritable", f"cannot be replaced: {error.strerror}") from None
        raise


def clean_up(root: Path, run: str | None = None) -> None:
    """Remove new versions that never came into their places: all, or those of one run."""
    beginning = f".recommender-{run or ''}"
    for folder, _, names in os.walk(root):
        for name in names:
            if name.startswith(beginning) and _BESIDE.fullmatch(name):
                with contextlib.suppress(OSError):
                    os.unlink(os.path.join(folder, name))


def _inside(root: str, path: str, known: set[str]) -> str:
    *folders, name = path.split("/")
    folder = os.path.join(root, *folders)
    if folder not in known:
        if ".." in folders or path.startswith("/") or os.path.realpath(folder) != folder:
            raise FileError("outside", "the path leads out of the content folder or through a symbolic link")
        known.add(folder)
    if name in ("", ".", ".."):
        raise FileError("outside", "the path names no file in the content folder")
    return os.path.join(folder, name)


def _marks(status: os.stat_result) -> Marks:
    return Marks(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
