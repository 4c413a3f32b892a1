"""What the stages work on, and what of it was done."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from recommender.corpus.folder import Listing
from recommender.embedder.encoder import Encoder
from recommender.engine.task import Done
from recommender.settings import Settings


@dataclass(frozen=True, slots=True)
class Job:
    """What the stages work on.

    Attributes
    ----------
    content : Path
        The content folder, absolute: the same on all workers.
    settings : Settings
    encoder : Encoder
        Names the model; workers load their own.
    listing : Listing
        The files of the folder.
    today : datetime.date
    """

    content: Path
    settings: Settings
    encoder: Encoder
    listing: Listing
    today: dt.date


@dataclass
class Tally:
    """How many tasks of each stage were run now and found done, and what those cost that were run."""

    run: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    done: list[Done] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.run.total():,} tasks run, {self.found.total():,} found done"
