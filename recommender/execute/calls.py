"""A call of a stage where its arguments are columns in files: done once however often it is asked for."""

from __future__ import annotations

import json
import os
import platform
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recommender.execute.store import FolderStore
from recommender.processes import peak_bytes
from recommender.stages.stage import Before, Call, Part, Stage

LOG_FOLDER = "log"


@dataclass(frozen=True, slots=True)
class Done:
    """What a call cost.

    Attributes
    ----------
    stage, part
        Name of the stage, and number of the part.
    seconds, cpu_seconds : float
        Wall-clock and processor time.
    bytes : int
        Size of what was made.
    peak_bytes : int
        The process' largest resident size so far.
    """

    stage: str
    part: int
    seconds: float
    cpu_seconds: float
    bytes: int
    host: str
    process: int
    peak_bytes: int


@dataclass
class Tally:
    """How many parts of each stage were made now and found done, and what those cost that were made."""

    run: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    done: list[Done] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.run.total():,} tasks run, {self.found.total():,} found done"

    def add(self, done: Done) -> None:
        """Count a call that was made now."""
        self.run[done.stage] += 1
        self.done.append(done)


def run_call(store: FolderStore, stage: Stage, call: Call, log: Path | None = None) -> Done:
    """Make a part, unless it is there.

    Parameters
    ----------
    log : Path, optional
        Folder in which each process keeps a journal of what it begins and ends.
    """
    begun, cpu_begun = time.perf_counter(), time.process_time()
    path = store.path(call.part)
    if not path.exists():
        _journal(log, {"began": path.name, "stage": stage.name, "part": call.part.number})
        store.write(call.part, stage.make(*(_columns(store, argument) for argument in call.arguments)))
        _journal(log, {"ended": path.name, "seconds": round(time.perf_counter() - begun, 3)})
    return Done(
        stage=stage.name,
        part=call.part.number,
        seconds=time.perf_counter() - begun,
        cpu_seconds=time.process_time() - cpu_begun,
        bytes=_size(path),
        host=platform.node(),
        process=os.getpid(),
        peak_bytes=peak_bytes(),
    )


def _columns(store: FolderStore, argument: Any) -> Any:
    """An argument with the columns of the parts that it names."""
    if isinstance(argument, Part):
        return store.read(argument)
    if isinstance(argument, Before):
        return store.last(argument.part)
    if type(argument) is tuple and argument and isinstance(argument[0], Part):
        return tuple(store.read(part) for part in argument)
    return argument


def _size(output: Path) -> int:
    if output.is_dir():
        return sum(path.stat().st_size for path in output.iterdir())
    return output.stat().st_size


def _journal(log: Path | None, entry: dict[str, object]) -> None:
    if log is None:
        return
    log.mkdir(parents=True, exist_ok=True)
    with open(log / f"{platform.node()}-{os.getpid()}.jsonl", "a", encoding="utf-8") as file:
        file.write(json.dumps({"at": round(time.time(), 3), **entry}) + "\n")
