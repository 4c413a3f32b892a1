"""Kills of what writes into a site: `apply`, `check --fix`, `undo` and the review page's export."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.attack.findings import COMMAND_SECONDS, Findings, command, emptied, run, snapshot


@dataclass(frozen=True)
class _Place:
    """A site that is written, and what belongs to it."""

    content: Path
    state: Path
    links: Path
    decisions: Path

    @classmethod
    def below(cls, folder: Path) -> _Place:
        return cls(folder / "content", folder / "state", folder / "links.json", folder / "decisions.jsonl")

    def writing(self, kind: str) -> list[str]:
        """The command of this kind."""
        if kind == "export":
            places = map(str, (self.content, self.decisions, self.state))
            return [sys.executable, "-m", "benchmarks.attack.exporting", *places]
        common = ("--state-dir", self.state, "--no-cache", "-q")
        if kind == "apply":
            return command("apply", self.links, self.content, "--overwrite", *common)
        return command("check", self.content, "--fix", *common)

    def undo(self) -> list[str]:
        return command("undo", self.content, "--state-dir", self.state, "-q")


def attack_by_kills(draw: random.Random, count: int, folder: Path, site: Path, findings: Findings) -> None:
    """Kill at random moments; one more run of the same command and one `undo` must give the bytes of before."""
    place = _Place.below(folder)
    run(findings, "links", site, "-o", place.links, "-q")
    original = snapshot(site)
    # How long each takes here, so that kills fall on all of it.
    seconds: dict[str, float] = {}
    for number in range(count):
        emptied(place.content, place.state)
        shutil.copytree(site, place.content)
        kind = draw.choice(("apply", "apply", "check", "export"))
        is_undo = draw.random() < 0.3
        words = place.writing(kind)
        if is_undo or kind not in seconds:
            begun = time.perf_counter()
            _whole(findings, words)
            seconds.setdefault(kind, time.perf_counter() - begun)
            if not is_undo:
                _whole(findings, place.undo())
        sent = draw.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM))
        moment = draw.uniform(0.3, 1.1) * seconds[kind] * (0.5 if is_undo else 1)
        status = killed(place.undo() if is_undo else words, moment, sent)
        findings.tried[f"kills of {'undo' if is_undo else kind}{' that came too late' if status == 0 else ''}"] += 1
        there = snapshot(place.content)
        if lost := original.keys() - there.keys():
            findings.add(f"kill {number}: {len(lost)} files lost")
        _whole(findings, words)
        back = _whole(findings, place.undo())
        if snapshot(place.content) != original:
            told = f"kill {number} ({kind}, undo {is_undo}, {sent.name} after {moment:.2f} s)"
            findings.add(f"{told}: one undo does not give the bytes of before: {back.stderr[-200:]}")
        if left := [path for path in place.content.rglob("*") if path.name not in _names(original)]:
            findings.add(f"kill {number}: {left[0]} was left behind")


def _names(original: dict[str, bytes]) -> set[str]:
    return {part for path in original for part in Path(path).parts}


def killed(words: Sequence[str], seconds: float, sent: signal.Signals) -> int:
    """The status of a command to whose processes a signal was sent at a moment; 0 where it had ended by then."""
    victim = subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, cwd=Path.cwd()
    )
    try:
        victim.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(victim.pid, sent)
    try:
        return victim.wait(COMMAND_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()
        return 1000


def _whole(findings: Findings, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=COMMAND_SECONDS)
    if done.returncode not in (0, 1, 2) or "Traceback" in done.stderr:
        findings.add(f"{words[2:4]} afterwards ends with {done.returncode}: {done.stderr[-300:]}")
    return done
