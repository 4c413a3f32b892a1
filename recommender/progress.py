"""Progress of long work: timed stages with counts, which a reporter may show."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol


class Advance(Protocol):
    """Counts what a stage has done."""

    def __call__(self, count: int = 1) -> None:
        """`count` more are done."""


class Reporter(Protocol):
    """Receives the stages of the work and notes for the user."""

    def started(self, stage: str, total: int | None) -> Advance:
        """A stage begins; `total` is the number of things to do, None where it is unknown."""

    def finished(self, stage: str, seconds: float) -> None: ...

    def note(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class StageTime:
    """Wall-clock seconds of one stage."""

    stage: str
    seconds: float


class Silent:
    """Keeps stage times and notes, shows nothing. The base of reporters that show something."""

    def __init__(self) -> None:
        self.stages: list[StageTime] = []
        self.notes: list[str] = []

    def started(self, stage: str, total: int | None) -> Advance:
        return _ignore

    def finished(self, stage: str, seconds: float) -> None:
        self.stages.append(StageTime(stage, seconds))

    def note(self, text: str) -> None:
        self.notes.append(text)


def _ignore(count: int = 1) -> None:
    return None


@contextmanager
def stage(reporter: Reporter, name: str, total: int | None = None) -> Iterator[Advance]:
    """Time a block as one stage and let it count what it has done."""
    begun = time.perf_counter()
    try:
        yield reporter.started(name, total)
    finally:
        reporter.finished(name, time.perf_counter() - begun)
