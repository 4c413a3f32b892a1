from __future__ import annotations

from recommender.corpus.article import Article, FieldLines, Link
from recommender.corpus.corpus import ReadFile
from recommender.corpus.sharing import SharedValues
from recommender.errors import Problem


def fresh(text: str) -> str:
    """An equal text that is another object."""
    return "".join(list(text))


def test_a_file_stays_as_it_is_and_shares_what_it_has_in_common() -> None:
    url, title = "/learn/osmosis", "What is osmosis?"
    target = ReadFile("a.md", Article(fresh(url), "a.md", fresh(title), group="Biology", lines=FieldLines(1, 2)))
    link = Link(fresh(url), id=4, title=fresh(title), group=fresh("Biology"), url=fresh(url), line=9, place=1)
    source = ReadFile(
        "b.md",
        Article(
            "/b", "b.md", "B", 3, fresh("Biology"), "/b", None, True, True, "en", ("Bee",), (link,), FieldLines(1, 2)
        ),
    )
    shared = SharedValues()
    first, second = shared.file(target), shared.file(source)
    assert (first, second) == (target, source)
    assert first.article is not None
    assert second.article is not None
    (found,) = second.article.links
    assert found.target is found.url is first.article.key
    assert found.title is first.article.title
    assert found.group is second.article.group is first.article.group
    assert second.article.lines is first.article.lines


def test_a_file_without_an_article_stays_as_it_is() -> None:
    broken = ReadFile("c.md", problem=Problem("c.md", 1, "rule", "message"))
    assert SharedValues().file(broken) is broken
