"""The stages of `recommender links --engine ray` by one worker and by two, each of one processor.

    .venv/bin/python benchmarks/cluster.py CONTENT -o benchmarks/results/cluster.json
    .venv/bin/python benchmarks/cluster.py CONTENT --here -o benchmarks/results/stages.json

Runs take turns: one worker, two, one, two, … in clusters of their own on the loopback, from an empty work folder each
time. Of each stage the wall-clock seconds (what a person waits), the processor seconds of its tasks, and the bytes that
it wrote; workers start, import and load the model within the first tasks. The links must be the same every time. Two
processors must be free: the load before each run is written beside it. With `--here` the stages run once, in two
processes of this machine without Ray, for what each costs on a site of any size.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.metadata import version
from pathlib import Path

from recommender.execute.engine import EngineSettings
from recommender.links.formats import dump_links
from recommender.neighbours.recall import Thresholds
from recommender.processes import peak_bytes
from recommender.progress import Silent
from recommender.site.recommend import recommend
from recommender.site.staged import open_staged

HERE = Path(__file__).parent
ENVIRONMENT = {
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_AUTH_MODE": "token",
    "RAY_AUTH_TOKEN": hashlib.sha256(os.urandom(32)).hexdigest(),
}
ENCODING, JOINING = "read and encode", "search neighbours"


@contextmanager
def cluster_of(workers: int) -> Iterator[str]:
    """The address of a cluster of so many workers."""
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    try:
        for _ in range(workers):
            cluster.add_node(num_cpus=1)
        yield cluster.address
    finally:
        cluster.shutdown()


def run(content: Path, workers: int, thresholds: Thresholds) -> dict[str, object]:
    """One run by so many workers; by none: in two processes of this machine."""
    load = os.getloadavg()[0]
    with (
        tempfile.TemporaryDirectory() as folder,
        cluster_of(workers) if workers else nullcontext() as address,
    ):
        reporter, begun = Silent(), time.perf_counter()
        engine = EngineSettings("ray" if workers else "local", address, Path(folder), thresholds=thresholds)
        with open_staged(content, engine=engine, jobs=2, reporter=reporter) as site:
            links = dump_links(recommend(site, reporter=reporter), ".json")
            audit = site.plan.audits.get(None)
            n, done = len(site.corpus), site.where.executor.tally.done
        seconds = time.perf_counter() - begun
    stages: dict[str, dict[str, float]] = defaultdict(lambda: {"tasks": 0, "cpu_seconds": 0.0, "bytes": 0})
    for one in done:
        stages[one.stage]["tasks"] += 1
        stages[one.stage]["cpu_seconds"] += one.cpu_seconds
        stages[one.stage]["bytes"] += one.bytes
    wall: dict[str, float] = defaultdict(float)
    for timed in reporter.stages:
        wall[timed.stage] += timed.seconds
    return {
        "workers": workers,
        "load_before": round(load, 2),
        "articles": n,
        "seconds": round(seconds, 2),
        "wall_seconds": {name: round(value, 2) for name, value in wall.items()},
        "stages": {name: {key: round(value, 3) for key, value in one.items()} for name, one in stages.items()},
        "peak_worker_mib": round(max(one.peak_bytes for one in done) / 2**20),
        "peak_driver_mib": round(peak_bytes() / 2**20),
        "recall": None if audit is None else round(audit.recall_ratio, 4),
        "links_sha256": hashlib.sha256(links.encode()).hexdigest(),
    }


def ratios(runs: list[dict[str, object]]) -> dict[str, dict[str, float]]:
    """How many times as fast two workers are as one, from the medians of the runs."""

    def median(workers: int, name: str) -> float:
        return statistics.median(one["wall_seconds"][name] for one in runs if one["workers"] == workers)

    return {
        name: {
            "one_worker_seconds": round(median(1, name), 2),
            "two_workers_seconds": round(median(2, name), 2),
            "times_as_fast": round(median(1, name) / median(2, name), 2),
        }
        for name in (ENCODING, JOINING)
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("content", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=HERE / "results" / "cluster.json")
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--articles", type=int, help="the first so many files by path; by default all")
    parser.add_argument("--by-cells", action="store_true", help="search as on a site of more than 50,000 articles")
    parser.add_argument("--here", action="store_true", help="once, without a cluster")
    options = parser.parse_args()
    os.environ.update(ENVIRONMENT)
    thresholds = Thresholds(exact_up_to=0) if options.by_cells else Thresholds()
    if options.here:
        runs = [run(options.content, 0, thresholds)]
    else:
        with tempfile.TemporaryDirectory() as folder:
            content = Path(folder) / "content"
            for path in sorted(options.content.rglob("*.md"))[: options.articles]:
                place = content / path.relative_to(options.content)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, place)
            runs = [run(content, workers, thresholds) for _ in range(options.runs) for workers in (1, 2)]
    if len({one["links_sha256"] for one in runs}) != 1:
        raise SystemExit("the links differ between runs")
    result = {
        "machine": {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count()},
        "versions": {name: version(name) for name in ("recommender", "ray", "pyarrow", "numpy", "faiss-cpu")}
        | {"python": platform.python_version()},
        "two_against_one": None if options.here else ratios(runs),
        "runs": runs,
    }
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result["two_against_one"], indent=2))


if __name__ == "__main__":
    main()
