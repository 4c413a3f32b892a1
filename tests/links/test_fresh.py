from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from recommender.errors import InputError
from recommender.links.formats import save_links
from recommender.links.fresh import ListChange, compare_file, compare_links
from recommender.links.record import ArticleLinks, LinksFile, Related


def to(name: str, score: float | None = 0.5, **parts: object) -> Related:
    usual = {"key": f"/{name}", "id": None, "title": name, "subject": "S", "url": f"/{name}", "path": f"{name}.md"}
    return Related(**{**usual, "score": score, **parts})  # type: ignore[arg-type]


def of(name: str, *related: Related) -> ArticleLinks:
    return ArticleLinks(f"/{name}", 1, name, None, f"/{name}", f"{name}.md", related)


OLD = LinksFile("m", 3, (of("a", to("b"), to("c"), to("d")), of("b", to("a")), of("c")))


def changed(*articles: ArticleLinks) -> list[ListChange]:
    return list(compare_links(OLD, replace(OLD, articles=articles)))


def test_the_same_lists_are_fresh_whatever_their_scores_and_model() -> None:
    assert compare_links(OLD, replace(OLD, model="n")) == ()
    assert changed(of("a", to("b", 0.9), to("c", 0.8), to("d", None)), *OLD.articles[1:]) == []


@pytest.mark.parametrize(
    ("article", "kind", "message"),
    [
        (of("a", to("b"), to("e"), to("f")), "changed", "2 of 3 links are others"),
        (of("a", to("c"), to("b"), to("d")), "changed", "its links are in another order"),
        (of("a", to("b")), "changed", "2 of 3 links are no longer proposed"),
        (
            of("a", to("b"), to("c"), to("d", title="D")),
            "renamed",
            "its title, url or path, or that of an article it leads to",
        ),
        (replace(OLD.articles[0], title="A"), "renamed", "its title, url or path, or that of an article it leads to"),
        (of("a", to("b", path="new/b.md"), to("c"), to("d")), "renamed", "its title, url or path"),
        (replace(OLD.articles[0], path="new/a.md"), "renamed", "its title, url or path"),
        (of("a", to("b", curated=True), to("c"), to("d")), "renamed", "its title, url or path"),
    ],
)
def test_what_changed(article: ArticleLinks, kind: str, message: str) -> None:
    [change] = changed(article, *OLD.articles[1:])
    assert (change.key, change.kind) == ("/a", kind)
    assert change.message.startswith(message)


def test_lists_that_came_and_went_are_told_in_the_order_of_keys() -> None:
    changes = changed(OLD.articles[0], OLD.articles[2], of("z", to("a")))
    assert [(change.key, change.kind) for change in changes] == [("/b", "gone"), ("/z", "new")]


@pytest.mark.parametrize("suffix", [".json", ".yaml", ".jsonl", ".csv"])
def test_every_format_is_compared(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"links{suffix}"
    save_links(OLD, path)
    assert compare_file(path, OLD) == ()
    new = replace(OLD, articles=(of("a", to("b"), to("c"), to("e")), *OLD.articles[1:]))
    assert [change.message for change in compare_file(path, new)] == ["1 of 3 links are others"]


def test_without_a_file_all_are_new_and_another_file_is_refused(tmp_path: Path) -> None:
    assert [change.kind for change in compare_file(tmp_path / "none.json", OLD)] == ["new"] * 3
    for name, text in (("x.json", "{}"), ("x.csv", "a,b\n1,2\n")):
        (tmp_path / name).write_text(text)
        with pytest.raises(InputError, match="is not a links file"):
            compare_file(tmp_path / name, OLD)


def without_paths(links: LinksFile) -> LinksFile:
    """What a file of version 1 holds."""
    return replace(
        links,
        articles=tuple(
            replace(one, path=None, related=tuple(replace(related, path=None) for related in one.related))
            for one in links.articles
        ),
    )


def test_a_file_without_paths_is_fresh_where_all_else_is() -> None:
    assert compare_links(without_paths(OLD), OLD) == ()
    assert [change.key for change in compare_links(without_paths(OLD), replace(OLD, articles=OLD.articles[:2]))] == [
        "/c"
    ]
