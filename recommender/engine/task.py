"""The unit of work: a pure function from files to one file, done once however often it is asked for."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from recommender.engine.arrays import SUFFIX, write_folder
from recommender.engine.tables import write_table

if TYPE_CHECKING:
    import pyarrow as pa

LOG_FOLDER = "log"


@dataclass(frozen=True, slots=True)
class Task:
    """One part of one stage.

    Attributes
    ----------
    stage : str
    part : int
    output : Path
        Names stage, part and everything that the content depends on; a file of this name is the result.
    make : callable
        A function of a module, so that it can be sent by name. Depends on nothing but its arguments and the files that
        they name, and returns the table to write; of an output that is a folder it gets an empty one as its first
        argument, and fills it.
    arguments : tuple
    pooled : bool
        It needs a heavy model: on a cluster it goes to an actor that keeps one, here it has the machine for itself.
    """

    stage: str
    part: int
    output: Path
    make: Callable[..., pa.Table | None]
    arguments: tuple[Any, ...]
    pooled: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What a task cost.

    Attributes
    ----------
    stage, part
        Of the task.
    seconds, cpu_seconds : float
        Wall-clock and processor time.
    bytes : int
        Size of the output.
    host : str
    process : int
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


class Runner(Protocol):
    """Runs tasks that do not need each other, in any order and place."""

    def run(self, tasks: Sequence[Task]) -> Iterator[Done]:
        """Run all tasks; what is done is told as it comes.

        Raises
        ------
        RecommenderError
            A task cannot be done. What is done stays.
        """


def run_task(task: Task, log: Path | None = None) -> Done:
    """Make the output of a task, unless it is there.

    Parameters
    ----------
    task : Task
    log : Path, optional
        Folder in which each process keeps a journal of what it begins and ends.
    """
    from recommender.processes import peak_bytes

    begun, cpu_begun = time.perf_counter(), time.process_time()
    if not task.output.exists():
        _journal(log, {"began": task.output.name, "stage": task.stage, "part": task.part})
        if task.output.suffix == SUFFIX:
            write_folder(task.output, lambda folder: task.make(folder, *task.arguments))
        else:
            write_table(task.make(*task.arguments), task.output)
        _journal(log, {"ended": task.output.name, "seconds": round(time.perf_counter() - begun, 3)})
    return Done(
        stage=task.stage,
        part=task.part,
        seconds=time.perf_counter() - begun,
        cpu_seconds=time.process_time() - cpu_begun,
        bytes=_size(task.output),
        host=platform.node(),
        process=os.getpid(),
        peak_bytes=peak_bytes(),
    )


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
