"""What a site was taken for is in its links file, and `--check` says where that has changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from recommender.links.formats import load_links
from recommender.settings import LanguageSettings, RelatedSettings, Settings, UrlSettings
from recommender.site.marks import differences, marks_of
from tests.cli.command import recommender

WriteSite = Callable[[dict[str, str]], Path]


def page(name: str, front: str) -> str:
    return f"---\ntitle: The {name}\n{front}\n---\nHow a {name} works with water in a station.\n"


def test_marks_say_what_decides_and_nothing_that_is_counted() -> None:
    also = (RelatedSettings(field="more", shape="strings", target="path"),)
    settings = Settings(
        related=RelatedSettings(field="related", shape="strings", target="slug", sections=("See also",), also=also),
        urls=UrlSettings(rewrite={"docs/": ""}),
        languages=LanguageSettings(("de", "en")),
        recognised=("anything",),
    )
    assert marks_of(settings) == {
        "title": "title | question",
        "address": "url by /{path}/, docs/ as ",
        "languages": "de, en",
        "curated links": "related (strings, by slug) and more (strings, by path) and sections See also",
    }
    assert marks_of(Settings()) == {}


def test_only_what_both_say_differs() -> None:
    assert list(differences({"a": "1", "b": "2"}, {"a": "1", "b": "3"}, "x.json")) == ["b: 3; x.json was made with: 2"]
    assert list(differences({}, {"a": "1"}, "x.json")) == list(differences({"a": "1"}, {}, "x.json")) == []


def test_check_says_what_is_recognised_otherwise(write_site: WriteSite, tmp_path: Path) -> None:
    names = ("pump", "valve", "tank")
    content = write_site(
        {f"{one}.md": page(one, f"related: [{other}]") for one, other in zip(names, names[::-1], strict=True)}
    )
    output = tmp_path / "links.json"
    assert recommender("links", content, "-q", "-o", output, "--no-cache").returncode == 0
    assert load_links(output).recognised["curated links"] == "related (strings, by slug)"
    same = recommender("links", content, "-o", output, "--check", "--no-cache")
    assert (same.returncode, "otherwise" in same.stderr) == (0, False)
    for name in names:
        (content / f"{name}.md").write_text(page(name, "weight: 1"))
    done = recommender("links", content, "-o", output, "--check", "--no-cache")
    assert (
        "recognised otherwise: curated links: none; links.json was made with: related (strings, by slug)" in done.stderr
    )
