"""The process from its start to its exit status: signals, streams, and messages for what nothing else answers."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from types import FrameType

from recommender.cli.streams import guard_streams
from recommender.errors import InterruptedRunError, RecommenderError

INTERRUPTED = InterruptedRunError.exit_status
_is_interrupted = threading.Event()
_received: list[int] = []


def main() -> None:
    """Run the command line and end the process with its exit status.

    0: fine; 1: a check found something; 2: the input or the usage is wrong, or a result cannot be written; 130: Ctrl-C.
    SIGTERM and SIGHUP tidy up as Ctrl-C does and then end the process as they would have.
    """
    guard_streams()
    try:
        _listen()
        # The commands and their libraries take half a second to import.
        from recommender.cli import app

        # A run makes millions of small records and no cycles of them: look for garbage less often.
        gc.set_threshold(200_000, 50, 100)
        try:
            app.app()
        finally:
            sys.stdout.flush()
    except RecommenderError as error:
        _end(error.exit_status, f"error: {error}")
    except SystemExit as end:
        if end.code != INTERRUPTED:
            raise
        _end(INTERRUPTED, "interrupted; no output was written")
    except OSError as error:
        # What no part of the program has a word of its own for: a disk that fails, a folder that goes away.
        _end(RecommenderError.exit_status, f"error: {error}")
    except (KeyboardInterrupt, Exception):
        # Before a command has begun, or in an import, which fails in ways of its own where it is interrupted.
        if not _is_interrupted.is_set():
            raise
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
