from __future__ import annotations

from recommender.corpus.article import Article, TextLink
from recommender.corpus.text_links import dead_text_links, text_links
from recommender.settings import LanguageSettings, Settings

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


def test_a_link_to_another_language_means_the_translation_where_only_one_language_is_read() -> None:
    def links(*targets: str, path: str, url: str, settings: Settings) -> list[int]:
        of = tuple(TextLink(target, 1) for target in targets)
        here = [Article(url, path, "A", url=url, language="de", text_links=of), *others]
        return text_links(here, settings).targets.tolist()

    known = Settings(languages=LanguageSettings(known=("en", "de"), default="en"))
    others = [Article("/de/b/", "docs/de/x/b.md", "B", url="/de/b/", language="de")]
    for target in ("/en/b/", "/b/", "../en/x/b.md", "/en/b/#part", "../en/x/b.md?raw"):
        assert links(target, path="docs/de/a.md", url="/de/a/", settings=known) == [1], target
    for target in ("/en/c/", "../en/c.md", "/fr/b/", "https://example.org/en/b/"):
        assert links(target, path="docs/de/a.md", url="/de/a/", settings=known) == [], target
    # A language's folder by itself names no language.
    others = [Article("/b/", "x/b.md", "B", url="/b/")]
    for target in ("/de/b/", "/pt-br/b/", "../en/x/b.md"):
        assert links(target, path="a.md", url="/a/", settings=Settings()) == [1], target
    assert links("/guide/b/", "../guide/x/b.md", path="a.md", url="/a/", settings=Settings()) == []
