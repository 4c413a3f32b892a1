"""The workflows do in a repository what their page says, step by step."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import SMALL, article
from tests.recipes.site import steps

if shutil.which("git") is None or shutil.which("bash") is None:
    pytest.skip("no git or no bash", allow_module_level=True)

WORKFLOWS = {Path(step.path).stem: step.text for step in steps("github-actions.md") if step.path}


def job(name: str) -> list[dict[str, Any]]:
    """The steps of a workflow's only job."""
    # BaseLoader: to YAML 1.1 the key `on` is true.
    jobs = yaml.load(WORKFLOWS[name], Loader=yaml.BaseLoader)["jobs"]
    [only] = jobs.values()
    return only["steps"]  # type: ignore[no-any-return]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A site in a clone of a bare repository, and programs of the runner beside it."""
    programs = tmp_path / "bin"
    programs.mkdir()
    _program(programs / "recommender", f'exec "{sys.executable}" -m recommender "$@"')
    _program(programs / "gh", f'echo "$@" >>"{tmp_path}/gh.log"; [ "$2" != view ]')
    site = tmp_path / "site"
    for slug, question, answer, subject, links in SMALL:
        place = site / "content" / "learn" / f"{slug}.md"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(article(slug, len(slug), question, answer, subject, links))
    for command in (
        ["git", "init", "--quiet", "--bare", str(tmp_path / "origin.git")],
        ["git", "init", "--quiet", "--initial-branch=main", "."],
        ["git", "remote", "add", "origin", str(tmp_path / "origin.git")],
        ["git", "add", "."],
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "Articles"],
    ):
        subprocess.run(command, cwd=site, check=True, capture_output=True)
    return site


def _program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def run(step: dict[str, Any], repository: Path) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub does."""
    environment = {**os.environ, "PATH": f"{repository.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    environment["XDG_STATE_HOME"] = str(repository.parent / "state")
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, timeout=120)


def own_steps(name: str) -> list[dict[str, Any]]:
    return [step for step in job(name) if "run" in step and step["name"] != "Install"]


def test_check_annotates_the_lines_of_links(repository: Path) -> None:
    [step] = own_steps("check-links")
    done = run(step, repository)
    assert done.returncode == 1
    assert (
        "::warning file=content/learn/osmosis.md,line=13,title=stale-title::the title 'About membrane'" in done.stdout
    )


def test_scan_writes_a_log_and_goes_on(repository: Path) -> None:
    [step] = own_steps("scan-links")
    assert run(step, repository).returncode == 0
    assert '"ruleId":"stale-title"' in (repository / "links.sarif").read_text()
    (repository / "recommender.yaml").write_text("fields: {key: [}\n")
    assert run(step, repository).returncode != 0


def test_refresh_fills_places_and_opens_one_pull_request(repository: Path) -> None:
    fill, ask = own_steps("refresh-links")
    done = run(fill, repository)
    assert done.returncode == 0, done.stderr
    done = run(ask, repository)
    assert done.returncode == 0, done.stderr
    changed = subprocess.run(
        ["git", "show", "--stat", "--format=%s", "related-links"],
        cwd=repository,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert changed.startswith("Fill related links\n")
    assert all(f"content/learn/{slug}.md" in changed for slug, *_ in SMALL)
    assert "6 files changed" in changed
    log = (repository.parent / "gh.log").read_text().splitlines()
    assert log == ["pr view related-links", "pr create --fill"]


def test_every_workflow_is_for_a_repository_of_its_own_settings() -> None:
    # The fourth is the action, which has tests of its own.
    own = {"check-links", "refresh-links", "scan-links"}
    assert set(WORKFLOWS) == own | {"related-links"}
    for name in sorted(own):
        uses = [step["uses"].partition("@")[0] for step in job(name) if "uses" in step]
        assert uses[:2] == ["actions/checkout", "actions/setup-python"]
