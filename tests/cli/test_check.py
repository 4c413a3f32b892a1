from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.cli.command import recommender
from tests.conftest import ROOT, article

FAULTS = ROOT / "tests" / "faults"
WriteSite = Callable[[dict[str, str]], Path]


def test_a_site_without_faults(data: Path) -> None:
    done = recommender("check", data, "--no-cache")
    assert (done.returncode, done.stdout) == (0, "")
    assert "checked       140 articles, 333 links\nfound         nothing\n" in done.stderr


def test_every_fault_is_told_with_its_place() -> None:
    done = recommender("check", "tests/faults", "--no-cache", cwd=ROOT)
    assert done.returncode == 1
    places = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    assert places["tests/faults/self-link.md:13"] == "error: the article links to itself [self-link]"
    assert places["tests/faults/dangling-link.md:16"].endswith("[dangling-link]")
    assert places["tests/faults/missing-answer.md:2"].endswith("[missing-field]")
    assert places["tests/faults/repeated-link.md:19"].endswith("repeats that of line 13 [repeated-link]")
    assert places["tests/faults/repeated-field.md:12"].endswith("the later one holds [odd-value]")
    for rule in ("repeated-id", "repeated-question", "repeated-key", "invalid-yaml", "invalid-utf8"):
        assert sum(message.endswith(f"[{rule}]") for message in places.values()) == 1
    assert done.stdout.splitlines() == sorted(done.stdout.splitlines(), key=lambda line: _place(line))


def _place(line: str) -> tuple[str, int]:
    path, number, _ = line.split(":", 2)
    return path, int(number)


def test_formats_files_and_rules(tmp_path: Path) -> None:
    done = recommender("check", FAULTS, "-f", "json", "--only", "self-link, repeated-id", "-q", "--no-cache")
    assert done.returncode == 1
    assert done.stderr == ""
    assert json.loads(done.stdout)["rules"] == {"repeated-id": 1, "self-link": 1}
    done = recommender("check", FAULTS, "-f", "sarif", "-o", tmp_path / "x.sarif", "-q", "--no-cache")
    assert (done.returncode, done.stdout) == (1, "")
    assert len(json.loads((tmp_path / "x.sarif").read_text())["runs"][0]["results"]) > 10
    done = recommender("check", "tests/faults", "-f", "github", "--only", "self-link", "-q", "--no-cache", cwd=ROOT)
    assert (
        done.stdout == "::error file=tests/faults/self-link.md,line=13,title=self-link::the article links to itself\n"
    )


def test_notes_do_not_fail_a_check(write_site: WriteSite) -> None:
    content = write_site(
        {
            "a.md": article("a", 1, "Why?", "So.", links=("a",)),
            "recommender.yaml": "check:\n  severity: {self-link: note, stale-title: off}\n",
        }
    )
    done = recommender("check", content, "--no-cache")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 1)
    (content / "recommender.yaml").write_text("check: {severity: {self-links: off, stale-title: quiet}}\n")
    done = recommender("check", content, "--no-cache")
    assert done.returncode == 2
    assert "check.severity.self-links is not a setting; did you mean self-link?" in done.stderr
    assert "check.severity.stale-title must be one of error, warning, note, off; found 'quiet'" in done.stderr


def test_wrong_options(data: Path) -> None:
    done = recommender("check", data, "-f", "xml")
    assert (done.returncode, done.stderr) == (
        2,
        "error: --format must be one of text, json, sarif, github; found 'xml'\n",
    )
    done = recommender("check", data, "--only", "dangling")
    assert done.returncode == 2
    assert "found dangling; did you mean dangling-link?; recommender check --list-rules lists them" in done.stderr


def test_list_rules() -> None:
    done = recommender("check", "--list-rules")
    assert done.returncode == 0
    assert done.stdout.startswith("dangling-link          error")


def test_a_check_loads_no_model(data: Path) -> None:
    code = (
        f"import sys; sys.argv = ['recommender', 'check', {str(data)!r}, '-q']\n"
        "from recommender.cli import main\n"
        "heavy = {'torch', 'faiss', 'tokenizers', 'safetensors', 'scipy'}\n"
        "try: main()\nfinally: print(heavy & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_fix_repairs_what_is_certain_and_lists_what_is_left(write_site: WriteSite, tmp_path: Path) -> None:
    content = write_site(
        {
            "a.md": article("a", 1, "Why?", "So.", links=("b", "b", "gone")),
            "b.md": article("b", 2, "How?", "Thus."),
        }
    )
    before = (content / "a.md").read_text()
    common = ("--no-cache", "--state-dir", tmp_path / "state")
    dry = recommender("check", content, "--fix", "--dry-run", *common)
    assert dry.returncode == 1
    assert dry.stdout.startswith("--- a/a.md\n+++ b/a.md\n")
    assert "would be repaired 2 findings in 1 files" in dry.stderr
    assert (content / "a.md").read_text() == before

    done = recommender("check", content, "--fix", *common)
    assert done.returncode == 1
    assert done.stdout.endswith("a.md:16: error: '/learn/gone' is no article here [dangling-link]\n")
    assert len(done.stdout.splitlines()) == 1
    assert "repaired      2 findings in 1 files\n" in done.stderr
    assert f"next          recommender undo {content} --state-dir {tmp_path / 'state'}  # take it back\n" in done.stderr
    assert "related_article3" not in (content / "a.md").read_text()

    assert recommender("undo", content, "--state-dir", tmp_path / "state").returncode == 0
    assert (content / "a.md").read_text() == before


def test_a_dry_run_is_of_a_repair(data: Path) -> None:
    done = recommender("check", data, "--dry-run")
    assert (done.returncode, done.stderr) == (2, "error: --dry-run shows what --fix would write; give both\n")
