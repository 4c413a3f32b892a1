"""`recommender cache`: what is kept between runs, shown and cleared."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from recommender.cli.groups import option
from recommender.cli.options import CACHE


def cache(
    cache_dir: Annotated[
        Path | None,
        option("--cache-dir", metavar="FOLDER", help="Folder of the cache; by default the platform's.", panel=CACHE),
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Remove all of it; the next run makes it anew.")] = False,
) -> None:
    """Show what is kept between runs, or remove it.

    Nothing in it is of value: whatever is missing is made again.

        recommender cache --clear
    """
    from recommender.errors import OutputError
    from recommender.execute.cache import MAX_BYTES, cache_size, clear_cache, default_cache_dir

    folder = cache_dir or default_cache_dir()
    size = cache_size(folder)
    stages = folder / "stages"
    runs = sorted(path for path in stages.iterdir() if path.is_dir()) if stages.is_dir() else []
    in_stages = sum(path.stat().st_size for path in stages.rglob("*") if path.is_file())
    if clear:
        clear_cache(folder)
        try:
            for run in runs:
                shutil.rmtree(run)
        except OSError as error:
            raise OutputError(f"{error.filename} cannot be removed: {error.strerror}") from None
    typer.echo(f"folder        {folder}")
    typer.echo(f"entries       {size.entries:,}, {_mebibytes(size.size_bytes)} of {_mebibytes(MAX_BYTES)} at most")
    typer.echo(f"stages        of {len(runs):,} sites, {_mebibytes(in_stages)}")
    if clear:
        typer.echo("cleared       all of it")


def _mebibytes(size_bytes: int) -> str:
    return f"{size_bytes / 2**20:,.1f} MiB"
