"""The command `recommender`: its verbs, and what becomes of errors."""

from __future__ import annotations

import gc
import signal
import sys
import threading
from types import FrameType
from typing import Any

import typer

from recommender import __version__
from recommender.cli.apply import apply
from recommender.cli.check import check
from recommender.cli.duplicates import duplicates
from recommender.cli.evaluate import evaluate
from recommender.cli.fit import fit
from recommender.cli.groups import with_groups
from recommender.cli.help import Command, CommandGroup
from recommender.cli.init import init
from recommender.cli.links import links
from recommender.cli.models import models
from recommender.cli.review import review
from recommender.cli.show import show
from recommender.cli.streams import guard_streams
from recommender.cli.train import train
from recommender.cli.undo import undo
from recommender.errors import RecommenderError

INTERRUPTED = 130
_is_interrupted = threading.Event()


class Commands(CommandGroup):
    """The commands; an error that a user can act on becomes a message and an exit status."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except RecommenderError as error:
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(error.exit_status) from None


app = typer.Typer(
    cls=Commands,
    help="Related links for a folder of articles, measured against the links that editors curated.",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"recommender {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Options before a verb."""


for panel, commands in {
    "Propose links and use them": (links, show, review, apply, undo),
    "Measure and learn": (evaluate, fit, train, models),
    "Look after the site": (init, check, duplicates),
}.items():
    for command in commands:
        app.command(cls=Command, rich_help_panel=panel)(with_groups(command))


def main() -> None:
    """Run the command line and end the process with its exit status: 0 fine, 1 the check found something, 2 wrong
    input.
    """
    # A run makes millions of small records and no cycles of them: look for garbage less often.
    gc.set_threshold(200_000, 50, 100)
    guard_streams()
    try:
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, _interrupt)
        try:
            app()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except RecommenderError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_status)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            _tell_interrupted()
        raise
    except OSError as error:
        # What no part of the program has a word of its own for: a disk that fails, a folder that goes away.
        typer.echo(f"error: {error}", err=True)
        sys.exit(RecommenderError.exit_status)
    except (KeyboardInterrupt, Exception):
        # Before a command has begun, or in an import, which fails in ways of its own where it is interrupted.
        if not _is_interrupted.is_set():
            raise
        _tell_interrupted()
        sys.exit(INTERRUPTED)


def _tell_interrupted() -> None:
    typer.echo("interrupted; no output was written", err=True)


def _interrupt(number: int, frame: FrameType | None) -> None:
    _is_interrupted.set()
    # Threads that wait for worker processes would print what becomes of them.
    threading.excepthook = lambda _: None
    raise KeyboardInterrupt
