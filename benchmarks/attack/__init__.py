"""An attack on the program, with a seed: hostile files and work folders, kills, small disks, a crowd on the page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.attack.commands import attack_commands
from benchmarks.attack.disks import attack_by_small_disks, attack_decisions_on_a_full_disk
from benchmarks.attack.files import attack_readers
from benchmarks.attack.findings import Findings, draws
from benchmarks.attack.kills import attack_by_kills
from benchmarks.attack.names import attack_names
from benchmarks.attack.requests import attack_by_requests
from benchmarks.attack.scaling import attack_scaling
from benchmarks.attack.staged import attack_staged_runs, attack_training, attack_work_folder
from benchmarks.attack.watching import attack_watching

DATA = Path(__file__).parents[2] / "data"


@dataclass(frozen=True)
class Plan:
    """How much of each kind is tried."""

    files: int = 0
    kills: int = 0
    disks: int = 0
    decisions: int = 0
    requests: int = 0
    poison: int = 0
    staged: int = 0
    ray: int = 0
    train: int = 0
    names: int = 0
    scaling: int = 0
    commands: int = 0
    watch: int = 0


def attack(seed: int, plan: Plan, folder: Path, site: Path = DATA) -> Findings:
    """All parts that are asked for, each with draws of its own."""
    findings = Findings()
    if plan.files:
        attack_readers(draws(f"files {seed}"), plan.files, folder, site, findings)
    if plan.names:
        attack_names(draws(f"names {seed}"), plan.names, folder, site, findings)
    if plan.scaling:
        attack_scaling(draws(f"scaling {seed}"), plan.scaling, findings)
    if plan.kills:
        attack_by_kills(draws(f"kills {seed}"), plan.kills, folder, site, findings)
    for number in range(plan.disks):
        (folder / f"disk{number}").mkdir()
        attack_by_small_disks(draws(f"disks {seed} {number}"), folder / f"disk{number}", site, findings)
    for number in range(plan.decisions):
        attack_decisions_on_a_full_disk(draws(f"decisions {seed} {number}"), folder, findings)
    if plan.requests:
        attack_by_requests(draws(f"requests {seed}"), plan.requests, folder, site, findings)
    if plan.poison:
        attack_work_folder(draws(f"poison {seed}"), plan.poison, folder, site, findings)
    if plan.staged:
        attack_staged_runs(draws(f"staged {seed}"), plan.staged, folder, site, findings)
    if plan.ray:
        attack_staged_runs(draws(f"ray {seed}"), plan.ray, folder, site, findings, engine="ray")
    if plan.train:
        attack_training(draws(f"train {seed}"), plan.train, folder, site, findings)
    if plan.commands:
        attack_commands(draws(f"commands {seed}"), plan.commands, folder, findings)
    if plan.watch:
        attack_watching(draws(f"watch {seed}"), plan.watch, folder, site, findings)
    return findings
