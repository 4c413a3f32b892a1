"""Encoding with a heavy model on a cluster: by Ray Data, with actors that load the model once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from recommender.execute.calls import Done, run_call
from recommender.execute.workdir import Workdir
from recommender.stages.stage import Call, Stage

# Two actors of a whole processor each, on a machine with two processors, would leave none for the task that feeds them.
_PROCESSORS_PER_ACTOR = 0.5


class _Encoding:
    """An actor: its process keeps the model from one task to the next."""

    def __init__(self, workdir: Workdir, stage: Stage, calls: Sequence[Call]) -> None:
        self._workdir = workdir
        self._stage = stage
        self._calls = calls

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        calls = [self._calls[int(number)] for number in batch["task"]]
        done = [asdict(run_call(self._workdir.store, self._stage, call, self._workdir.log)) for call in calls]
        return {name: [one[name] for one in done] for name in done[0]}


def run_pooled(workdir: Workdir, stage: Stage, calls: Sequence[Call]) -> Iterator[Done]:
    """Run calls by a pool of actors: one for each GPU, or for each processor where there is none."""
    import ray
    import ray.data

    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    resources = ray.cluster_resources()
    gpus = int(resources.get("GPU", 0))
    most = max(1, min(len(calls), gpus or int(resources.get("CPU", 1))))
    numbers = ray.data.from_items([{"task": number} for number in range(len(calls))], override_num_blocks=len(calls))
    done = numbers.map_batches(
        _Encoding,
        batch_size=1,
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=most, max_tasks_in_flight_per_actor=2),
        fn_constructor_args=(workdir, stage, calls),
        num_cpus=_PROCESSORS_PER_ACTOR,
        num_gpus=1 if gpus else 0,
    )
    for one in done.iter_rows():
        yield Done(**one)
