"""Every command on a table of articles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from recommender.links.formats import load_links
from tests.cli.command import recommender


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Twelve articles of our own, and one row that is none."""
    words = ["pump", "valve", "hose", "tank", "filter", "gauge", "seal", "motor", "pipe", "nozzle", "clamp", "float"]
    rows = [
        {
            "slug": word,
            "title": f"The {word}",
            "text": f"How a {word} and a {words[n - 1]} work with water in a station: {word} {words[n - 2]}. " * 3,
            "related": [words[n - 1], words[(n + 1) % 12]],
        }
        for n, word in enumerate(words)
    ]
    path = tmp_path / "articles.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"slug": "bolt"}\n', encoding="utf-8")
    return path


def test_every_command_reads_a_table(table: Path, tmp_path: Path) -> None:
    here = ("--cache-dir", str(tmp_path / "cache"))
    output = tmp_path / "links.json"
    done = recommender("links", table, "-k", "3", "-o", output, *here)
    assert done.returncode == 0
    assert "curated links from related (a list of texts, by slug): 24 of 24 inside the site" in done.stdout
    assert "articles      12 of 13 files" in done.stdout
    found = load_links(output)
    assert [len(article.related) for article in found.articles] == [3] * 12
    assert {article.path for article in found.articles} == {None}
    assert recommender("links", table, "-k", "3", "-o", output, "--check", *here).returncode == 0
    checked = recommender("check", table, *here, cwd=tmp_path)
    assert "articles.jsonl:13: error: expected a title" in checked.stdout
    assert checked.returncode == 1
    assert "The hose" in recommender("show", table, "hose", *here).stdout
    measured = recommender("evaluate", table, "--systems", "text", "-q", "--json", tmp_path / "e.json", *here)
    assert measured.returncode == 0
    assert recommender("duplicates", table, *here).returncode == 0
    configuration = tmp_path / "recommender.yaml"
    assert recommender("init", table, "-o", configuration, "-q", *here).returncode == 0
    again = tmp_path / "again.json"
    assert recommender("links", table, "-k", "3", "-o", again, "-q", *here).returncode == 0
    # What was recognised is written down now, so the file no longer says it.
    assert load_links(again).articles == found.articles


def test_a_table_is_read_in_files_as_well(table: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="work folders are Parquet files")
    here = ("-k", "3", "-q", "--cache-dir", str(tmp_path / "cache"))
    for name, options in (("whole.json", ()), ("staged.json", ("--workdir", tmp_path / "work"))):
        assert recommender("links", table, "-o", tmp_path / name, *here, *options).returncode == 0
    assert (tmp_path / "staged.json").read_bytes() == (tmp_path / "whole.json").read_bytes()


def test_a_table_is_never_written(table: Path, tmp_path: Path) -> None:
    before = table.read_bytes()
    output = tmp_path / "links.json"
    here = ("--cache-dir", str(tmp_path / "cache"))
    assert recommender("links", table, "-q", "-o", output, *here).returncode == 0
    for command in (["apply", output, table], ["check", table, "--fix"], ["undo", table]):
        done = recommender(*command)
        assert done.returncode == 2
        assert f"{table} is a table, which is read and never written" in done.stderr
    assert recommender("links", table, "-q", "-o", output, "--check", "--front-matter", *here).returncode == 2
    assert table.read_bytes() == before


def test_the_shape_of_the_own_data_is_known_in_a_table_too(tmp_path: Path) -> None:
    table = tmp_path / "data.jsonl"
    row = {"url": "/a/", "title": "A", "question": "What?", "answer": "That.", "related_article1": {"url": "/b/"}}
    table.write_text(json.dumps(row) + "\n" + json.dumps(row | {"url": "/b/", "related_article1": None}) + "\n")
    done = recommender("links", table, "-o", tmp_path / "l.json", "--cache-dir", tmp_path / "cache")
    assert "1 of 1 inside the site lead to an article" in done.stdout
    assert done.returncode == 0


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    done = recommender("links", tmp_path / "none.csv", "-o", tmp_path / "l.json")
    assert (done.returncode, "found nothing there" in done.stderr) == (2, True)
    (tmp_path / "some.txt").write_text("x")
    done = recommender("links", tmp_path / "some.txt", "-o", tmp_path / "l.json")
    assert done.returncode == 2
    assert "found a file there; a table of articles ends in .jsonl, .ndjson, .csv, .tsv, .parquet" in done.stderr
