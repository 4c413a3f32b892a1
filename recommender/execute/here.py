"""Calls of stages on this machine: in this process, or in several whose results are files."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from recommender.execute.calls import Done, Tally, run_call
from recommender.execute.workdir import Workdir
from recommender.processes import shared_out
from recommender.stages.stage import Call, Columns, Part, Stage, Store


class InProcess:
    """Calls stages in this process, each with all processors."""

    threads: int | None = None

    def __init__(self, store: Store) -> None:
        self._store = store

    def ranges(self, n: int, most: int) -> list[tuple[int, int]]:
        return [(first, min(first + most, n)) for first in range(0, n, max(1, most))]

    def map(self, stage: Stage, calls: Sequence[Call]) -> Iterator[Columns]:
        for call in calls:
            yield stage.make(*(self._store.read(one) if isinstance(one, Part) else one for one in call.arguments))

    def summary(self) -> list[str]:
        return []


class Runner(Protocol):
    """Runs calls that do not need each other, in any order and place."""

    def run(self, stage: Stage, calls: Sequence[Call]) -> Iterator[Done]:
        """Run all calls; each is reported as it ends.

        Raises
        ------
        RecommenderError
            A call cannot be done. What is done stays.
        """


class LocalRunner:
    """Runs calls in processes of this machine.

    Parameters
    ----------
    jobs : int, optional
        Processes; by default one per processor.
    """

    def __init__(self, workdir: Workdir, jobs: int | None = None) -> None:
        self._workdir = workdir
        self._jobs = jobs

    def run(self, stage: Stage, calls: Sequence[Call]) -> Iterator[Done]:
        tasks = [(self._workdir.store, stage, call, self._workdir.log) for call in calls]
        with warnings.catch_warnings():
            # joblib replaces a process that has grown, as those do that map a large site; no task is lost by it.
            warnings.filterwarnings("ignore", "A worker stopped while some jobs", UserWarning)
            yield from shared_out(run_call, tasks, jobs=self._jobs, alone=stage.is_heavy)


class InFiles:
    """Calls stages whose results are files, by a runner, each call on one processor.

    Parameters
    ----------
    blocks : int, optional
        To how many calls rows are shared out; by default by their number.

    Attributes
    ----------
    store : FolderStore
    tally : Tally
    """

    threads: int | None = 1

    def __init__(self, workdir: Workdir, runner: Runner, blocks: int | None = None) -> None:
        self.store = workdir.store
        self._workdir = workdir
        self._runner = runner
        self._blocks = blocks
        self.tally = Tally()

    def ranges(self, n: int, most: int) -> list[tuple[int, int]]:
        return self.ranges_of(n, self._blocks)

    @staticmethod
    def ranges_of(n: int, count: int | None) -> list[tuple[int, int]]:
        """`n` rows in `count` ranges, or as many as fit their number."""
        size = min(max(64, -(-n // 64)), 4_096) if count is None else max(1, -(-n // count))
        return [(first, min(first + size, n)) for first in range(0, n, size)]

    def map(self, stage: Stage, calls: Sequence[Call]) -> Iterator[Columns]:
        self.make(stage, calls)
        for call in calls:
            columns = self.store.read(call.part)
            if columns is None:
                raise FileNotFoundError(self.store.path(call.part))
            yield columns

    def make(self, stage: Stage, calls: Sequence[Call], advance: Callable[[], None] | None = None) -> None:
        """Make the parts that are not there."""
        seen = {path.name for path in self.store.used}
        missing = []
        for call in calls:
            known = self.store.path(call.part).name in seen
            if not self.store.has(call.part):
                missing.append(call)
            elif not known:
                self.tally.found[stage.name] += 1
        for done in self._runner.run(stage, missing) if missing else ():
            self.tally.add(done)
            if advance is not None:
                advance()

    def summary(self) -> list[str]:
        return [f"stages        {self.tally} in {self._workdir.folder}"]
