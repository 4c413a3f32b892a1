"""Times of the main job as whole commands: cold, unchanged, after one edit, and against the plain script.

    .venv/bin/python benchmarks/main_job.py CONTENT -o benchmarks/results/main-job.json

The plain script (`benchmarks/plain_script.py`) is what a data scientist would write; it and `recommender links
--model` take turns on the same articles. Figures are medians with their minimum and maximum; peak memory is the
largest single process', as the operating system tells it. The content folder is copied first, so that nothing in it is
touched.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent


def timed(command: list[str], expected: int = 0) -> dict[str, float]:
    """Run a command to its end; wall and processor seconds, and peak memory of its largest process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    if os.waitstatus_to_exitcode(status) != expected:
        raise SystemExit(f"{' '.join(command)} ended with status {os.waitstatus_to_exitcode(status)}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall_seconds": wall, "cpu_seconds": cpu, "peak_mib": usage.ru_maxrss / 1024}


def summary(runs: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    return {
        name: {
            "median": round(statistics.median(run[name] for run in runs), 2),
            "min": round(min(run[name] for run in runs), 2),
            "max": round(max(run[name] for run in runs), 2),
        }
        for name in runs[0]
    }


def links(content: Path, output: Path, cache: Path, *more: str) -> list[str]:
    command = [sys.executable, "-m", "recommender", "links", str(content), "-o", str(output), "--cache-dir", str(cache)]
    return [*command, "--quiet", *more]


def whole_site(content: Path, work: Path, runs: int) -> dict[str, object]:
    """Cold, unchanged and one-edit runs on the whole folder, in turns."""
    cold, unchanged, edited = [], [], []
    victim = sorted(content.rglob("*.md"))[1000]
    original = victim.read_text()
    for number in range(runs):
        cache = work / f"cache-{number}"
        cold.append(timed(links(content, work / "links.json", cache)))
        time.sleep(3)  # files that were written just before they are listed are looked at again
        timed(links(content, work / "links.json", cache))
        unchanged.append(timed(links(content, work / "links.json", cache)))
        victim.write_text(
            original.replace("answer: >-\n    ", f"answer: >-\n    Edit number {number}, about plants. ", 1)
        )
        edited.append(timed(links(content, work / "links.json", cache)))
        victim.write_text(original)
        shutil.rmtree(cache)
    return {
        "articles": len(list(content.rglob("*.md"))),
        "cold": summary(cold),
        "unchanged": summary(unchanged),
        "one_edit": summary(edited),
    }


def against_plain(content: Path, work: Path, articles: int, model: str, runs: int) -> dict[str, object]:
    """The plain script, the same model here, and the default model here, in turns on the first `articles` files."""
    part = work / "part"
    for path in sorted(content.rglob("*.md"))[:articles]:
        place = part / path.relative_to(content)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place)
    plain_command = [
        sys.executable,
        str(HERE / "plain_script.py"),
        str(part),
        "--articles",
        str(articles),
        "--model",
        model,
    ]
    plain, same_model, default = [], [], []
    for _ in range(runs):
        plain.append(timed(plain_command))
        same_model.append(timed(links(part, work / "links.json", work / "none", "--no-cache", "--model", model)))
        default.append(timed(links(part, work / "links.json", work / "none", "--no-cache")))
    ratio = [one["wall_seconds"] / other["wall_seconds"] for one, other in zip(plain, same_model, strict=True)]
    return {
        "articles": articles,
        "model": model,
        "plain_script": summary(plain),
        "same_model": summary(same_model),
        "default_model": summary(default),
        "plain_over_same_model": round(statistics.median(ratio), 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("content", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=HERE / "results" / "main-job.json")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--plain-runs", type=int, default=2)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        content = shutil.copytree(options.content, work / "content")
        result: dict[str, object] = {
            "machine": {
                "processor": platform.processor() or platform.machine(),
                "cores": os.cpu_count(),
                "python": platform.python_version(),
            },
            "versions": {
                name: version(name) for name in ("recommender", "faiss-cpu", "numpy", "sentence-transformers", "torch")
            },
            "runs": options.runs,
        }
        result["whole_site"] = whole = whole_site(content, work, options.runs)
        if options.plain_runs:
            plain = against_plain(content, work, options.articles, options.model, options.plain_runs)
            result["against_plain_script"] = plain
            result["cold_speedup_extrapolated"] = extrapolated(plain, whole)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


def extrapolated(plain: dict, whole: dict) -> dict[str, object]:
    """The plain script's time for the whole folder, were its encoding linear in the number of articles, over ours."""
    seconds = plain["plain_script"]["wall_seconds"]["median"] * whole["articles"] / plain["articles"]
    return {
        "assumption": "the plain script's time grows linearly with the articles (its search grows faster)",
        "plain_seconds": round(seconds),
        "ratio": round(seconds / whole["cold"]["wall_seconds"]["median"], 1),
    }


if __name__ == "__main__":
    main()
