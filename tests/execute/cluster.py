"""A real Ray cluster on this machine's loopback: a head without processors and workers that can be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Many times what it takes on two free processors, so that a busy machine fails no test.
SECONDS = 300.0
ENVIRONMENT = {
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_AUTH_MODE": "token",
    "RAY_AUTH_TOKEN": "0123456789abcdef" * 4,
}


class TestCluster:
    """Workers of one processor each."""

    __test__ = False

    def __init__(self, workers: int) -> None:
        from ray.cluster_utils import Cluster

        self._cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
        self.workers = [self._cluster.add_node(num_cpus=1) for _ in range(workers)]

    @property
    def address(self) -> str:
        return str(self._cluster.address)

    def worker_of(self, process: int) -> Any:
        """The worker whose child a process is."""
        import psutil

        parent = psutil.Process(process).ppid()
        return next(worker for worker in self.workers if _raylet(worker) == parent)

    def kill(self, worker: Any) -> set[int]:
        """Kill a worker with all its processes, as the loss of a machine does; gives their ids."""
        import psutil

        processes = {child.pid for child in psutil.Process(_raylet(worker)).children()}
        self._cluster.remove_node(worker, allow_graceful=False)
        self.workers.remove(worker)
        return processes

    def add(self) -> None:
        """Let another worker come."""
        self.workers.append(self._cluster.add_node(num_cpus=1))

    def shutdown(self) -> None:
        self._cluster.shutdown()


def _raylet(worker: Any) -> int:
    return int(worker.all_processes["raylet"][0].process.pid)


@dataclass(frozen=True)
class Entry:
    """A line of a journal."""

    process: int
    stage: str
    name: str
    ended: bool


def journal(workdir: Path) -> list[Entry]:
    """What all workers have begun and ended so far, a line that is being written left out."""
    entries = []
    for path in sorted((workdir / "log").glob("*.jsonl")):
        stages: dict[str, str] = {}
        for line in path.read_text().splitlines(keepends=True):
            if line.endswith("\n"):
                entry = json.loads(line)
                name = entry.get("began") or entry["ended"]
                stages.setdefault(name, entry.get("stage", ""))
                entries.append(Entry(int(path.stem.rpartition("-")[2]), stages[name], name, "ended" in entry))
    return entries


def begun_of(entries: list[Entry]) -> Counter[str]:
    return Counter(entry.name for entry in entries if not entry.ended)


def ended_of(entries: list[Entry]) -> set[str]:
    return {entry.name for entry in entries if entry.ended}


class Driver:
    """`recommender links --engine ray` in a process of its own."""

    def __init__(self, cluster: TestCluster, content: Path, workdir: Path, output: Path, *more: str) -> None:
        self.workdir, self.output = workdir, output
        command = [sys.executable, "-m", "recommender", "links", str(content), "-o", str(output), "--engine", "ray"]
        command += ["--address", cluster.address, "--workdir", str(workdir), "--today", "2026-01-01", *more]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ | ENVIRONMENT
        )

    def wait_for(self, stage: str, *, ended: int = 0) -> list[Entry]:
        """The journal as soon as a worker is at work on a stage of which `ended` tasks are done."""
        give_up = time.monotonic() + SECONDS
        while time.monotonic() < give_up:
            entries = journal(self.workdir)
            of_stage = [entry for entry in entries if entry.stage == stage]
            done = ended_of(of_stage)
            if len(done) >= ended and any(entry.name not in done for entry in of_stage):
                return entries
            if self.process.poll() is not None:
                raise AssertionError(f"it ended before it could be disturbed: {self.process.communicate()[0]}")
            time.sleep(0.005)
        self.process.kill()
        raise AssertionError(f"{stage} was not reached in {SECONDS:.0f} s: {self.process.communicate()[0]}")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=SECONDS)

    def end(self) -> str:
        """What it printed, once it ended well."""
        try:
            told, _ = self.process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"it hangs: {self.process.communicate()[0]}") from None
        assert self.process.returncode == 0, told
        return told
