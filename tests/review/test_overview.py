"""The site as a whole, and its map."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from recommender.review.overview import Overview, without_styles
from recommender.site.open import open_site
from recommender.site.site import Site
from tests.conftest import ROOT
from tests.review.helpers import Tab, desk_on


@pytest.fixture(scope="module")
def site() -> Site:
    return open_site(ROOT / "data", use_cache=False)


def test_figures_follow_the_decisions(site: Site, tmp_path: Path) -> None:
    desk = desk_on(site, tmp_path / "d.jsonl")
    overview = Overview(desk)
    before = overview.page()
    assert (before.articles, before.links, before.coverage.total) == (140, 333, 140)
    assert before.coverage.with_links == 124
    assert sum(row.articles for row in before.groups) == 140
    assert sum(row.orphans for row in before.groups) == before.n_orphans == 7
    assert sum(row.without_links for row in before.groups) == 16
    assert before.hubs[0].now == max(one.now for one in before.hubs)
    assert all(one.now == 0 for one in before.orphans)
    orphan = before.orphans[0].article.key
    source = next(article.key for article in site.corpus.articles if not article.links)
    desk.decide(source, orphan, "accept", "")
    after = overview.page()
    assert after.links == 334
    assert after.coverage.with_links == 125
    assert after.n_orphans == 6
    assert orphan not in {one.article.key for one in after.orphans}
    assert after.progress.decided == sum(row.decided for row in after.groups) == 1
    desk.undo(desk.file.standing.of_article(source)[0].id, "")
    assert overview.page() == before


def test_the_page_and_the_map(site: Site, tmp_path: Path) -> None:
    tab = Tab.on(desk_on(site, tmp_path / "d.jsonl"))
    page = tab.read("/overview")
    assert "88.6%</strong> have links: 124 of 140" in page
    while (answer := tab.client.get("/map")).status_code == 202:
        time.sleep(0.05)
    found = json.loads(answer.content)
    assert len(found["groups"]) == 10
    assert {len(found[name]) for name in ("x", "y", "group", "title", "key")} == {140}
    assert max(map(abs, found["x"] + found["y"])) == 1
    assert found["key"] == [article.key for article in site.corpus.articles]


def test_the_plot_has_no_styles_that_the_policy_would_refuse(site: Site, tmp_path: Path) -> None:
    overview = Overview(desk_on(site, tmp_path / "d.jsonl"))
    assert overview.page().plot == ""
    overview.draw()
    plot = overview.page().plot
    assert plot.startswith("<svg")
    assert "style" not in plot
    assert 'stroke="var(--plot-blue' in plot


def test_styles_become_attributes() -> None:
    assert without_styles('<g style="fill: none;stroke:#fff; a:b"/><style>*{c:d}</style>') == (
        '<g fill="none" stroke="#fff" a="b"/>'
    )
