"""The notebooks run on the sample, define nothing, and are saved with outputs that may be published."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.conftest import ROOT

FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
_ABSOLUTE = re.compile(r"(?<![\w.:/])/(?:home|Users|root|tmp|var|work|usr|opt)/|[A-Z]:\\\\")
_MOST_BYTES = 1_000_000

by_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def check_outputs(path: Path) -> None:
    """Every cell ran, in order, and said nothing that only its author's machine knows."""
    cells = code_cells(path)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]
    assert _ABSOLUTE.search(path.read_text(encoding="utf-8")) is None
    assert any("image/png" in output.get("data", {}) for output in outputs)


def test_there_are_three() -> None:
    assert [path.name[0] for path in NOTEBOOKS] == ["1", "2", "3"]


@by_notebook
def test_saved_outputs_can_be_published(path: Path) -> None:
    check_outputs(path)
    assert path.stat().st_size < _MOST_BYTES
    assert not [cell for cell in code_cells(path) if "execution" in cell.metadata]


@by_notebook
def test_a_notebook_defines_no_logic(path: Path) -> None:
    source = "\n".join(cell.source for cell in code_cells(path))
    tree = ast.parse(re.sub(r"^%.*$", "", source, flags=re.MULTILINE))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, kinds)]


@by_notebook
def test_one_cell_names_the_folder(path: Path) -> None:
    naming = [cell.source for cell in code_cells(path) if "../data" in cell.source]
    assert naming == ['CONTENT = "../data"']


@by_notebook
def test_a_notebook_runs_from_top_to_bottom(path: Path, tmp_path: Path) -> None:
    # In a process of its own: what Jupyter warns of while it starts a kernel is not ours.
    environment = {**os.environ, "IPYTHONDIR": str(tmp_path / "ipython"), "JUPYTER_PLATFORM_DIRS": "1"}
    command = [sys.executable, str(FOLDER / "save.py"), "--to", str(tmp_path), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    check_outputs(tmp_path / path.name)
