from __future__ import annotations

import pytest

from recommender.corpus.article import Article, Link
from recommender.corpus.resolve import AMBIGUOUS, DANGLING, EXTERNAL, resolve_links
from recommender.corpus.urls import normal_url
from recommender.settings import RelatedSettings, Settings, UrlSettings


def site(*links: Link) -> list[Article]:
    return [
        Article(key="/a", path="x/a.md", title="Alpha", id=1, url="/a", links=links),
        Article(key="/b", path="x/b.md", title="Beta", id=2, url="/b", aliases=("The second",)),
        Article(key="/c", path="y/b.md", title="Gamma", id=2, url="/c"),
        Article(key="/d", path="_posts/2024-05-02-storing-onions.md", title="Of onions", id=4, url="/d"),
    ]


def targets(settings: Settings, *links: Link) -> list[int]:
    return resolve_links(site(*links), settings).targets[0].tolist()


def test_by_url_else_by_an_id_that_one_article_has() -> None:
    links = (
        Link("/b"),
        Link("/b/#part"),
        Link("/gone", id=1),
        Link("/gone", id=2),
        Link("/gone"),
        Link("https://x.org/b"),
    )
    assert targets(Settings(), *links) == [1, 1, 0, AMBIGUOUS, DANGLING, EXTERNAL]


@pytest.mark.parametrize(
    ("target", "written", "expected"),
    [
        ("title", "  BETA ", 1),
        ("title", "the  second", 1),
        ("title", "Delta", DANGLING),
        ("title", "https://example.org/x", EXTERNAL),
        ("slug", "a", 0),
        ("slug", "b", 1),
        ("slug", "storing-onions", 3),
        ("slug", "2024-05-02-storing-onions", 3),
        ("path", "y/b", 2),
        ("path", "/y/b.md", 2),
        ("id", "1", 0),
        ("id", "2", AMBIGUOUS),
    ],
)
def test_by_every_kind_of_name(target: str, written: str, expected: int) -> None:
    settings = Settings(related=RelatedSettings(field="more", shape="strings", target=target))  # type: ignore[arg-type]
    assert targets(settings, Link(written)) == [expected]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/a/b/", "/a/b"),
        ("a/b", "/a/b"),
        ("/a/b?x=1#y", "/a/b"),
        ("/a/index.html", "/a"),
        ("/caf%C3%A9", "/café"),
        ("https://example.org/a/", "/a"),
        ("//other.org/a", None),
        ("mailto:a@example.org", None),
        ("http://[broken", None),
        ("/", "/"),
    ],
)
def test_urls_of_one_page_are_equal(url: str, expected: str | None) -> None:
    assert normal_url(url, UrlSettings(site="https://example.org")) == expected
