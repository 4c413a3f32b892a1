from __future__ import annotations

import json
import re
from pathlib import Path

from tests.cli.command import recommender
from tests.conftest import ROOT


def test_a_table_and_the_cards() -> None:
    done = recommender("models", "--no-speed")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"^english-static \(default\) +static +shipped +256 +15\.6$", done.stdout, re.MULTILINE)
    assert re.search(r"^english-static: card .*/english-static/README\.md$", done.stdout, re.MULTILINE)
    assert "texts/s" not in done.stdout


def test_json_with_speeds() -> None:
    done = recommender("models", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    content = json.loads(done.stdout)
    assert content["format"] == "recommender-models/1"
    assert content["models"][0]["name"] == "english-static"
    assert all(model["texts_per_second"] > 0 for model in content["models"])
    assert content["models"][0]["path"] == str(ROOT / "models" / "english-static")


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    done = recommender("models", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {tmp_path}: expected a model or a folder of models")
