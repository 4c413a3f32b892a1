"""Kills of runs in stages and of `train`, and a work folder that somebody else wrote into."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

from benchmarks.attack.files import broken
from benchmarks.attack.findings import Findings, emptied, run
from benchmarks.attack.kills import killed


def attack_staged_runs(
    draw: random.Random, count: int, folder: Path, site: Path, findings: Findings, *, engine: str = "local"
) -> None:
    """Kill runs with a work folder; the next run makes the links that a whole run makes."""
    work, output, whole = folder / "work", folder / "staged.json", folder / "whole-staged.json"
    options = ("--workdir", work, "--engine", engine, "-j", "2", "-q")
    begun = time.perf_counter()
    run(findings, "links", site, "-o", whole, *options)
    seconds = time.perf_counter() - begun
    for number in range(count):
        if draw.random() < 0.5:
            emptied(work)
        output.unlink(missing_ok=True)
        words = ["links", site, "-o", output, *options]
        sent = draw.choice((signal.SIGKILL, signal.SIGTERM))
        status = killed(_command(words), draw.uniform(0.2, 1.0) * seconds, sent)
        findings.tried[f"kills of --workdir by {engine}{' that came too late' if status == 0 else ''}"] += 1
        if output.exists() and output.read_bytes() != whole.read_bytes():
            findings.add(f"staged kill {number}: a links file that is not whole")
        run(findings, *words)
        if not output.exists() or output.read_bytes() != whole.read_bytes():
            findings.add(f"staged kill {number}: the next run makes other links")
    emptied(work)


def attack_work_folder(draw: random.Random, count: int, folder: Path, site: Path, findings: Findings) -> None:
    """Break files of a work folder: the run makes the same links, or ends with an error that says what to do."""
    work, output, whole = folder / "poisoned", folder / "poisoned.json", folder / "unpoisoned.json"
    options = ("--workdir", work, "-j", "1", "-q")
    run(findings, "links", site, "-o", whole, *options)
    for number in range(count):
        files = sorted(path for path in work.rglob("*") if path.is_file())
        victim = draw.choice(files)
        before = victim.read_bytes()
        victim.write_bytes(broken(before, draw))
        output.unlink(missing_ok=True)
        done = run(findings, "links", site, "-o", output, *options)
        name = victim.relative_to(work)
        findings.tried[f"poisoned work folder {'refused' if done.returncode == 2 else 'read'}"] += 1
        if done.returncode == 0 and output.read_bytes() != whole.read_bytes():
            findings.tried["poisoned work folder with other links"] += 1
        if done.returncode == 2 and "error" not in done.stderr.lower():
            findings.add(f"poison {number} in {name}: no error is told")
        victim.parent.mkdir(parents=True, exist_ok=True)
        victim.write_bytes(before)
    emptied(work)


def attack_training(draw: random.Random, count: int, folder: Path, site: Path, findings: Findings) -> None:
    """Kill `train` at random moments; the same command goes on, and what it leaves is a model or nothing."""
    model = folder / "model-trained"
    words = ["train", site, "-o", model, "--epochs", "1", "-q"]
    begun = time.perf_counter()
    run(findings, *words)
    seconds = time.perf_counter() - begun
    for number in range(count):
        emptied(model)
        sent = draw.choice((signal.SIGKILL, signal.SIGTERM))
        status = killed(_command(words), draw.uniform(0.2, 1.0) * seconds, sent)
        findings.tried[f"kills of train{' that came too late' if status == 0 else ''}"] += 1
        if status != 0 and model.exists() and any(model.iterdir()):
            done = run(findings, "links", site, "--model", model, "-o", folder / "trained.json", "-q")
            if done.returncode:
                findings.add(f"train kill {number}: half a model was left: {done.stderr[-200:]}")
        emptied(model)
        run(findings, *words)
        if not model.exists():
            findings.add(f"train kill {number}: the next run makes no model")


def _command(words: list[object]) -> list[str]:
    from benchmarks.attack.findings import command

    return command(*words)
