"""Files and folders that are there whole or not at all, whoever reads them at the same time."""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from recommender.files import unwritable

UNFINISHED = ".part"
"""Suffix of files and folders that are being written, or were when their writer was killed."""


@contextlib.contextmanager
def in_place(path: Path) -> Iterator[Path]:
    """Give another name beside `path` for a file or folder to be written, and rename it at the end.

    Several writers of the same path do not disturb each other: all write the same.

    Raises
    ------
    OutputError
        It cannot be written, or the disk is full.
    """
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}{UNFINISHED}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        for written in temporary.iterdir() if temporary.is_dir() else (temporary,):
            with open(written, "rb+") as file:
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        # The folder of another writer cannot be replaced, and need not be.
        if not path.is_dir():
            raise unwritable(path, error) from None
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        with contextlib.suppress(OSError):
            temporary.unlink()
