"""`recommender fit`, and `--ranker` of the other commands."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from recommender.cli.app import app
from recommender.ranker.file import load_ranker


def _run(*arguments: str | Path) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_too_few_parts_give_the_default_and_say_so(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "ranker.json"
    told = _run("fit", data, "-o", path, "--no-cache", "-j", "1")
    assert "default combination of text signals" in told
    assert "too few" in told
    assert load_ranker(path).whole is None
    measured = _run("evaluate", data, "--ranker", path, "--systems", "ranker,text", "--no-cache", "-j", "1")
    assert "ranker is the default combination of text signals" in measured
