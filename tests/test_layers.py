"""The contract of layers in pyproject.toml: that it sees every module, and that it sees what breaks it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

from tests.conftest import ROOT

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("recommender", cache_dir=None)


def test_every_module_is_seen(graph: grimp.ImportGraph) -> None:
    names = []
    for path in (ROOT / "recommender").rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    assert sorted(graph.modules) == sorted(names)


def test_every_room_has_its_layer(graph: grimp.ImportGraph) -> None:
    named = [name.strip() for layer in CONTRACTS[0]["layers"] for name in layer.split(":")]
    rooms = {module.split(".")[1] for module in graph.modules if "." in module}
    assert sorted(named) == sorted(rooms)
    assert CONTRACTS[0]["exhaustive"]


def test_an_import_that_goes_up_breaks_it(tmp_path: Path) -> None:
    package = tmp_path / "recommender"
    for path in (ROOT / "recommender").rglob("*.py"):
        copy = package / path.relative_to(ROOT / "recommender")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    with (package / "corpus" / "paths.py").open("a") as file:
        file.write("\n\ndef later() -> None:\n    from recommender.site import open  # noqa: F401\n")
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--config", ROOT / "pyproject.toml"]
    done = subprocess.run(
        [*map(str, command)], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "recommender.corpus.paths -> recommender.site.open" in done.stdout
