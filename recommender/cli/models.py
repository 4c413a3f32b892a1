"""`recommender models`: which models are at hand."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recommender.cli.console import PIPE_WIDTH

if TYPE_CHECKING:
    from recommender.embedder.at_hand import ModelAtHand, ModelsAtHand

_FORMAT = "recommender-models/1"


def models(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FOLDER", help="Further models, or folders that hold some."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    no_speed: Annotated[
        bool, typer.Option("--no-speed", help="Do not measure how many texts a second each model encodes here.")
    ] = False,
) -> None:
    """List the models that --model takes without a network.

    These are shipped models, those of installed packages, those in the hub's cache, and those in the folders named.

        recommender models --no-speed
    """
    import msgspec

    from recommender.cli.console import Console
    from recommender.embedder.at_hand import models_at_hand
    from recommender.embedder.encoder import Encoder
    from recommender.embedder.speed import texts_per_second
    from recommender.files import write_standard_output
    from recommender.progress import stage

    with Console(quiet=False, to_stderr=True) as console, stage(console, "measure") as advance:

        def measure(encoder: Encoder) -> float:
            speed = texts_per_second(encoder)
            advance()
            return speed

        found = models_at_hand(folders or (), measure=None if no_speed else measure)
    if as_json:
        encoded = msgspec.json.encode({"format": _FORMAT, **_plain(found)})
        write_standard_output([msgspec.json.format(encoded) + b"\n"])
        return
    _print(found)
    for model in found.unusable:
        typer.echo(f"warning: {model.name} cannot be used: {model.reason}", err=True)


def _plain(found: ModelsAtHand) -> dict[str, object]:
    import msgspec

    plain: dict[str, object] = msgspec.to_builtins(found, enc_hook=str)
    return plain


def _print(found: ModelsAtHand) -> None:
    from rich.console import Console as RichConsole
    from rich.markup import escape
    from rich.table import Table

    from recommender.embedder.speed import TEXT_CHARS

    console = RichConsole(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH, soft_wrap=True)
    table = Table(box=None, pad_edge=False)
    for title in ("model", "kind", "from"):
        table.add_column(title, overflow="fold")
    measured = any(model.texts_per_second is not None for model in found.models)
    for title in ("dimensions", "MB", *(["texts/s"] if measured else [])):
        table.add_column(title, justify="right", no_wrap=True)
    for model in found.models:
        name = f"{escape(model.name)} [dim](default)[/]" if model.is_default else escape(model.name)
        cells = [name, model.kind, model.origin, f"{model.dim:,}", f"{model.size_bytes / 1e6:,.1f}"]
        if model.texts_per_second is not None:
            cells.append(f"{_rounded(model.texts_per_second):,}")
        table.add_row(*cells)
    console.print(table)
    if measured:
        console.print(f"\ntexts/s: texts of {TEXT_CHARS:,} characters, read whole, on this machine now")
    console.print()
    for model in found.models:
        console.print(f"{escape(model.name)}: {_card(model)}")
    other = next((model.name for model in found.models if not model.is_default), None)
    if other is not None:
        command = shlex.join(["recommender", "evaluate", "CONTENT", "--compare-model", other])
        console.print(f"\nnext: {escape(command)}  # measure one beside the default, on a folder of articles")


def _card(model: ModelAtHand) -> str:
    from rich.markup import escape

    return f"card {escape(str(model.card))}" if model.card else f"{escape(str(model.path))}, without a card"


def _rounded(speed: float) -> int | float:
    """Two digits: the next run says something else in the third."""
    rounded = float(f"{speed:.2g}")
    return int(rounded) if rounded >= 10 else rounded
