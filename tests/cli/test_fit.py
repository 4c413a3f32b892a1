"""`recommender fit`, and `--ranker` of the other commands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from recommender.links.formats import load_links
from recommender.ranker.file import load_ranker
from tests.cli.command import recommender
from tests.ranker.helpers import batched_files


@pytest.fixture
def batched_site(write_site: Callable[[dict[str, str]], Path]) -> Path:
    files = batched_files(40)
    return write_site({path.replace("/", "-"): text for path, text in files.items()})


def _run(*arguments: str | Path) -> str:
    done = recommender(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_too_few_parts_give_the_default_and_say_so(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "ranker.json"
    told = _run("fit", data, "-o", path, "--no-cache", "-j", "1")
    assert "default combination of text signals" in told
    assert "too few" in told
    assert load_ranker(path).whole is None
    measured = _run("evaluate", data, "--ranker", path, "--systems", "ranker,text", "--no-cache", "-j", "1")
    assert "ranker is the default combination of text signals" in measured


def test_a_ranker_proposes_explains_and_scores(batched_site: Path, tmp_path: Path) -> None:
    ranker, links = tmp_path / "ranker.json", tmp_path / "links.json"
    told = _run("fit", batched_site, "-o", ranker, "--folds", "3", "--no-cache", "-j", "1")
    assert "candidates    100.0% of the links are among them (text " in told
    assert "on 3 folds" in told
    told = _run("links", batched_site, "--ranker", ranker, "--explain", "-o", links, "--no-cache", "-j", "1")
    assert "scores        probabilities that an editor links the pair, learned from " in told
    related = [one for article in load_links(links).articles for one in article.related]
    assert all(one.score is not None and 0 < one.score < 1 for one in related)
    assert all(one.reasons for one in related)
    shown = _run("show", batched_site, "12", "--ranker", ranker, "--explain", "--no-cache", "-j", "1")
    assert "added together (" in shown


def test_what_is_no_ranker_is_refused_before_the_work(batched_site: Path, tmp_path: Path) -> None:
    path = tmp_path / "ranker.json"
    path.write_text("{}")
    for verb in (["links"], ["evaluate"], ["show"]):
        arguments = [*verb, str(batched_site), *(["12"] if verb == ["show"] else []), "--ranker", str(path)]
        done = recommender(*arguments)
        assert (done.returncode, "is not a ranker" in done.stderr) == (2, True)


def test_a_ranker_learns_on_the_articles_that_it_is_used_on(batched_site: Path, tmp_path: Path) -> None:
    common = ("--folds", "3", "--no-cache", "-j", "1", "-o", tmp_path / "ranker.json")
    _run("fit", batched_site, *common)
    whole = load_ranker(tmp_path / "ranker.json").card
    _run("fit", batched_site, "--sources", "path=*1*", *common)
    of_sources = load_ranker(tmp_path / "ranker.json").card
    assert 0 < of_sources.queries < whole.queries
    _run("fit", batched_site, "--targets", "path=*1*", *common)
    assert 0 < load_ranker(tmp_path / "ranker.json").card.links < whole.links
