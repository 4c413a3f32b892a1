from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import recommender


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, str, Path]:
    folder = tmp_path_factory.mktemp("evaluate")
    data = Path(__file__).parents[2] / "data"
    path = folder / "figures.json"
    done = recommender("evaluate", data, "--no-cache", "--json", path, "--qrels", folder / "qrels")
    assert done.returncode == 0, done.stderr
    return json.loads(path.read_text()), done.stdout, folder


def test_systems_stand_side_by_side_with_intervals(figures: tuple[dict, str, Path]) -> None:
    found, shown, _ = figures
    assert found["queries"] == 124
    expected = {"text", "question", "answer", "random", "same-group", "nearest-id", "nearest-date", "tfidf", "bm25"}
    assert set(found["systems"]) == expected
    for measures in found["systems"].values():
        for figure in measures.values():
            assert figure["low"] <= figure["mean"] <= figure["high"]
    assert found["systems"]["tfidf"]["R@5"]["mean"] > 5 * found["systems"]["random"]["R@5"]["mean"]
    assert all(name in shown for name in expected)


def test_qrels_are_the_curated_links(figures: tuple[dict, str, Path]) -> None:
    lines = (figures[2] / "qrels").read_text().splitlines()
    assert len(lines) == 333
    assert all(line.split()[3] == "1" for line in lines)


@pytest.mark.parametrize(("limit", "status"), [("nDCG@10=0.99", 1), ("nDCG@10=0.01", 0), ("XYZ=1", 2), ("MRR=x", 2)])
def test_a_figure_that_is_too_low_fails_the_check(limit: str, status: int) -> None:
    data = Path(__file__).parents[2] / "data"
    done = recommender("evaluate", data, "--no-cache", "--systems", "text", "--fail-under", limit)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
