from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import ROOT, article


@pytest.fixture(scope="module")
def attack() -> ModuleType:
    spec = importlib.util.spec_from_file_location("attack", ROOT / "benchmarks" / "attack.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["attack"] = module
    spec.loader.exec_module(module)
    return module


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


def test_hostile_files_are_read_or_refused(attack: ModuleType, site: Path, tmp_path: Path) -> None:
    found = attack.attack(7, files=400, kills=0, requests=0, disks=False, folder=tmp_path, site=site)
    assert found.wrong == []
    assert sum(found.tried.values()) == 400
    # The attack reaches behind the first check.
    assert sum(count for what, count in found.tried.items() if what.endswith(" refused")) > 100


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_one_run_and_one_undo_after_a_kill_give_the_bytes_of_before(
    attack: ModuleType, site: Path, tmp_path: Path
) -> None:
    found = attack.attack(7, files=0, kills=2, requests=0, disks=False, folder=tmp_path, site=site)
    assert found.wrong == []
