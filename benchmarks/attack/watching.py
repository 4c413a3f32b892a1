"""`links --watch` over a folder in which hostile things happen."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

from benchmarks.attack.files import broken
from benchmarks.attack.findings import Findings, command, emptied

_PAUSE_SECONDS = 0.6
_WAIT_SECONDS = 60.0


def attack_watching(draw: random.Random, count: int, folder: Path, site: Path, findings: Findings) -> None:
    """Break, move, fill and empty what is watched; once all is well again, the file is what a run of its own makes."""
    content, output, whole = folder / "watched", folder / "watched.json", folder / "watched-whole.json"
    errors = folder / "watched.err"
    for number in range(count):
        emptied(content)
        output.unlink(missing_ok=True)
        shutil.copytree(site, content)
        words = command("links", content, "-o", output, "--watch", "-q", "--no-cache", "-j", "1")
        with errors.open("w", encoding="utf-8") as stream:
            process = subprocess.Popen(words, stdout=stream, stderr=stream)
        try:
            _until(output.exists)
            for _ in range(draw.randrange(3, 9)):
                _change(draw, content)
                findings.tried["changes while watching"] += 1
                time.sleep(draw.uniform(0, 2) * _PAUSE_SECONDS)
                if process.poll() is not None:
                    break
            for path in [*content.iterdir()]:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            shutil.copytree(site, content, dirs_exist_ok=True)
            subprocess.run(command("links", content, "-o", whole, "-q", "--no-cache"), check=False)
            good = whole.read_bytes()

            def is_current(good: bytes = good) -> bool:
                # Saved again, as an editor does: a change may have come in the middle of a run.
                (content / "odd.txt").write_text(str(time.monotonic()))
                return output.exists() and output.read_bytes() == good

            if process.poll() is None and not _until(is_current, every=2.0):
                findings.add(f"watching {number}: the file is not what a run makes")
            process.send_signal(signal.SIGINT)
            try:
                status = process.wait(_WAIT_SECONDS)
            except subprocess.TimeoutExpired:
                status = 1000
        finally:
            process.kill()
        told = errors.read_text(encoding="utf-8", errors="replace")
        if status != 0 or "Traceback" in told:
            findings.add(f"watching {number} ends with {status}: {told[-300:]}")


def _until(holds: object, every: float = 0.1) -> bool:
    end = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < end:
        if holds():  # type: ignore[operator]
            return True
        time.sleep(every)
    return False


def _change(draw: random.Random, content: Path) -> None:
    """One thing that happens to a folder."""
    files = sorted(path for path in content.rglob("*.md") if path.is_file())
    victim = draw.choice(files) if files else content / "odd.md"
    how = draw.randrange(8)
    if how == 0 and victim.exists():
        victim.write_bytes(broken(victim.read_bytes(), draw))
    elif how == 1:
        victim.unlink(missing_ok=True)
    elif how == 2:
        (content / "recommender.yaml").write_bytes(draw.choice((b"views: nonsense", b"[" * 50_000, b"\0")))
    elif how == 3:
        (content / "odd-folder").mkdir(exist_ok=True)
        (content / "odd-folder" / "x.md").write_text("---\ntitle: [\n---\n")
    elif how == 4 and victim.exists():
        victim.rename(victim.with_name(f"odd-{draw.randrange(100)}.md"))
    elif how == 5:
        (content / f"odd-{draw.randrange(9)}.md").unlink(missing_ok=True)
        (content / f"odd-{draw.randrange(9)}.md").symlink_to("/etc/passwd")
    elif how == 6:
        (content / "ranker.json").write_bytes(b'{"format":"recommender-ranker/0"}')
    else:
        for path in files:
            path.unlink(missing_ok=True)
