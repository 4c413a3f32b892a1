"""Limits in passes over the edges, against deferred acceptance one list after the other, and against the flow."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from recommender.engine.recommend import recommend_in_stages
from recommender.engine.run import EngineSettings, open_staged
from recommender.engine.site import StagedSite
from recommender.links.record import LinksFile
from recommender.neighbours.candidates import Candidates
from recommender.settings import Settings
from recommender.site.recommend import recommend
from tests.engine.sites import write_articles

K = 4


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_articles(tmp_path_factory.mktemp("site") / "content", 120, words=60)


def settings(most: int, **more: object) -> Settings:
    links = replace(Settings().links, k=K, max_inbound=most, **more)  # type: ignore[arg-type]
    return replace(Settings(), links=links)


def staged(content: Path, wanted: Settings, workdir: Path) -> tuple[LinksFile, StagedSite]:
    with open_staged(content, wanted, EngineSettings(workdir=workdir, shards=2, blocks=3), jobs=1) as site:
        return recommend_in_stages(site, flow_up_to=0).links, site


def one_after_the_other(candidates: Candidates, k: int, most: int) -> dict[int, list[int]]:
    """Deferred acceptance by a loop over single offers; what it ends in does not depend on their order."""
    pairs = zip(candidates.indices.tolist(), candidates.scores.tolist(), strict=True)
    scores = {
        (row, target): score
        for row, (targets, values) in enumerate(pairs)
        for target, score in zip(targets, values, strict=True)
        if target >= 0
    }
    left = {row: [target for target in line if target >= 0] for row, line in enumerate(candidates.indices.tolist())}
    held: dict[int, list[int]] = {}
    lists: dict[int, list[int]] = {row: [] for row in left}
    while (row := next((row for row in left if left[row] and len(lists[row]) < k), None)) is not None:
        target = left[row].pop(0)
        lists[row].append(target)
        holders = held.setdefault(target, [])
        holders.append(row)
        holders.sort(key=lambda source: (-scores[source, target], source))
        if len(holders) > most:
            refused = holders.pop()
            lists[refused].remove(target)
    return {row: sorted(line, key=lambda target: (-scores[row, target], target)) for row, line in lists.items()}


@pytest.mark.parametrize("most", [3, 5])
def test_passes_end_where_single_offers_do(content: Path, tmp_path: Path, most: int) -> None:
    found, site = staged(content, settings(most, near_duplicates=True), tmp_path / "work")
    assert site.stages.tally.run["refuse"] > 6
    expected = one_after_the_other(site.propose(50), K, most)
    rows = site.corpus.rows
    lists = {rows[one.key]: [rows[related.key] for related in one.related] for one in found.articles}
    assert lists == expected
    assert max(Counter(target for line in lists.values() for target in line).values()) == most


def test_the_price_is_near_that_of_the_best_there_is(content: Path, tmp_path: Path) -> None:
    found, site = staged(content, settings(5), tmp_path / "work")
    best = recommend(site)

    def total(links: LinksFile) -> float:
        return sum(related.score or 0.0 for one in links.articles for related in one.related)

    assert 0.98 * total(best) <= total(found) <= total(best)
    assert sum(len(one.related) for one in found.articles) == K * len(found.articles)


def test_a_limit_that_cannot_be_kept_in_so_many_passes_is_kept_by_empty_places(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommender.engine.passes.MOST_PASSES", 1)
    with open_staged(content, settings(2), EngineSettings(workdir=tmp_path / "work", blocks=3), jobs=1) as site:
        done = recommend_in_stages(site, flow_up_to=0)
    named = Counter(related.key for one in done.links.articles for related in one.related)
    assert max(named.values()) == 2
    report = done.selected.chosen.report
    assert report.empty_places == K * 120 - named.total()
    assert report.graph is not None
    assert report.graph.largest == 2
    assert report.graph.largest_before > 2
    assert "an article is named by 2 lists at most" in str(report.graph)
