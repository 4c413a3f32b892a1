"""Single options that several commands share, and the panels of their help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recommender import ranges
from recommender.cli.groups import number, option

OUTPUT = "Output"
LISTS = "Lists"
STABILITY = "Stability between runs"
TAKING_PART = "Who takes part"
RANKING = "Ranking"
MODEL = "Model"
CACHE = "Cache and engine"
LINKS_FILE = Path("related-links.json")

Content = Annotated[
    Path,
    typer.Argument(metavar="CONTENT", help="Folder of articles, or a table: .jsonl, .csv, .parquet."),
]
StateDir = Annotated[
    Path | None,
    option(
        "--state-dir",
        metavar="FOLDER",
        help="Folder for journals, which undo reads; by default the platform's.",
        panel=CACHE,
    ),
]
Explain = Annotated[bool, option("--explain", help="Give the reasons for every link.", panel=RANKING)]
Quiet = Annotated[bool, option("--quiet", "-q", help="Print errors only.", panel=OUTPUT)]
Jobs = Annotated[
    int | None, number("--jobs", "-j", within=ranges.JOBS, help="Processes; by default one per processor.", panel=CACHE)
]
Seed = Annotated[int, number("--seed", within=ranges.SEED, help="Seed of every random choice.", panel="Options")]
