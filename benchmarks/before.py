"""Two checkouts of this program in turns: cold, unchanged and after one edit, as whole commands.

    .venv/bin/python -m benchmarks.before CONTENT OLD NEW -o benchmarks/results/before.json

OLD and NEW are folders of checkouts, run by the same Python; each has a cache of its own and the same articles, a copy
of CONTENT. Ratios are those of runs that follow each other, so that a machine that is slow for a while is slow for
both; medians with minimum and maximum.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.main_job import summary, timed

Runs = dict[str, list[dict[str, float]]]


def run(checkout: Path, content: Path, work: Path) -> dict[str, float]:
    """`links` of one checkout; its cache and its links file are its own."""
    own = work / checkout.name
    command = [sys.executable, "-m", "recommender", "links", str(content), "-o", str(own) + ".json", "-q"]
    return timed(["env", "-C", str(checkout), f"PYTHONPATH={checkout}", *command, "--cache-dir", str(own)])


def ratios(old: list[dict[str, float]], new: list[dict[str, float]]) -> dict[str, float]:
    """New over old, the median of pairs of runs."""
    return {
        name: round(statistics.median(other[name] / one[name] for one, other in zip(old, new, strict=True)), 3)
        for name in old[0]
    }


def commit(checkout: Path) -> str:
    """The commit that a checkout is at."""
    command = ["git", "-C", str(checkout), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("content", type=Path)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=Path(__file__).parent / "results" / "before.json")
    parser.add_argument("--cold", type=int, default=2, help="Cold runs of each.")
    parser.add_argument("--runs", type=int, default=5, help="Unchanged and edited runs of each.")
    options = parser.parse_args()
    checkouts = [options.old.resolve(), options.new.resolve()]
    found: dict[str, Runs] = {kind: {one.name: [] for one in checkouts} for kind in ("cold", "unchanged", "one_edit")}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        content = shutil.copytree(options.content, work / "content")
        files = sorted(content.rglob("*.md"))

        def take_turns(kind: str) -> None:
            for checkout in checkouts:
                found[kind][checkout.name].append(run(checkout, content, work))

        for _ in range(options.cold):
            for checkout in checkouts:
                shutil.rmtree(work / checkout.name, ignore_errors=True)
            take_turns("cold")
        # Files that were written just before they are listed are looked at again.
        time.sleep(3)
        for checkout in checkouts:
            run(checkout, content, work)
        for _ in range(options.runs):
            take_turns("unchanged")
        for number in range(options.runs):
            path = files[(number + 1) * len(files) // (options.runs + 2)]
            words = f"Edit {number} speaks of plants that grow by the river. "
            path.write_text(path.read_text().replace(". ", f". {words}", 1))
            time.sleep(3)
            take_turns("one_edit")
    old, new = (one.name for one in checkouts)
    result = {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "commits": {"old": commit(checkouts[0]), "new": commit(checkouts[1])},
        "articles": len(files),
        **{
            kind: {"old": summary(runs[old]), "new": summary(runs[new]), "new_over_old": ratios(runs[old], runs[new])}
            for kind, runs in found.items()
        },
    }
    options.output.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
