"""The whole main job on made-up sites of growing size: time of each stage, and peak memory of all processes together.

    .venv/bin/python benchmarks/scale.py WORK -o benchmarks/results/scale.json --sizes 10000 30000 100000

Sites are made below WORK by `make_site.py` where they are not there yet, and kept; caches and outputs are removed.
Seconds are wall-clock; processor seconds add up those of all processes while a stage runs. The exponent of a stage is
the slope of the logarithm of its processor seconds on that of the number of articles, from 30,000 on. Memory is the sum
of the processes' resident memory, sampled, of every stage and of the whole; `not_mapped` is without what lies in mapped
files and can be given back. A limit of the control group is told too; mapped and cached files count for it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import threading
import time
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path

import numpy as np
from make_site import ARTICLES_PER_FOLDER, make_site

HERE = Path(__file__).parent
FROM = 30_000
TICKS = os.sysconf("SC_CLK_TCK")


def processes_of(root: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children[parent].append(int(entry.name))
    found = [root]
    for process in found:
        found += children[process]
    return found


def memory(root: int) -> tuple[int, int]:
    """Resident bytes of a process and its descendants, and how many of them lie in mapped files."""
    resident = mapped = 0
    for process in processes_of(root):
        try:
            lines = Path(f"/proc/{process}/status").read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            name, _, value = line.partition(":")
            if name == "VmRSS":
                resident += int(value.split()[0]) * 1024
            elif name == "RssFile":
                mapped += int(value.split()[0]) * 1024
    return resident, mapped


def processor_seconds(root: int) -> float:
    """Of a process and its descendants, those that have ended included."""
    total = 0
    for process in processes_of(root):
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15]))
    return total / TICKS


def memory_limit() -> int | None:
    """Bytes that this process's control group may hold, mapped and cached files included; None without a limit."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, group = line.split(":", 2)
        if controllers in ("", "memory"):
            root = Path("/sys/fs/cgroup") / controllers / group.lstrip("/")
            for name in ("memory.max", "memory.limit_in_bytes"):
                told = (root / name).read_text().strip() if (root / name).exists() else ""
                # The first version of control groups tells the largest number of pages where there is no limit.
                if told.isdigit() and int(told) < 2**60:
                    return int(told)
    return None


def run_job(content: Path, output: Path, cache: Path) -> None:
    """The main job in this process; prints what each stage took as JSON."""
    from recommender import open_site
    from recommender.links.formats import save_links
    from recommender.progress import Advance, Silent, stage
    from recommender.site.recommend import recommend_and_tell

    class Watch(Silent):
        """Stages with their processor seconds."""

        def __init__(self) -> None:
            super().__init__()
            self.begun: dict[str, float] = {}
            self.seen: list[dict[str, object]] = []
            self.peaks = {"resident": 0, "not_mapped": 0}
            threading.Thread(target=self.sample, daemon=True).start()

        def sample(self) -> None:
            while True:
                resident, mapped = memory(os.getpid())
                for name, value in (("resident", resident), ("not_mapped", resident - mapped)):
                    self.peaks[name] = max(self.peaks[name], value)
                time.sleep(0.25)

        def started(self, stage: str, total: int | None) -> Advance:
            print(f"  {stage}", file=sys.stderr, flush=True)
            self.peaks = dict.fromkeys(self.peaks, 0)
            self.begun[stage] = processor_seconds(os.getpid())
            return super().started(stage, total)

        def finished(self, stage: str, seconds: float) -> None:
            spent = processor_seconds(os.getpid()) - self.begun[stage]
            peaks = {f"{name}_mib": round(value / 2**20) for name, value in self.peaks.items()}
            self.seen.append({"stage": stage, "seconds": seconds, "processor_seconds": spent, **peaks})
            print(f"    {seconds:.1f} s, {peaks}", file=sys.stderr, flush=True)

    watch = Watch()
    begun = time.perf_counter()
    site = open_site(content, cache_dir=cache, reporter=watch)
    done = recommend_and_tell(site, reporter=watch)
    with stage(watch, "write"):
        save_links(done.links, output)
    total = time.perf_counter() - begun
    audit = site.plan.audits.get(None)
    told = {
        "articles": len(site.corpus),
        "links": sum(len(article.related) for article in done.links.articles),
        "seconds": total,
        "processor_seconds": processor_seconds(os.getpid()),
        "recall": None if audit is None else audit.recall_ratio,
        "stages": watch.seen,
    }
    print(json.dumps(told))


