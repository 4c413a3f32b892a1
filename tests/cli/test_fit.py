"""`recommender fit`, and the ranker that it leaves for the other commands."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from recommender.links.formats import load_links
from recommender.ranker.record import Gain
from recommender.settings import EligibilitySettings, Settings, SourceSettings
from recommender.site import fit as fitting
from recommender.site.open import open_site
from tests.cli.command import recommender
from tests.ranker.helpers import batched_files

COMMON = ("--no-cache", "-j", "1")


@pytest.fixture(scope="module")
def batched_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    content = tmp_path_factory.mktemp("site") / "content"
    content.mkdir()
    for path, text in batched_files(24).items():
        (content / path.replace("/", "-")).write_text(text)
    return content


def _run(*arguments: str | Path, cwd: Path | None = None) -> str:
    done = recommender(*arguments, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_where_nothing_can_be_learned_it_says_why_and_leaves_no_file(data: Path, tmp_path: Path) -> None:
    told = _run("fit", data, *COMMON, cwd=tmp_path)
    assert "written       nothing: all curated links hang together" in told
    assert "# propose by the default ranking" in told
    assert not any(tmp_path.iterdir())


def test_what_does_not_learn_is_not_suggested(data: Path, tmp_path: Path) -> None:
    assert "recommender fit" not in _run("links", data, *COMMON, cwd=tmp_path)
    assert "recommender fit" not in _run("evaluate", data, "--measures", "R@5", *COMMON, cwd=tmp_path)


def test_an_earlier_ranker_stays_as_it_is_where_a_fit_declines(data: Path, tmp_path: Path) -> None:
    (tmp_path / "ranker.json").write_text("as it was")
    told = _run("fit", data, *COMMON, cwd=tmp_path)
    assert "kept          ranker.json, which an earlier fit wrote" in told
    assert (tmp_path / "ranker.json").read_text() == "as it was"


def test_a_ranker_is_taken_up_explains_and_scores(batched_site: Path, tmp_path: Path) -> None:
    assert f"recommender fit {batched_site}  # learn from " in _run("links", batched_site, *COMMON, cwd=tmp_path)
    told = _run("fit", batched_site, "--folds", "2", "--today", "2026-11-30", *COMMON, cwd=tmp_path)
    assert "candidates    100.0% of the links are among them (text " in told
    assert "checked       in 2 turns" in told
    assert re.search(r"gain          \+0\.\d+, 95% interval \+0\.\d+ to \+0\.\d+ over the default ranking", told)
    learned = r"ranker\.json, learned from \d+ curated links on 2026-11-30"
    assert re.search(rf"written       {learned}", told)
    told = _run("links", batched_site, "--explain", *COMMON, cwd=tmp_path)
    assert re.search(rf"ranked by     {learned}", told)
    assert "recommender fit" not in told
    related = [one for article in load_links(tmp_path / "related-links.json").articles for one in article.related]
    assert all(one.score is not None and 0 < one.score < 1 for one in related)
    assert all(one.reasons for one in related)
    shown = _run("show", batched_site, "12", "--explain", *COMMON, cwd=tmp_path)
    assert re.search(r"added together \(|ids \d apart", shown)


def test_a_ranker_that_is_not_surely_better_is_not_written(
    batched_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "_gain", lambda *_: Gain(0.01, -0.002, 0.022))
    told = _run("fit", batched_site, "--folds", "2", *COMMON, cwd=tmp_path)
    assert "what was learned is not surely better than the default ranking" in told
    assert "+0.0100, 95% interval -0.0020 to +0.0220" in told
    assert not any(tmp_path.iterdir())


def test_a_ranker_learns_on_the_articles_that_it_is_used_on(batched_site: Path) -> None:
    def learned_from(settings: Settings) -> tuple[int, int]:
        found = fitting.teachers(open_site(batched_site, settings, use_cache=False, jobs=1)).judgements
        return len(found.queries), len(found.relevant.rows)

    whole = learned_from(Settings())
    sources = learned_from(replace(Settings(), sources=SourceSettings(paths=("*1*",))))
    targets = learned_from(replace(Settings(), targets=EligibilitySettings(paths=("*1*",))))
    assert 0 < sources[0] < whole[0]
    assert 0 < targets[1] < whole[1]
