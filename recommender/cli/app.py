"""The command `recommender`: its verbs, and what becomes of errors."""

from __future__ import annotations

import gc
import sys

import typer

from recommender import __version__
from recommender.cli.links import links
from recommender.cli.show import show
from recommender.errors import RecommenderError

app = typer.Typer(
    help="Related links for a folder of articles, proposed by meaning and measured against the links that editors curated.",
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


app.command()(links)
app.command()(show)


def main() -> None:
    """Run the command line and end the process with its exit status: 0 fine, 1 the check found something, 2 wrong input."""
    # A run makes millions of small records and no cycles of them: look for garbage less often.
    gc.set_threshold(200_000, 50, 100)
    try:
        app()
    except RecommenderError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        typer.echo("interrupted; no output was written", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read the output has seen enough.
        sys.stderr.close()
        sys.exit(0)
