"""Files written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from recommender.errors import OutputError


def write_whole(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file under a temporary name beside `path` and rename it, so that no reader ever sees half of it.

    A file that is replaced keeps its mode. A symbolic link stays, and what it leads to is replaced.

    Raises
    ------
    OutputError
        The folder is not there, is not writable, or is full; `path` is then as it was.
    """
    place = Path(os.path.realpath(path))
    temporary: str | None = None
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".part", dir=place.parent)
        with open(descriptor, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, place.stat().st_mode & 0o7777 if place.exists() else 0o666 & ~_umask())
        os.replace(temporary, place)
        temporary = None
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def unwritable(path: Path, error: OSError) -> OutputError:
    """What is told where a file or folder cannot be written."""
    reason = error.strerror or str(error)
    return OutputError(f"{path} cannot be written: {reason}; check the folder, its permissions and the free space")
