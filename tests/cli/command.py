"""Run a command in this process, as a person would on the command line."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from recommender.cli.app import app


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left: its exit status and what it printed."""

    returncode: int
    stdout: str
    stderr: str


def recommender(*arguments: str | Path, cwd: Path | None = None, width: int | None = None) -> Done:
    """Run a command; an error that it does not expect is the test's failure."""
    with contextlib.chdir(cwd or Path.cwd()):
        found = CliRunner().invoke(
            app, list(map(str, arguments)), env=None if width is None else {"COLUMNS": str(width)}
        )
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return Done(found.exit_code, found.stdout, found.stderr)


def recommender_process(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, for what only a process shows."""
    command = [sys.executable, "-m", "recommender", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120)
