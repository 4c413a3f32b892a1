from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from benchmarks.attack import Plan, attack
from tests.conftest import article


@pytest.fixture
def site(tmp_path: Path) -> Path:
    content = tmp_path / "site"
    content.mkdir()
    for number in range(12):
        links = (f"a{(number + 1) % 12}", f"a{(number + 5) % 12}")
        text = article(
            f"a{number}",
            number,
            f"What is {['water', 'salt', 'light', 'cell'][number % 4]} {number}?",
            "A room.",
            links=links,
        )
        (content / f"{number}.md").write_text(text)
    return content


def test_hostile_files_are_read_or_refused(site: Path, tmp_path: Path) -> None:
    found = attack(7, Plan(files=400), tmp_path, site)
    assert found.wrong == []
    assert sum(found.tried.values()) == 400
    # The attack reaches behind the first check.
    assert sum(count for what, count in found.tried.items() if what.endswith(" refused")) > 100


def test_commands_with_one_broken_input_work_or_end_with_an_error(tmp_path: Path) -> None:
    found = attack(7, Plan(commands=10), tmp_path)
    assert found.wrong == []
    assert sum(found.tried.values()) == 10
    assert not any(what.endswith(" failed") for what in found.tried)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_one_run_and_one_undo_after_a_kill_give_the_bytes_of_before(site: Path, tmp_path: Path) -> None:
    found = attack(7, Plan(kills=1), tmp_path, site)
    assert found.wrong == []


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
def test_decisions_on_a_full_disk_are_written_whole_or_refused(site: Path, tmp_path: Path) -> None:
    assert attack(7, Plan(decisions=1), tmp_path, site).wrong == []


def test_the_attack_sees_what_is_wrong(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(path: Path) -> object:
        return json.loads(path.read_bytes())

    monkeypatch.setattr(
        "benchmarks.attack.files.readers", lambda folder, site: {"x.json": (b'{"k": [1, 2]}', careless)}
    )
    found = attack(7, Plan(files=50), tmp_path, site)
    assert 0 < len(found.wrong) < 50
