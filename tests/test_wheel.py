from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_works_away_from_the_checkout(wheel: Path, tmp_path: Path, small_site: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    code = "from recommender.cli import main; import recommender; print(recommender.__file__); main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "links", str(small_site), "-o", "links.json", "--no-cache"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert str(tmp_path / "installed") in done.stdout
    assert len(json.loads((tmp_path / "links.json").read_text())["articles"]) == 6


def test_the_wheel_carries_what_is_not_code(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        size_bytes = sum(entry.compress_size for entry in archive.infolist())
    for name in (
        "py.typed",
        "links/links.schema.json",
        "_models/english-static/README.md",
        "_models/multilingual-static/README.md",
        "evaluator/report/page.css",
        "review/assets/review.js",
        "review/templates/work.html.j2",
    ):
        assert f"recommender/{name}" in names
    assert not [name for name in names if name.startswith(("tests/", "data/"))]
    assert size_bytes < 60e6
