from __future__ import annotations

from pathlib import Path

import numpy as np

from recommender.site.open import open_site
from recommender.site.overview import NO_GROUP, curated_pairs, overview, score_samples
from recommender.site.site import Site
from tests.conftest import ROOT


def article(folder: Path, name: str, group: str | None, *links: str) -> None:
    lines = [f"url: /{name}", f"question: About {name}", f"title: {name}"]
    lines += [f"subject: {group}"] if group else []
    for number, link in enumerate(links, start=1):
        lines += [f"related_article{number}:", f"  url: /{link}"]
    front = "\n".join(lines)
    (folder / f"{name}.md").write_text(f"---\n{front}\nanswer: All that is known of {name}.\n---\n", encoding="utf-8")


def small(folder: Path) -> Site:
    """Rows: apple 0, bread 1, cheese 2, dates 3."""
    article(folder, "apple", "fruit", "dates", "bread", "dates", "apple")
    article(folder, "bread", "meal", "apple", "nowhere")
    article(folder, "cheese", None)
    article(folder, "dates", "fruit", "apple")
    return open_site(folder, use_cache=False, jobs=1)


def test_a_small_site_counted_by_hand(tmp_path: Path) -> None:
    site = small(tmp_path)
    found = overview(site)
    assert found.groups == {"fruit": 2, NO_GROUP: 1, "meal": 1}
    assert list(found.groups) == ["fruit", NO_GROUP, "meal"]
    assert found.in_degrees.tolist() == [2, 1, 0, 1]
    assert found.out_degrees.tolist() == [2, 1, 0, 1]
    assert found.flows.tolist() == [[2, 0, 1], [0, 0, 0], [1, 0, 0]]
    assert (found.links.written, found.links.dangling, found.links.repeated, found.links.to_self) == (7, 1, 1, 1)
    sources, targets = curated_pairs(site)
    assert list(zip(sources.tolist(), targets.tolist(), strict=True)) == [(0, 1), (0, 3), (1, 0), (3, 0)]
    assert set(found.chars) == {"question", "answer"}
    assert found.chars["question"].tolist() == [len(f"About {name}") for name in ("apple", "bread", "cheese", "dates")]
    assert (
        "curated       7 links, 4 from one article to another, 1 lead nowhere, 1 name their own article, 1 are repeated"
        in found.summary_lines()
    )
    assert "1 articles link to none, 1 are linked by none, the most frequent by 2" in "\n".join(found.summary_lines())


def test_samples_are_scores_of_pairs() -> None:
    site = open_site(ROOT / "data", use_cache=False, jobs=1)
    found = score_samples(site, 3)
    sources, targets = curated_pairs(site)
    np.testing.assert_array_equal(found["curated"], site.pair_scores(sources, targets))
    assert len(found["proposed"]) == 3 * len(site.corpus)
    assert np.median(found["proposed"]) > np.median(found["curated"]) > np.median(found["random"])
    np.testing.assert_array_equal(found["random"], score_samples(site, 3)["random"])
