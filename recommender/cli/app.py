"""The command `recommender` and its verbs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer

from recommender.cli.apply import apply
from recommender.cli.cache import cache
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
from recommender.cli.train import train
from recommender.cli.undo import undo
from recommender.errors import InterruptedRunError, RecommenderError
from recommender.version import __version__


class Commands(CommandGroup):
    """The commands; an error that a user can act on becomes a message and an exit status."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except InterruptedRunError:
            # The message for status 130 is printed once, where the process ends.
            raise
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


_PANELS: dict[str, tuple[Callable[..., None], ...]] = {
    "Propose links and use them": (links, show, review, apply, undo),
    "Measure and learn": (evaluate, fit, train, models),
    "Look after the site": (init, check, duplicates, cache),
}
for panel, commands in _PANELS.items():
    for command in commands:
        app.command(cls=Command, rich_help_panel=panel)(with_groups(command))
