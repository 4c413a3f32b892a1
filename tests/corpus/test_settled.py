"""Which built page is which article's."""

from __future__ import annotations

from collections.abc import Mapping

from recommender.corpus.article import Article, TextLink
from recommender.corpus.built_pages import built_pages
from recommender.corpus.corpus import ReadFile
from recommender.corpus.settled import BuiltPage, match, with_address, words_of


def article(path: str, title: str, url: str | None = None, slug: str | None = None) -> Article:
    return Article(url or path, path, title, url=url, slug=slug)


def matched(articles: list[Article], pages: list[BuiltPage], texts: Mapping[str, str] | None = None) -> dict[str, str]:
    """Addresses by path."""

    def words(path: str) -> frozenset[str]:
        return words_of((texts or {}).get(path, ""))

    pairs = match(articles, pages, words, words)
    return {articles[at].path: pages[page].url for at, page in pairs.items()}


def test_a_title_that_one_article_and_one_page_have() -> None:
    pages = [BuiltPage("/p/8f/", "The pump", "8f.html"), BuiltPage("/tags/", "Tags", "tags.html")]
    assert matched([article("a/pump.md", "The Pump"), article("b.md", "Else")], pages) == {"a/pump.md": "/p/8f/"}


def test_of_one_title_the_places_decide() -> None:
    articles = [article(f"{part}/index.md", "Overview") for part in ("grid", "list")]
    articles.append(article("list/deep/index.md", "Overview"))
    pages = [BuiltPage(f"/docs/{part}/x", "Overview", part) for part in ("list/deep", "list", "grid")]
    assert matched(articles, pages) == {
        "grid/index.md": "/docs/grid/x", "list/index.md": "/docs/list/x", "list/deep/index.md": "/docs/list/deep/x"
    }  # fmt: skip


def test_of_one_title_and_no_place_the_texts_decide() -> None:
    articles = [article("1.md", "News"), article("2.md", "News")]
    pages = [BuiltPage("/p/a/", "News", "a.html"), BuiltPage("/p/b/", "News", "b.html")]
    texts = {
        "1.md": "the pump was cleaned today",
        "2.md": "a new valve came from the harbour",
        "a.html": "a new valve came from the harbour by ship",
        "b.html": "the pump was cleaned today again",
    }
    assert matched(articles, pages, texts) == {"1.md": "/p/b/", "2.md": "/p/a/"}
    assert matched(articles, pages) == {}


def test_an_address_alone_is_known_by_names_and_dates() -> None:
    articles = [
        article("_posts/2024-05-01-first_pump.md", "One"),
        article("01-intro/02-Second Pump.md", "Two"),
        article("three.md", "Three", slug="the-third"),
        article("4.md", "The fourth pump"),
        article("same.md", "Same", url="/same/"),
    ]
    pages = [
        BuiltPage(url) for url in ("/2024/first-pump.html", "/intro/second-pump", "/the-third/", "/the-fourth-pump/")
    ]
    assert matched(articles, [*pages, BuiltPage("/same")]) == {
        "_posts/2024-05-01-first_pump.md": "/2024/first-pump.html",
        "01-intro/02-Second Pump.md": "/intro/second-pump",
        "three.md": "/the-third/",
        "4.md": "/the-fourth-pump/",
        "same.md": "/same",
    }


def test_an_own_address_counts_unless_its_page_is_another_article() -> None:
    articles = [article("a.md", "A", url="/a/"), article("b.md", "B", url="/b/")]
    pages = [BuiltPage("/a/", "B", "x"), BuiltPage("/b/", "Shown otherwise", "y")]
    assert matched(articles, pages) == {"b.md": "/a/"}
    assert matched(articles[:1], pages[1:]) == {}
    assert matched(articles[1:], pages[1:]) == {"b.md": "/b/"}


def test_a_key_follows_the_address_that_it_was() -> None:
    moved = with_address(ReadFile("a.md", article("a.md", "A", url="/a/")), "/new/").article
    assert moved is not None
    assert (moved.key, moved.url) == ("/new/", "/new/")
    kept = with_address(ReadFile("a.md", Article("7", "a.md", "A", url="/a/")), "/new/").article
    assert kept is not None
    assert (kept.key, kept.url) == ("7", "/new/")
    assert with_address(ReadFile("a.md"), "/new/") == ReadFile("a.md")


def test_addresses_of_pages_are_written_as_their_links_write_them() -> None:
    def page(name: str, *links: str) -> Article:
        return Article(f"/{name}", name, name, url=f"/{name}", text_links=tuple(TextLink(one, 1) for one in links))

    plain = [page("a.html", "/b", "/c"), page("b.html", "/a"), page("c.html")]
    assert [one.url for one in built_pages(plain)] == ["/a", "/b", "/c"]
    below = [page("a.html", "/docs/b.html", "/docs/c.html"), page("b.html", "/docs/a.html"), page("c.html")]
    assert [one.url for one in built_pages(below)] == ["/docs/a.html", "/docs/b.html", "/docs/c.html"]
    alone = [page("a.html", "/b.html"), page("b.html", "/a")]
    assert [one.url for one in built_pages(alone)] == ["/a.html", "/b.html"]
