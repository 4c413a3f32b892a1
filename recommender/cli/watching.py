"""A run that goes on: again whenever a file of the content folder changes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import typer

from recommender.cli.interrupted import IS_INTERRUPTED
from recommender.errors import RecommenderError

# Editors write a file in several steps.
_DEBOUNCE_MS = 400
_STEP_MS = 100
# How soon it is known that changes are watched for.
_TURN_MS = 200


def watch(content: Path, output: Path, first: Callable[[], None], run: Callable[[], None]) -> None:
    """Run, and again after each change below `content`, one during the first run among them, until Ctrl-C.

    What is wrong while a file is being edited is shown, and the file that was written last stays. On a terminal a line
    says when it was written again; a pipe gets errors alone.

    Parameters
    ----------
    output : Path
        Changes of this file are its own.
    first, run : callable
        Write it.
    """
    changes = _changes(content, output)
    # Where there is nothing to watch, the first run says so.
    with suppress(FileNotFoundError):
        next(changes)
    first()
    shown = sys.stdout.isatty()
    try:
        if shown:
            typer.echo(f"watching      {content}; Ctrl-C ends it")
        for change in changes:
            if IS_INTERRUPTED.is_set():
                return
            if not change:
                continue
            begun = time.perf_counter()
            try:
                run()
            except RecommenderError as error:
                typer.echo(f"error: {error}; {output} stays as it is", err=True)
                continue
            if shown:
                typer.echo(f"written       {output} ({time.perf_counter() - begun:.1f} s)")
    except KeyboardInterrupt:
        return


def _changes(content: Path, output: Path) -> Iterator[set[Any]]:
    """What changed: below a folder, or in a table, which editors replace by another file; nothing now and then."""
    from watchfiles import DefaultFilter, watch

    usual = DefaultFilter()
    own, table = output.resolve(), content.resolve() if content.is_file() else None

    def matters(change: object, changed: str) -> bool:
        path = Path(changed)
        if table is not None:
            return path == table
        is_own = path.parent == own.parent and own.name in path.name
        return not is_own and not path.name.startswith(".") and usual(change, changed)  # type: ignore[arg-type]

    return watch(
        content if table is None else table.parent,
        watch_filter=matters,
        debounce=_DEBOUNCE_MS,
        step=_STEP_MS,
        recursive=table is None,
        raise_interrupt=True,
        rust_timeout=_TURN_MS,
        yield_on_timeout=True,
    )
