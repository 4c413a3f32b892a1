"""Tasks run in processes of this machine, without a cluster."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

from recommender.engine.task import Done, Task, run_task
from recommender.processes import shared_out


class LocalRunner:
    """Runs tasks here.

    Parameters
    ----------
    jobs : int, optional
        Processes; by default one per processor.
    log : Path, optional
        See `run_task`.
    """

    def __init__(self, jobs: int | None = None, log: Path | None = None) -> None:
        self._jobs = jobs
        self._log = log

    def run(self, tasks: Sequence[Task]) -> Iterator[Done]:
        """Run all tasks; see `Runner`."""
        alone = any(task.pooled for task in tasks)
        with warnings.catch_warnings():
            # joblib replaces a process that has grown, as those do that map a large site; no task is lost by it.
            warnings.filterwarnings("ignore", "A worker stopped while some jobs", UserWarning)
            yield from shared_out(run_task, [(task, self._log) for task in tasks], jobs=self._jobs, alone=alone)
