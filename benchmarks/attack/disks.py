"""Small disks: outputs may not grow beyond a few bytes, which is what a full disk does."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

from benchmarks.attack.findings import COMMAND_SECONDS, Findings, command, run, snapshot

_SCRIPT = "ulimit -f {blocks}; trap '' XFSZ; exec \"$@\""


def attack_by_small_disks(draw: random.Random, folder: Path, site: Path, findings: Findings) -> None:
    """Let no file grow beyond a few bytes."""
    output, state = folder / "small" / "out.json", folder / "small" / "state"
    output.parent.mkdir()
    links = folder / "whole.json"
    run(findings, "links", site, "-o", links, "-q")
    content = folder / "small" / "content"
    shutil.copytree(site, content)
    original = snapshot(content)
    for words in (
        ["links", site, "-o", output],
        ["fit", site, "-o", output],
        ["evaluate", site, "--json", output],
        ["check", site, "-f", "json", "-o", output],
        ["duplicates", site, "-o", output],
        ["apply", links, content, "--state-dir", state],
    ):
        output.write_text("before")
        done = limited(draw.choice((0, 1)), command(*words, "--no-cache", "-q"))
        findings.tried["small disks"] += 1
        if "Traceback" in done.stderr or done.returncode not in (0, 1, 2):
            findings.add(f"small disk: {words[0]} ends with {done.returncode}: {done.stderr[-300:]}")
        if done.returncode == 2 and output.read_text() != "before":
            findings.add(f"small disk: {words[0]} changed its output")
    if snapshot(content).keys() != original.keys():
        findings.add("small disk: apply left files behind")


def limited(blocks: int, words: list[str]) -> subprocess.CompletedProcess[str]:
    """A command whose files may not grow beyond this many kibibytes."""
    script = _SCRIPT.format(blocks=blocks)
    return subprocess.run(
        ["bash", "-c", script, "bash", *words], capture_output=True, text=True, check=False, timeout=COMMAND_SECONDS
    )


_DECIDE = """
import sys
from pathlib import Path
from recommender.decisions.file import DecisionFile
from recommender.decisions.record import new_decision
from recommender.errors import RecommenderError
file = DecisionFile(Path(sys.argv[1]))
written = 0
try:
    for number in range(1000):
        pair = [new_decision("Ada", "accept", source=f"/a{number}", target=target) for target in ("/b", "/c")]
        written += len(file.append(lambda _: pair))
except RecommenderError:
    pass
print(written)
"""


def attack_decisions_on_a_full_disk(draw: random.Random, folder: Path, findings: Findings) -> None:
    """Decide until the disk is full: what was said to be written is there, the rest is refused, and none is broken."""
    from recommender.decisions.file import DecisionFile

    path = folder / "small" / "decisions.jsonl"
    path.parent.mkdir(exist_ok=True)
    for blocks in (draw.randrange(1, 4), draw.randrange(4, 40)):
        path.unlink(missing_ok=True)
        done = limited(blocks, [command()[0], "-c", _DECIDE, str(path)])
        findings.tried["decisions on a full disk"] += 1
        if done.returncode or not done.stdout.strip().isdigit():
            findings.add(f"decisions on a full disk: {done.returncode} {done.stderr[-300:]}")
            continue
        there = DecisionFile(path).standing.links_decided().total()
        if there != int(done.stdout):
            findings.add(f"decisions on a full disk: {done.stdout.strip()} were written, {there} are read")
