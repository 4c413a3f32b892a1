"""Locks that keep several runs of this program apart, by the operating system's means."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recommender.digest import digest

# Flags that not every system has.
CLOSE_ON_EXEC = getattr(os, "O_CLOEXEC", 0)
NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
BINARY = getattr(os, "O_BINARY", 0)
_POLL_SECONDS = 0.005


@contextmanager
def folder_lock(folder: Path) -> Iterator[bool]:
    """Hold the lock of a folder, without waiting for it; whether it was free.

    Where a folder cannot be opened as a file (Windows), the lock is a file of its own in the folder for state. A file
    system without locks is as good as a free one.
    """
    from filelock import lock_descriptor

    descriptor = _open_folder(folder)
    try:
        try:
            is_free = lock_descriptor(descriptor, blocking=False)
        except OSError:
            is_free = True
        yield is_free
    finally:
        os.close(descriptor)


@contextmanager
def file_lock(descriptor: int, path: Path) -> Iterator[None]:
    """Wait for the lock of a file that is open, and hold it until the block ends.

    On Windows a file that is locked cannot be read by others, so there the lock is that of a file beside it.
    """
    from filelock import lock_descriptor, unlock_descriptor

    if os.name == "nt":
        descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | BINARY)
    try:
        lock_descriptor(descriptor, poll_interval=_POLL_SECONDS)
        yield
        unlock_descriptor(descriptor)
    finally:
        if os.name == "nt":
            os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Bring the names of a folder onto the disk, on systems that can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY | CLOSE_ON_EXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _open_folder(folder: Path) -> int:
    if os.name != "nt":
        return os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | CLOSE_ON_EXEC)
    from platformdirs import user_state_path

    place = user_state_path("recommender") / "locks" / digest(os.fsencode(os.path.realpath(folder))).hex()
    place.parent.mkdir(parents=True, exist_ok=True)
    return os.open(place, os.O_RDWR | os.O_CREAT | BINARY, 0o600)
