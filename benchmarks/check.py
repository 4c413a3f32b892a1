"""Times of `recommender check` as a whole command, with a warm cache and from nothing.

    .venv/bin/python benchmarks/check.py CONTENT -o benchmarks/results/check.json

Figures are medians with their minimum and maximum; peak memory is the largest single process', as the operating system
tells it. The load of the machine when the runs began stands beside them: where it is above the number of cores, other
programs ran, and processor seconds say more than wall seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from main_job import summary, timed

HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("content", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=HERE / "results" / "check.json")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "recommender", "check", str(options.content), "--cache-dir", folder]
        findings = Path(folder, "findings.json")
        first = subprocess.run([*command, "-q", "-f", "json", "-o", str(findings)], check=False)
        found = json.loads(findings.read_text())
        # Files that were written just before they are listed are looked at again: the second run is the first warm one.
        warm = [timed([*command, "-q"], first.returncode) for _ in range(options.runs + 1)][1:]
        cold = [timed([*command, "-q", "--no-cache"], first.returncode) for _ in range(min(options.runs, 2))]
    result = {
        "machine": {
            "processor": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "load_average": round(load, 1),
        },
        "versions": {name: version(name) for name in ("recommender", "rapidfuzz", "pyyaml", "msgspec")},
        "runs": options.runs,
        "articles": found["articles"],
        "links": found["links"],
        "findings": found["rules"],
        "warm": summary(warm),
        "cold": summary(cold),
    }
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
