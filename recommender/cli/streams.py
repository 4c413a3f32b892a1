"""Standard output and the error stream of the command line: what happens where they cannot be written."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TextIO

from recommender.errors import OutputError

_STANDARD_OUTPUT, _STANDARD_ERROR = 1, 2


def guard_streams() -> None:
    """Make both streams fail in ways that a command line can answer for.

    - A character that the terminal's encoding lacks is shown as ``?``.
    - Standard output whose reader closed the pipe ends the process with status 0; nothing else is written there.
    - Standard output that cannot be written, as on a full disk, is an `OutputError`.
    - What the error stream does not take is lost, and the command keeps its own status.
    """
    _fill_descriptors()
    sys.stdout = _guarded(sys.stdout, _Output)
    sys.stderr = _guarded(sys.stderr, _Errors)


def _fill_descriptors() -> None:
    """Give closed descriptors something harmless, or the next file that is opened would become standard output."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # Opened for reading alone, so that a result written there is an error.
            opened = os.open(os.devnull, os.O_RDONLY if number == _STANDARD_OUTPUT else os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)


def _guarded(stream: TextIO | None, kind: type[_Raw]) -> TextIO:
    if stream is None:
        # It was closed before the start.
        number = _STANDARD_OUTPUT if kind is _Output else _STANDARD_ERROR
        return io.TextIOWrapper(io.BufferedWriter(kind(number, "wb", closefd=False)), errors="replace")
    # A Windows console is no plain descriptor; python -u has no buffer.
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    if not isinstance(getattr(stream.buffer, "raw", stream.buffer), io.FileIO):
        return stream
    stream.flush()
    raw = kind(stream.fileno(), "wb", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding,
        errors="replace" if kind is _Output else stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


class _Raw(io.FileIO):
    """A descriptor that takes, and drops, whatever comes after it has failed once: buffers are flushed at the end."""

    _is_dead = False

    def write(self, data: object) -> int:
        if not self._is_dead:
            try:
                return super().write(data)  # type: ignore[arg-type]
            except OSError as error:
                self._is_dead = True
                self.failed(error)
        return len(memoryview(data))  # type: ignore[arg-type]

    def failed(self, error: OSError) -> None:
        """Answer for the first failure."""


class _Output(_Raw):
    def failed(self, error: OSError) -> None:
        if error.errno in (errno.EPIPE, errno.ECONNRESET):
            # The reader closed the pipe: it has what it wanted.
            raise SystemExit(0)
        raise OutputError(f"standard output cannot be written: {error.strerror or os.strerror(error.errno or 0)}")


class _Errors(_Raw):
    pass
