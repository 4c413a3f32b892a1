"""Time and memory of `recommender evaluate` as whole commands.

    .venv/bin/python benchmarks/evaluate.py CONTENT -o benchmarks/results/evaluate.json

Cold with all baselines, again with a warm cache, and warm without baselines. Wall seconds depend on what else the
machine does, which the load average tells; processor seconds, of workers too, hardly do. Peak memory is the sum of the
peaks of the command and its workers.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from main_job import summary

HERE = Path(__file__).parent
PACKAGES = ("recommender", "bm25s", "faiss-cpu", "numpy", "scikit-learn", "scipy", "sparse-dot-topn")


def timed(content: Path, cache: Path, *more: str) -> dict[str, float]:
    command = [sys.executable, "-m", "recommender", "evaluate", str(content), "--cache-dir", str(cache), *more]
    load, before, begun = os.getloadavg()[0], resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = re.search(r"^peak memory\s+([\d,]+) MiB", done.stdout, flags=re.MULTILINE)
    if peak is None:
        raise SystemExit("the command did not tell its peak memory")
    return {
        "wall_seconds": wall,
        "cpu_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "peak_mib": float(peak[1].replace(",", "")),
        "load_before": load,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("content", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=HERE / "results" / "evaluate.json")
    parser.add_argument("--runs", type=int, default=2)
    options = parser.parse_args()
    kinds: dict[str, tuple[str, ...]] = {
        "warm_all_systems": (),
        "warm_without_baselines": ("--no-baselines",),
        "warm_text_alone": ("--systems", "text"),
    }
    cold: list[dict[str, float]] = []
    warm: dict[str, list[dict[str, float]]] = {name: [] for name in kinds}
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory() as cache:
            cold.append(timed(options.content, Path(cache)))
            time.sleep(3)  # files that were written just before they are listed are looked at again
            for name, more in kinds.items():
                warm[name].append(timed(options.content, Path(cache), *more))
    result = {
        "machine": {
            "processor": platform.processor() or platform.machine(),
            "cores": len(os.sched_getaffinity(0)),
            "python": platform.python_version(),
        },
        "versions": {name: version(name) for name in PACKAGES},
        "files": len(list(options.content.rglob("*.md"))),
        "runs": options.runs,
        "cold_all_systems": summary(cold),
        **{name: summary(found) for name, found in warm.items()},
    }
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
