from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality.__main__ import record, table
from benchmarks.quality.corpora import corpora
from benchmarks.quality.figures import over_sites, site_figures
from benchmarks.quality.measure import DEFAULT, FITTED, SYSTEMS, TEXT_ONLY, measure

TOPICS = ("bread", "bicycle", "planet", "violin")


def _articles() -> list[dict[str, object]]:
    articles: list[dict[str, object]] = []
    for topic in TOPICS:
        for number in range(4):
            key = f"{topic}/part {number}"
            others = [f"{topic}/part {(number + step) % 4}" for step in (1, 2)]
            articles.append(
                {
                    "key": key,
                    "title": f"About the {topic}, {number}",
                    "text": f"The {topic} has parts: {topic} number{number} and {topic} colour{number % 2}.",
                    "related": others,
                    "fields": {"section": topic, "date": "2024-05-01"},
                }
            )
    return articles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "corpora"
    place.mkdir()
    (place / "small.jsonl").write_text("".join(json.dumps(article) + "\n" for article in _articles()))
    return place


def test_a_corpus_becomes_a_site_whose_links_all_judge(folder: Path, tmp_path: Path) -> None:
    (corpus,) = corpora(folder, tmp_path / "work")
    assert (corpus.content / "bread" / "part%200.md").is_file()
    found = measure(corpus, frozenset(SYSTEMS), tmp_path / "cache")
    assert found.articles == found.queries == 16
    assert found.units == 4
    assert set(found.ratios) == {TEXT_ONLY, DEFAULT, FITTED}
    assert found.recall[TEXT_ONLY] == 1.0  # five places hold all three others of a topic
    assert "articles have curated links; to learn from them, 20 are needed" in found.notes[FITTED]


def test_folders_are_sites_and_take_the_configuration_beside_them(folder: Path, tmp_path: Path) -> None:
    (folder / "raw").mkdir()
    (folder / "raw.yaml").write_text("views: {title: 1}\n")
    (folder / "bare").mkdir()
    found = {corpus.name: corpus for corpus in corpora(folder, tmp_path / "work")}
    assert found["raw"].configuration == folder / "raw.yaml"
    assert found["bare"].configuration is None
    assert set(found) == {"bare", "raw", "small"}
    assert [corpus.name for corpus in corpora(folder, tmp_path / "again", frozenset({"bare"}))] == ["bare"]


def test_ratios_are_to_the_better_baseline() -> None:
    values = {
        "default": np.array([1.0, 0.5, 0.5, 1.0]),
        "tfidf": np.array([0.5, 0.5, 0.5, 0.5]),
        "bm25": np.array([0.5, 0.0, 0.5, 0.5]),
    }
    found = site_figures(values, np.array([0, 0, 1, 1]), articles=9)
    assert found.baseline == "tfidf"
    assert found.ratios["default"].value == pytest.approx(1.5)
    # Both units have one ratio, so every resample has it.
    assert (found.ratios["default"].low, found.ratios["default"].high) == pytest.approx((1.5, 1.5))


def test_a_baseline_that_finds_nothing_is_worth_half_a_hit() -> None:
    nothing = np.zeros(4)
    found = site_figures(
        {"default": np.array([1.0, 0, 0, 0]), "tfidf": nothing, "bm25": nothing}, np.arange(4), articles=9
    )
    assert found.ratios["default"].value == pytest.approx(0.25 / 0.125)


def test_over_sites_is_the_geometric_mean() -> None:
    def site(value: float) -> dict[str, np.ndarray]:
        return {"default": np.full(4, value), "tfidf": np.full(4, 0.4), "bm25": np.full(4, 0.1)}

    sites = {name: site_figures(site(value), np.arange(4), articles=4) for name, value in (("a", 0.2), ("b", 0.8))}
    assert over_sites(sites)["default"].value == pytest.approx(1.0)
    assert "| a | 4 | 0.400 | 0.100 | 0.200: 0.500" in table(sites)
    assert "| below 1 | | | | 1 |" in table(sites)
    assert record(sites)["sites"]["b"]["ratio"]["default"][0] == 2.0
