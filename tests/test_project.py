"""What others need to join: workflows that are right, one version, one address, commands that are listed."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import recommender
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name(command[0])), *command[1:]], cwd=ROOT, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", [str(path) for path in WORKFLOWS]),
        ("vendor.dependabot", [".github/dependabot.yml"]),
        (
            "vendor.github-issue-forms",
            sorted(str(path) for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config"),
        ),
    ],
)
def test_what_github_reads_is_what_it_expects(schema: str, files: list[str]) -> None:
    assert files
    done = run("check-jsonschema", "--builtin-schema", schema, *files)
    assert done.returncode == 0, done.stdout + done.stderr


def test_workflows_have_no_known_weakness() -> None:
    done = run("zizmor", "--offline", "--no-progress", "--persona=pedantic", ".github")
    assert done.returncode == 0, done.stdout + done.stderr


def test_workflows_name_targets_that_there_are() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert targets == set(re.findall(r'"make ([a-z]+) ', (ROOT / "Makefile").read_text())) | {"help"}
    for path in WORKFLOWS:
        assert set(re.findall(r"make ([a-z]+)", path.read_text())) <= targets


def test_tests_run_on_every_python_that_is_promised() -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text())["jobs"]
    [job] = [job for job in jobs.values() if "strategy" in job]
    promised = [
        line.rpartition(" ")[2] for line in PROJECT["project"]["classifiers"] if re.search(r"Python :: 3\.\d", line)
    ]
    assert job["strategy"]["matrix"]["python"] == promised
    assert len(job["strategy"]["matrix"]["os"]) == 3


def test_the_version_stands_in_one_place() -> None:
    assert PROJECT["project"]["dynamic"] == ["version"]
    assert "version" not in PROJECT["project"]
    first = re.search(r"^## ([\d.]+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert first is not None
    assert first[1] == recommender.__version__


def test_every_address_is_that_of_one_repository() -> None:
    home = PROJECT["project"]["urls"]["Homepage"]
    assert all(address.startswith(home) for address in PROJECT["project"]["urls"].values())
    assert yaml.safe_load((ROOT / "mkdocs.yml").read_text())["repo_url"] == home
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        assert set(re.findall(r"https://github\.com/[\w.-]+/recommender\b", page.read_text())) <= {home}, page


def test_every_dependency_is_pinned_and_explained() -> None:
    pinned = {
        re.split("[<>=]", line)[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text().splitlines()
    }
    project = PROJECT["project"]
    every = [*project["dependencies"], *(name for extra in project["optional-dependencies"].values() for name in extra)]
    names = {re.split(r"[\[<>=; ]", one)[0].lower().replace("_", "-") for one in every}
    assert names <= pinned
    used = {re.split(r"[\[<>=; ]", one)[0].lower() for one in project["dependencies"]}
    for extra in set(project["optional-dependencies"]) - {"dev"}:
        used |= {re.split(r"[\[<>=; ]", one)[0].lower() for one in project["optional-dependencies"][extra]}
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    rows = "\n".join(line.lower() for page in pages for line in page.read_text().splitlines() if line.startswith("|"))
    assert [name for name in sorted(used) if not re.search(rf"^\|[^|]*\b{re.escape(name)}\b", rows, re.MULTILINE)] == []


def test_the_wheel_tells_its_version(tmp_path: Path) -> None:
    done = run("hatchling", "version")
    assert done.stdout.strip() == recommender.__version__, done.stderr
