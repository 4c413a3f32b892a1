"""Try the whole attack, or some of it.

    .venv/bin/python -m benchmarks.attack -o benchmarks/results/attack.json
    .venv/bin/python -m benchmarks.attack --only kills --kills 20 --seed 7

- **files**: valid ones of every kind that is read are broken at random (bytes, cuts, repeats, nesting, numbers out of
  range). Each is read, or refused with an error that a user can act on, within seconds.
- **commands**: commands over a small site, one of whose inputs is broken: a ranker that is taken up by itself, built
  pages, a sitemap, a table, a configuration, an article. It works, or ends with status 2 and an error.
- **watch**: what `links --watch` watches is broken, moved, filled and emptied; once all is well, so is its file.
- **scaling**: texts of marks that are begun, nested and repeated; twice the length may take about twice the time.
- **names**: sites whose files have odd names, line ends and encodings.
- **kills**: `apply`, `check --fix`, `undo` and the review page's export get SIGKILL or SIGTERM at a random moment. No
  file is ever lost, and one more run of the same command and one `undo` give the bytes of before.
- **staged**, **ray**, **train**: the same for runs in a work folder and for training; the next run gives what a whole
  one gives.
- **poison**: files of a work folder are broken at random.
- **disks**, **decisions**: files may not grow beyond a few bytes. The status is 2, and what was there stays.
- **requests**: many at once, hostile ones among them, to a review page of its own. None is answered with a 5xx or
  without the headers of safety.

Whatever is otherwise is a finding, and so is a traceback, an exit status that the README does not list, or a command
that takes minutes. The status is 1 if there is one. Figures and findings go to the output, with the set-up.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.attack import Plan, attack

USUAL = Plan(
    files=20_000,
    kills=200,
    disks=3,
    decisions=10,
    requests=2_000,
    poison=100,
    staged=20,
    ray=3,
    train=5,
    names=20,
    scaling=3_000,
    commands=5_000,
    watch=20,
)


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", choices=sorted(asdict(USUAL)), help="This part; may be repeated.")
    for part, count in asdict(USUAL).items():
        parser.add_argument(f"--{part}", type=int, default=count)
    parser.add_argument("-o", "--output", type=Path, help="Takes the results; those of other parts in it stay.")
    options = parser.parse_args(given)
    parts = options.only or list(asdict(USUAL))
    held = json.loads(options.output.read_text(encoding="utf-8")) if options.output and options.output.exists() else {}
    status = 0
    for part in parts:
        folder = Path(tempfile.mkdtemp(prefix=f"attack-{part}-"))
        begun = time.perf_counter()
        findings = attack(options.seed, Plan(**{part: getattr(options, part)}), folder)
        result: dict[str, Any] = {
            "seed": options.seed,
            "count": getattr(options, part),
            "seconds": round(time.perf_counter() - begun),
            "python": platform.python_version(),
            "system": platform.platform(),
            "tried": dict(sorted(findings.tried.items())),
            "findings": findings.wrong,
        }
        held[part] = result
        print(json.dumps({part: result}, indent=2, ensure_ascii=False), flush=True)
        if options.output:
            options.output.write_text(json.dumps(held, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        if findings.wrong:
            print(f"files are in {folder}", file=sys.stderr)
            status = 1
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
