from __future__ import annotations

import pytest

from recommender.corpus.article import Article
from recommender.corpus.names import AMBIGUOUS, DANGLING, EXTERNAL, PageIndex
from recommender.settings import RelatedSettings, Settings, UrlSettings

SITE = [
    Article("/a/", "docs/a.md", "Alpha", url="/a/"),
    Article("/part/b/", "docs/part/b.md", "Beta", url="/part/b/", slug="beta"),
    Article("/part/c/", "docs/part/c/index.md", "Gamma", url="/part/c/"),
    Article("/grid/", "docs/grid/grid.md", "Grid", url="/grid/grid/"),
    Article("/tasks/2-move/", "docs/tasks/2-move.md", "Move", url="/tasks/2-move/"),
    Article("/é/", "docs/e\u0301te\u0301.md", "E\u0301te\u0301", url="/e\u0301te\u0301/"),
]
A, B, C, GRID, MOVE, ETE = range(6)
INDEX = PageIndex(SITE, Settings(urls=UrlSettings(site="https://Example.org", loose=True)))


@pytest.mark.parametrize(
    ("source", "written", "expected"),
    [
        (B, "c/index.md", C),
        (B, "./c/", C),
        (B, "../a.md#part", A),
        (B, "../a", A),
        (B, "../../a.md", DANGLING),
        (A, "part/b.md?x=1", B),
        (A, "/part/b/", B),
        (A, "/docs/part/b.md", B),
        (A, "/grid", GRID),
        (A, "/tasks/move", MOVE),
        (A, "slug:beta", B),
        (A, "ref:part/c/index.md", C),
        (A, "https://EXAMPLE.org/a/", A),
        (A, "https://example.org/none/", DANGLING),
        (A, "https://other.org/a/", EXTERNAL),
        (A, "mailto:a@example.org", EXTERNAL),
        (A, "#here", A),
        (A, "/été/", ETE),
        (A, "%C3%A9t%C3%A9.md", ETE),
        (A, "nowhere.md", DANGLING),
    ],
)
def test_links_in_texts(source: int, written: str, expected: int) -> None:
    assert INDEX.href(written, SITE[source]) == expected


@pytest.mark.parametrize(
    ("written", "expected"), [("b", B), ("part/b", B), ("gamma", C), ("c#x", C), ("none", DANGLING)]
)
def test_wikilinks(written: str, expected: int) -> None:
    assert INDEX.href(written, SITE[A], wikilink=True) == expected


def test_paths_that_leave_out_their_beginning() -> None:
    index = PageIndex(SITE, Settings(related=RelatedSettings(base="docs/")))
    assert [index.path(name, SITE[B]) for name in ("part/b", "a.md", "./c/index.md", "../a.md")] == [B, A, C, A]
    assert INDEX.path("tasks/move", SITE[A]) == MOVE
    assert PageIndex(SITE, Settings()).path("tasks/move", SITE[A]) == DANGLING


def test_of_several_the_own_language_then_the_own_folder() -> None:
    site = [Article(f"/{lang}/soup", f"{lang}/soup.md", "Soup", language=lang) for lang in ("de", "en")]
    site += [Article("/de/x", "de/x.md", "X", language="de"), Article("/en/y", "en/y.md", "Y")]
    index = PageIndex(site, Settings())
    assert index.slug("soup", site[2]) == 0
    assert index.slug("soup", site[3]) == 1
    assert index.slug("soup") == AMBIGUOUS
    assert index.title("SOUP", site[2]) == 0
    assert index.rows("slug", "soup") == (0, 1)
