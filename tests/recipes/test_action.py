"""The action and the hooks that sites use do what their pages say."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT, SMALL, article
from tests.recipes.site import steps

ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())

# The small site has what some rules find.
LENIENT = 'check: {severity: {stale-title: "off", repeated-id: "off"}}\n'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for slug, question, answer, subject, links in SMALL:
        place = tmp_path / "content" / "learn" / f"{slug}.md"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(article(slug, len(slug), question, answer, subject, links))
    return tmp_path


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """What is on the runner's path: this Python, whose pip installs nothing and says what it was to install."""
    folder = tmp_path / "bin"
    folder.mkdir()
    pip = f'if [ "$2" = pip ]; then echo "$@" >>"{tmp_path}/pip.log"; exit 0; fi'
    for name, text in {
        "python": f'{pip}; exec "{sys.executable}" "$@"',
        "recommender": f'exec "{sys.executable}" -m recommender "$@"',
    }.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(stat.S_IRWXU)
    return folder


def tool(name: str) -> str:
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None:
        pytest.skip(f"no {name}")
    return found


def run_action(site: Path, programs: Path, **given: str) -> list[subprocess.CompletedProcess[str]]:
    """Run the action's own steps with inputs, until one fails."""
    inputs = {name: str(one.get("default", "")) for name, one in ACTION["inputs"].items()} | given
    if shutil.which("bash") is None:
        pytest.skip("no bash")
    done: list[subprocess.CompletedProcess[str]] = []
    for step in ACTION["runs"]["steps"]:
        condition = step.get("if")
        if "run" not in step or (condition is not None and inputs[condition.split()[0][7:]] != "true"):
            continue
        values = dict(step.get("env", {}))
        for key, value in values.items():
            if value.startswith("${{ inputs."):
                values[key] = inputs[value[len("${{ inputs.") : -3]]
        environment = {
            **os.environ, **values, "GITHUB_ACTION_PATH": str(ROOT), "GITHUB_OUTPUT": str(site / "outputs"),
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]
        done.append(subprocess.run(command, cwd=site, env=environment, capture_output=True, text=True, timeout=300))
        if done[-1].returncode != 0:
            break
    return done


def test_the_action_is_well_formed() -> None:
    for command in (
        [tool("check-jsonschema"), "--builtin-schema", "vendor.github-actions", "action.yml"],
        [tool("zizmor"), "--offline", "--no-progress", "--persona=pedantic", "action.yml"],
    ):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_action_installs_from_itself(site: Path, programs: Path) -> None:
    done = run_action(site, programs, content="content")
    assert [one.returncode for one in done] == [0, 0, 0]
    installed = shlex.split((site / "pip.log").read_text())
    assert installed[-1] == str(ROOT)
    assert str(ROOT / "constraints.txt") in installed
    assert (site / "outputs").read_text().startswith("pinned=")


def test_the_action_proposes_then_finds_what_is_out_of_date(site: Path, programs: Path) -> None:
    options = {"content": "content", "output": "links file.json", "options": "-k 2 --keep-curated"}
    assert run_action(site, programs, **options)[-1].returncode == 0
    links = (site / "links file.json").read_text()
    assert '"k":2' in links
    assert run_action(site, programs, **options, fresh="true")[-1].returncode == 0
    extra = article("new", 99, "What is new here?", "Water crosses membranes, and ions too.", "Biology", ())
    (site / "content" / "learn" / "new.md").write_text(extra)
    done = run_action(site, programs, **options, fresh="true")[-1]
    assert done.returncode == 1
    assert (site / "links file.json").read_text() == links


def test_the_action_checks(site: Path, programs: Path) -> None:
    done = run_action(site, programs, content="content", check="true")
    assert done[-1].returncode == 1
    assert "::warning file=content/learn/" in done[-1].stdout
    (site / "recommender.yaml").write_text(LENIENT)
    assert run_action(site, programs, content="content", check="true")[-1].returncode == 0


def test_names_with_signs_of_the_shell_are_only_names(site: Path, programs: Path) -> None:
    done = run_action(site, programs, content="$(touch made); content", options="; touch made")
    assert done[-1].returncode == 2
    assert not (site / "made").exists()


def hook(name: str) -> dict[str, Any]:
    [found] = [one for one in HOOKS if one["id"] == name]
    return found


def run_hook(site: Path, programs: Path, name: str) -> subprocess.CompletedProcess[str]:
    one = hook(name)
    command = [*shlex.split(one["entry"]), *one["args"]]
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=site, env=environment, capture_output=True, text=True, timeout=300)


def test_the_hooks(site: Path, programs: Path) -> None:
    assert run_hook(site, programs, "recommender-check").returncode == 1
    (site / "recommender.yaml").write_text(LENIENT)
    assert run_hook(site, programs, "recommender-check").returncode == 0
    assert run_hook(site, programs, "recommender-fresh").returncode != 0
    command = [programs / "recommender", "links", "content", "--output", "related-links.json", "-q"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=site, env=environment, check=True, timeout=300)
    assert run_hook(site, programs, "recommender-fresh").returncode == 0


def test_the_page_names_the_hooks() -> None:
    [configuration] = [step.text for step in steps("pre-commit.md") if step.path]
    [repository] = yaml.safe_load(configuration)["repos"]
    assert [one["id"] for one in repository["hooks"]] == [one["id"] for one in HOOKS]
    assert all(one["args"] == hook(one["id"])["args"] for one in repository["hooks"])
