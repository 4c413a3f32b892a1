"""Files of version 0.1.0 are read; `tests/former` holds them, made by that version from the site beside them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from recommender.decisions.file import parse_decisions
from recommender.links.formats import load_links
from recommender.settings_file import load_settings
from tests.cli.command import recommender
from tests.conftest import ROOT

FORMER = ROOT / "tests" / "former"


@pytest.fixture
def former(tmp_path: Path) -> Path:
    """The site and all files, where they may be changed."""
    return Path(shutil.copytree(FORMER, tmp_path / "former"))


def test_a_configuration(former: Path) -> None:
    settings = load_settings(former / "site", former / "recommender.yaml")
    assert (settings.fields.key, settings.fields.group, settings.fields.language) == ("url", "subject", None)
    assert (settings.related.field, settings.related.slots) == ("related_article{n}", 2)
    assert (settings.links.k, settings.links.min_score, settings.links.diversity) == (3, 0.01, 0.2)
    assert settings.words.share == 0.6
    assert recommender("check", former / "site", "--config", former / "recommender.yaml").returncode == 0


def test_links_files_in_every_format(former: Path) -> None:
    first, *others = (load_links(former / f"links.{suffix}") for suffix in ("json", "yaml", "jsonl"))
    assert [other.articles for other in others] == [first.articles, first.articles]
    assert (first.k, len(first.articles)) == (3, 6)
    by_key = {one.key: [(related.key, related.curated) for related in one.related] for one in first.articles}
    assert by_key["/learn/inflation"][0] == ("/learn/money", True)


def test_decisions(former: Path) -> None:
    decisions = parse_decisions((former / "decisions.jsonl").read_bytes()).decisions
    assert [one.verdict for one in decisions] == ["accept", "reject", "pin", "reorder", "accept", "never", "undo"]
    assert decisions[-1].undoes == decisions[4].id


def test_commands_take_all_of_them(former: Path) -> None:
    common = ("--config", former / "recommender.yaml", "--decisions", former / "decisions.jsonl", "--no-cache")
    more = ("--previous", former / "links.json", "--ranker", former / "ranker.json")
    done = recommender("links", former / "site", "-o", former / "new.json", *common, *more)
    assert done.returncode == 0, done.stderr
    # A ranker learned other signals then; that is said, and the links are those of the default.
    assert "was learned by another version of this program" in done.stderr + done.stdout
    lists = {one.key: [related.key for related in one.related] for one in load_links(former / "new.json").articles}
    assert lists["/learn/neuron"][0] == "/learn/membrane"
    assert "/learn/tariff" not in lists["/learn/osmosis"]
    assert all("/learn/osmosis" not in found for key, found in lists.items() if key != "/learn/membrane")
    done = recommender("apply", former / "links.jsonl", former / "site", *common)
    assert done.returncode == 0, done.stderr
    assert "url: /learn/membrane" in (former / "site" / "learn" / "neuron.md").read_text()
