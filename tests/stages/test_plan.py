"""The plan of a site: the same answers whatever was asked before, in one process and from the cache."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recommender.neighbours import rerank
from recommender.site.open import open_site
from recommender.site.site import Site
from recommender.stages import neighbours, plan, search
from tests.conftest import ROOT

DATA = ROOT / "data"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A cache in which a run has left what it found."""
    site = open_site(DATA, cache_dir=tmp_path, jobs=1)
    site.propose(30)
    assert len(site.duplicates.labels) == 140
    site.truncation()
    return tmp_path


def same(left: Site, right: Site, depth: int) -> bool:
    one, other = left.propose(depth), right.propose(depth)
    return np.array_equal(one.indices, other.indices) and np.array_equal(one.scores, other.scores)


@pytest.mark.parametrize("before", [[], [30], [139], [30, 139, 60]])
def test_what_is_proposed_does_not_depend_on_what_was_asked_before(before: list[int]) -> None:
    fresh, asked = (open_site(DATA, use_cache=False, jobs=1) for _ in range(2))
    for depth in before:
        asked.propose(depth)
    assert same(fresh, asked, 100)
    assert same(fresh, asked, 5)


def test_a_run_that_changed_nothing_reads_no_vector(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = open_site(DATA, use_cache=False, jobs=1)
    fresh.propose(30)
    monkeypatch.setattr("recommender.execute.vectors.VectorShelf.take", None)
    monkeypatch.setattr("recommender.execute.terms.TermShelf.take", None)
    again = open_site(DATA, cache_dir=kept, jobs=1)
    assert same(fresh, again, 30)
    assert len(again.duplicates.labels) == 140
    assert again.truncation().articles >= 0
    assert "texts" not in again.plan.parts.__dict__


def test_pairs_score_as_they_are_proposed_from_the_cache_as_well(kept: Path) -> None:
    for site in (open_site(DATA, cache_dir=kept, jobs=1), open_site(DATA, use_cache=False, jobs=1)):
        found = site.propose(20)
        rows = np.repeat(np.arange(140), 20)
        assert np.array_equal(site.pair_scores(rows, found.indices.ravel()), found.scores.ravel())


def test_a_search_anew_and_an_update_agree(kept: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    updated = []
    update = search.update
    monkeypatch.setattr(search, "update", lambda *given: updated.append(1) or update(*given))
    content = tmp_path / "content"
    copy_site(content)
    open_site(content, cache_dir=kept, jobs=1).propose(30)
    victim = sorted(content.rglob("*.md"))[7]
    victim.write_text(victim.read_text().replace("the ", "the very same ", 3))
    after = open_site(content, cache_dir=kept, jobs=1)
    after.propose(30)
    assert updated == [1]
    assert same(after, open_site(content, use_cache=False, jobs=1), 30)


def test_after_an_edit_only_the_lists_that_it_touches_are_ranked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for module in (plan, search, neighbours, rerank):
        # Of fifty candidates each, every list of so small a site holds the article.
        monkeypatch.setattr(module, "RERANKED", 4)
    ranked: list[int] = []
    score_lists = neighbours.score_lists
    monkeypatch.setattr(
        neighbours, "score_lists", lambda model, site, rows: ranked.extend(rows) or score_lists(model, site, rows)
    )
    content, cache = tmp_path / "content", tmp_path / "cache"
    copy_site(content)
    open_site(content, cache_dir=cache, jobs=1).propose(4)
    assert sorted(ranked) == list(range(140))
    ranked.clear()
    victim = sorted(content.rglob("*.md"))[7]
    victim.write_text(victim.read_text().replace("the ", "the very same ", 3))
    after = open_site(content, cache_dir=cache, jobs=1)
    after.propose(4)
    assert after.corpus.rows[next(a.key for a in after.corpus.articles if content / a.path == victim)] in ranked
    assert len(ranked) < 70
    assert same(after, open_site(content, use_cache=False, jobs=1), 4)


def copy_site(content: Path) -> None:
    for path in DATA.rglob("*.md"):
        copy = content / path.relative_to(DATA)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
