"""Times of `apply` and `undo` on a whole site, as whole commands.

    .venv/bin/python benchmarks/apply.py CONTENT -o benchmarks/results/apply.json

`links` runs first, so that the cache is warm, as it is on a site that has just made its links file. Then, in turns:
`apply` fills all free places, a second `apply` finds nothing to do, `undo` takes the first back. `--jobs 1` runs show
what one processor does. Figures are medians with their minimum and maximum; processor seconds are those of all
processes together. The content folder is copied first, so that nothing in it is touched; that undo gives back every
byte is checked.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import os
import platform
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from main_job import HERE, summary, timed


def command(verb: str, *more: object, state: Path, cache: Path | None = None) -> list[str]:
    written = [sys.executable, "-m", "recommender", verb, *map(str, more), "--quiet", "--state-dir", str(state)]
    return written if cache is None else [*written, "--cache-dir", str(cache)]


def turns(content: Path, work: Path, runs: int, *jobs: object) -> dict[str, object]:
    """Apply, apply again, undo."""
    cache, state, links = work / "cache", work / "state", work / "links.json"
    first, second, back = [], [], []
    for _ in range(runs):
        first.append(timed(command("apply", links, content, *jobs, state=state, cache=cache)))
        # What was written is read anew once.
        timed(command("apply", links, content, *jobs, state=state, cache=cache))
        second.append(timed(command("apply", links, content, *jobs, state=state, cache=cache)))
        back.append(timed(command("undo", content, *jobs, state=state)))
    return {"fill": summary(first), "nothing_to_do": summary(second), "undo": summary(back)}


def same_bytes(one: Path, other: Path) -> bool:
    compared = filecmp.dircmp(one, other, ignore=[])
    return (
        not (compared.left_only or compared.right_only or compared.funny_files)
        and filecmp.cmpfiles(one, other, compared.common_files, shallow=False)[0] == compared.common_files
        and all(same_bytes(one / name, other / name) for name in compared.common_dirs)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("content", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=HERE / "results" / "apply.json")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        # Only the bytes: the copy may be written, whatever the modes of the files.
        content = Path(shutil.copytree(options.content, work / "content", copy_function=shutil.copyfile))
        made, cache = work / "links.json", work / "cache"
        links = ["links", content, "-o", made, "--quiet", "--cache-dir", cache]
        timed([sys.executable, "-m", "recommender", *map(str, links)])
        result: dict[str, object] = {
            "machine": {
                "processor": platform.processor() or platform.machine(),
                "cores": os.cpu_count(),
                "load_average_before": [round(load, 1) for load in os.getloadavg()],
                "python": platform.python_version(),
            },
            "versions": {name: version(name) for name in ("recommender", "msgspec", "PyYAML")},
            "runs": options.runs,
            "files": sum(path.is_file() for path in content.rglob("*")),
            "all_processors": turns(content, work, options.runs),
            "one_processor": turns(content, work, options.runs, "--jobs", 1),
            "all_bytes_as_before": same_bytes(options.content, content),
        }
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
