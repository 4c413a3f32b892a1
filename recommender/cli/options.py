"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Content = Annotated[Path, typer.Argument(metavar="CONTENT", help="Folder of articles.", show_default=False)]
Config = Annotated[
    Path | None,
    typer.Option("--config", help="Configuration; by default recommender.yaml in CONTENT or here.", show_default=False),
]
Model = Annotated[
    str | None,
    typer.Option("--model", help="Model by name or folder; by default the one that ships.", show_default=False),
]
CacheDir = Annotated[
    Path | None,
    typer.Option("--cache-dir", help="Folder for the cache; by default the platform's.", show_default=False),
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Neither read nor write a cache.")]
Strict = Annotated[bool, typer.Option("--strict", help="A file that cannot be used is an error.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Jobs = Annotated[
    int | None, typer.Option("--jobs", "-j", min=1, help="Processes; by default one per processor.", show_default=False)
]
