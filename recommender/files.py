"""The one writer of results: files whole or not at all, devices and pipes written to, ``-`` for standard output."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from recommender.access import AccessError, access_of, give_access
from recommender.errors import OutputError

STANDARD_OUTPUT = "-"
# Names of what a process has open: a plain file that one of them leads to belongs to the program that opened it.
_DESCRIPTORS = ("/dev/fd/", "/dev/stdout", "/dev/stderr", "/proc/")


def is_standard_output(path: str | Path) -> bool:
    """Whether a path that a user gave means standard output."""
    return str(path) == STANDARD_OUTPUT


def is_stream(path: str | Path) -> bool:
    """Whether a path names standard output, a device, a pipe or an open descriptor: nothing that can be replaced."""
    path = Path(path)
    if is_standard_output(path):
        return True
    return (path.exists() and not path.is_file()) or str(path.absolute()).startswith(_DESCRIPTORS)


def write_output(path: str | Path, chunks: Iterable[bytes]) -> None:
    """Write a result to where a user wants it: a file, a device, a pipe, or ``-`` for standard output.

    Raises
    ------
    OutputError
        It cannot be written; a plain file is then as it was.
    """
    if is_standard_output(path):
        write_standard_output(chunks)
    else:
        write_whole(Path(path), chunks)


def write_standard_output(chunks: Iterable[bytes]) -> None:
    """Write bytes to standard output as they are, whatever the encoding of the terminal.

    Raises
    ------
    OutputError
        They cannot be written, as on a full disk.
    BrokenPipeError
        The reader closed the pipe.
    """
    stream = sys.stdout
    try:
        stream.flush()
        raw = getattr(stream, "buffer", None)
        for chunk in chunks:
            if raw is None:
                stream.write(chunk.decode("utf-8"))
            else:
                raw.write(chunk)
        (stream if raw is None else raw).flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(Path("standard output"), error) from None


def check_writable(path: str | Path) -> None:
    """Raise `OutputError` where a result could not be written: before hours of work, not after.

    A file without any write bit was meant to stay as it is, even where its folder or the user may do anything.
    """
    if is_standard_output(path):
        return
    try:
        status = Path(path).stat()
    except FileNotFoundError:
        folder = Path(os.path.realpath(path)).parent
        if not folder.is_dir():
            raise OutputError(f"{path} cannot be written: there is no folder {folder}; make it first") from None
        if not os.access(folder, os.W_OK):
            raise OutputError(f"{path} cannot be written: the folder {folder} is read-only") from None
        return
    except OSError as error:
        raise unwritable(Path(path), error) from None
    if stat.S_ISDIR(status.st_mode):
        raise OutputError(f"{path} cannot be written: expected a file; it is a folder")
    if not status.st_mode & 0o222 or not os.access(path, os.W_OK):
        raise OutputError(
            f"{path} cannot be written: the file is read-only; make it writable (chmod u+w), or name another file"
        )


def write_whole(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file under a temporary name beside `path` and rename it, so that no reader ever sees half of it.

    A file that is replaced keeps its permissions. A symbolic link stays, and what it leads to is replaced. A device
    or a named pipe is written to and stays what it is.

    Raises
    ------
    OutputError
        The file is read-only, its permissions cannot be kept, or its folder is not there, is not writable, or is full;
        `path` is then as it was.
    """
    check_writable(path)
    if is_stream(path):
        _write_through(path, chunks)
        return
    place = Path(os.path.realpath(path))
    temporary: str | None = None
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".part", dir=place.parent)
        with open(descriptor, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            _give_access(file.fileno(), place)
            os.fsync(file.fileno())
        os.replace(temporary, place)
        temporary = None
    except AccessError as error:
        raise OutputError(f"{path} cannot be written: {error} if it were replaced; name another file") from None
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def _write_through(path: Path, chunks: Iterable[bytes]) -> None:
    """Write to what cannot be replaced."""
    try:
        with open(path, "wb", buffering=0) as file:
            for chunk in chunks:
                view = memoryview(chunk)
                while view:
                    view = view[file.write(view) :]
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(path, error) from None


def _give_access(descriptor: int, place: Path) -> None:
    """The permissions of the file at `place`, or those of a new file."""
    try:
        with place.open("rb") as file:
            access = access_of(file.fileno())
    except FileNotFoundError:
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, 0o666 & ~_umask())
        return
    give_access(descriptor, access)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def unwritable(path: Path, error: OSError) -> OutputError:
    """The error for a file or folder that cannot be written."""
    reason = error.strerror or str(error)
    return OutputError(f"{path} cannot be written: {reason}; check the folder, its permissions and the free space")
