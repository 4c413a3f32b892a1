"""The process from its start to its exit status: signals, streams, and messages for what nothing else answers."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from types import FrameType

from recommender.cli.interrupted import IS_INTERRUPTED

INTERRUPTED = 130
_is_interrupted, _is_over = IS_INTERRUPTED, threading.Event()
_received: list[int] = []


def main() -> None:
    """Run the command line and end the process with its exit status.

    0: fine; 1: a check found something; 2: the input or the usage is wrong, or a result cannot be written; 130: Ctrl-C.
    SIGTERM and SIGHUP tidy up as Ctrl-C does and then end the process as they would have.
    """
    try:
        _listen()
        # Nothing is imported before: from here on, Ctrl-C has an answer.
        from recommender.cli.streams import guard_streams

        guard_streams()
        # The commands and their libraries take half a second to import.
        from recommender.cli import app

        # A run makes millions of small records and no cycles of them: look for garbage less often.
        gc.set_threshold(200_000, 50, 100)
        try:
            app.app()
        finally:
            sys.stdout.flush()
            _is_over.set()
    except SystemExit as end:
        if end.code != INTERRUPTED:
            raise
        _end(INTERRUPTED, "interrupted; no output was written")
    except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001 - raised again where nothing answers it
        _answer(error)


def _answer(error: BaseException) -> None:
    from recommender.errors import RecommenderError

    if isinstance(error, RecommenderError):
        _end(error.exit_status, f"error: {error}")
    if isinstance(error, OSError):
        # What no part of the program has a word of its own for: a disk that fails, a folder that goes away.
        _end(RecommenderError.exit_status, f"error: {error}")
    # Before a command has begun, or in an import, which fails in ways of its own where it is interrupted.
    if not _is_interrupted.is_set():
        raise error
    _end(INTERRUPTED, "interrupted; no output was written")


def _listen() -> None:
    for name, usual in (
        ("SIGINT", signal.default_int_handler),
        ("SIGTERM", signal.SIG_DFL),
        ("SIGHUP", signal.SIG_DFL),
    ):
        number = getattr(signal, name, None)
        # What a parent wants to be ignored, as nohup does, stays ignored.
        if number is not None and signal.getsignal(number) is usual:
            signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    if number == signal.SIGINT and _is_over.is_set():
        # The command has done its work and keeps its status; who presses again means it.
        signal.signal(number, signal.SIG_DFL)
        return
    _received.append(number)
    _is_interrupted.set()
    # Threads that wait for worker processes would print what becomes of them.
    threading.excepthook = lambda _: None
    raise KeyboardInterrupt


def _end(status: int, message: str) -> None:
    sys.stderr.write(message + "\n")
    sys.stderr.flush()
    if _received and _received[0] != signal.SIGINT:
        signal.signal(_received[0], signal.SIG_DFL)
        os.kill(os.getpid(), _received[0])
    sys.exit(status)
