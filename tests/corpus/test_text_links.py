from __future__ import annotations

from recommender.corpus.article import Article, TextLink
from recommender.corpus.text_links import dead_text_links, text_links
from recommender.settings import Settings

SITE = [
    Article("/a/", "a.md", "A", url="/a/", text_links=(TextLink("b.md", 3), TextLink("/b/", 4), TextLink("/a/", 5))),
    Article("/b/", "b.md", "B", url="/b/", text_links=(TextLink("gone.md", 7), TextLink("x.pdf", 8))),
    Article("/c/", "c.md", "C", url="/c/", text_links=(TextLink("A", 2, wikilink=True),)),
]


def test_pairs_with_their_counts() -> None:
    found = text_links(SITE, Settings())
    assert found.sources.tolist() == [0, 2]
    assert found.targets.tolist() == [1, 0]
    assert found.counts.tolist() == [2, 1]
    assert len(text_links([], Settings()).sources) == 0


def test_links_that_lead_nowhere() -> None:
    assert [(row, link.line) for row, link in dead_text_links(SITE, Settings())] == [(1, 7)]