def watched(content: Path, work: Path, cache: Path) -> dict[str, object]:
    """Run the job in a process of its own and watch the memory of all that it starts."""
    command = [sys.executable, __file__, str(work), "--run", str(content), "--cache", str(cache)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    peaks = {"resident": 0, "not_mapped": 0}
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.25):
            resident, mapped = memory(process.pid)
            peaks["resident"] = max(peaks["resident"], resident)
            peaks["not_mapped"] = max(peaks["not_mapped"], resident - mapped)

    watcher = threading.Thread(target=watch)
    watcher.start()
    printed, _ = process.communicate()
    done.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {process.returncode}")
    found: dict[str, object] = json.loads(printed)
    stages: dict[str, dict[str, float]] = {}
    for one in found["stages"]:  # type: ignore[union-attr]
        place = stages.setdefault(one["stage"], dict.fromkeys(list(one)[1:], 0))
        for name in ("seconds", "processor_seconds"):
            place[name] = round(place[name] + one[name], 2)
        for name in ("resident_mib", "not_mapped_mib"):
            place[name] = max(place[name], one[name])
    found["stages"] = stages
    found["seconds"] = round(found["seconds"], 1)  # type: ignore[arg-type]
    limit = memory_limit()
    found["memory_limit_mib"] = None if limit is None else limit >> 20
    found["peak_mib"] = {name: round(value / 2**20) for name, value in peaks.items()}
    return found


def part_of(site: Path, work: Path, articles: int) -> Path:
    """The first articles of a site, as links to the same files; folders are those of `make_site`."""
    part = work / f"site-{articles}"
    for start in range(0, articles, ARTICLES_PER_FOLDER):
        place = part / f"{start:08d}"
        if place.exists():
            continue
        place.mkdir(parents=True)
        for number in range(start, min(start + ARTICLES_PER_FOLDER, articles)):
            os.link(site / place.name / f"{number:08d}.md", place / f"{number:08d}.md")
    return part


def exponents(runs: list[dict]) -> dict[str, float]:
    """Slope of log time on log articles, for every stage that took a second or more on the largest site."""
    large = [run for run in runs if run["articles"] >= FROM]
    if len(large) < 2:
        return {}
    sizes = np.log([run["articles"] for run in large])
    result = {}
    for name, last in large[-1]["stages"].items():
        times = [run["stages"].get(name, {}).get("processor_seconds", 0) for run in large]
        if last["processor_seconds"] >= 1 and min(times) > 0:
            result[name] = round(float(np.polyfit(sizes, np.log(times), 1)[0]), 2)
    result["whole"] = round(float(np.polyfit(sizes, np.log([run["processor_seconds"] for run in large]), 1)[0]), 2)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=HERE / "results" / "scale.json")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 30_000, 100_000, 300_000, 1_000_000])
    parser.add_argument("--run", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--cache", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        run_job(options.run, options.work / "links.jsonl", options.cache)
        return
    site = options.work / "site"
    before = json.loads(options.output.read_text())["runs"] if options.output.exists() else []
    runs = {run["articles"]: run for run in before}
    for articles in sorted(options.sizes):
        make_site(site, articles)
        part, cache = part_of(site, options.work, articles), options.work / "cache"
        shutil.rmtree(cache, ignore_errors=True)
        runs[articles] = watched(part, options.work, cache)
        cache_bytes = sum(file.stat().st_size for file in cache.iterdir())
        runs[articles]["cache_mib"] = round(cache_bytes / 2**20)
        runs[articles]["links_mib"] = round((options.work / "links.jsonl").stat().st_size / 2**20)
        shutil.rmtree(cache)
        shutil.rmtree(part)
        (options.work / "links.jsonl").unlink()
        ordered = [runs[size] for size in sorted(runs)]
        result = {
            "machine": {
                "processor": platform.processor() or platform.machine(),
                "cores": len(os.sched_getaffinity(0)),
                "python": platform.python_version(),
            },
            "versions": {name: version(name) for name in ("recommender", "faiss-cpu", "numpy", "scipy")},
            "exponents": exponents(ordered),
            "runs": ordered,
        }
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(json.dumps(result, indent=2) + "\n")
        print(json.dumps(runs[articles], indent=2), flush=True)


if __name__ == "__main__":
    main()
