"""What an attack tried, and what went wrong."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

COMMAND_SECONDS = 300.0


@dataclass
class Findings:
    """What went wrong, and how much was tried."""

    tried: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, what: str) -> None:
        """Keep a finding, and tell it at once."""
        self.wrong.append(what[:500])
        print(f"finding: {what[:500]}", file=sys.stderr, flush=True)


def draws(seed: object) -> random.Random:
    """Random numbers that are the same for the same seed."""
    return random.Random(str(seed))  # noqa: S311 - nothing here is secret


def command(*words: object) -> list[str]:
    """A command of the program, run by this Python."""
    return [sys.executable, "-m", "recommender", *map(str, words)]


def run(findings: Findings, *words: object) -> subprocess.CompletedProcess[str]:
    """A command to its end, which must come in time and with a status and a message that a user can act on."""
    full = command(*words)
    try:
        done = subprocess.run(
            full, capture_output=True, encoding="utf-8", errors="replace", check=False, timeout=COMMAND_SECONDS
        )
    except subprocess.TimeoutExpired:
        findings.add(f"{words[0]} takes over {COMMAND_SECONDS:.0f} s")
        return subprocess.CompletedProcess(full, 2, "", "")
    if "Traceback" in done.stderr or done.returncode not in (0, 1, 2):
        findings.add(f"{words[0]} ends with {done.returncode}: {done.stderr[-300:]}")
    return done


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def emptied(*folders: Path) -> None:
    """Make these folders as good as new."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
