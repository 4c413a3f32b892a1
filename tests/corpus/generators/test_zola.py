"""Addresses of Zola, by what its documentation says: no package registry has a program to build with."""

from __future__ import annotations

from pathlib import Path

import pytest

from recommender.corpus.generators import Address, Generator, NotBuilt, Place, Unknown, read_generator
from tests.corpus.generators.built import write

CONFIG = 'base_url = "https://Example.org/sub"\ndefault_language = "en"\n'


def site(folder: Path, more: str = "") -> Generator:
    write(folder, {"config.toml": CONFIG + more, "content/a.md": "+++\ntitle = 'A'\n+++\n"})
    generator = read_generator(folder / "content")
    assert generator is not None
    assert (generator.name, generator.site, generator.base) == ("Zola", "https://example.org", "/sub")
    return generator


@pytest.mark.parametrize(
    ("path", "fields", "url"),
    [
        ("_index.md", {}, "/sub/"),
        ("Sub Dir/_index.md", {}, "/sub/Sub%20Dir/"),
        ("Sub Dir/My Page.md", {}, "/sub/Sub%20Dir/my-page/"),
        ("blog/2018-10-10-hello-world.md", {}, "/sub/blog/hello-world/"),
        ("blog/2018-10-10_hello.md", {}, "/sub/blog/hello/"),
        ("blog/2018-10-10T10:20:30Z-hello.md", {}, "/sub/blog/hello/"),
        ("blog/2018-10-10.md", {}, "/sub/blog/2018-10-10/"),
        ("blog/with-assets/index.md", {}, "/sub/blog/with-assets/"),
        ("blog/a.md", {"slug": "Héhé & more"}, "/sub/blog/hehe-more/"),
        ("blog/a.md", {"path": "hello-world"}, "/sub/hello-world/"),
        ("blog/a.md", {"path": "/Deep/Path/"}, "/sub/Deep/Path/"),
        ("index.md", {}, "/sub/"),
    ],
)
def test_addresses(tmp_path: Path, path: str, fields: dict[str, object], url: str) -> None:
    assert site(tmp_path).address(path, fields) == Address(url)


@pytest.mark.parametrize(
    ("mode", "name", "slug"),
    [
        ("on", "test (hey)", "test-hey"), ("safe", "test (hey)", "test%20(hey)"), ("off", "dot. ", "dot.%20"),
        ("safe", "dot. ", "dot"), ("safe", "a:b?c", "abc"), ("safe", "日本", "日本"), ("off", "日本", "日本"),
    ],
)  # fmt: skip
def test_slugs(tmp_path: Path, mode: str, name: str, slug: str) -> None:
    generator = site(tmp_path, f'[slugify]\npaths = "{mode}"\n')
    assert generator.address(f"{name}.md", {}) == Address(f"/sub/{slug}/")


def test_dates_may_stay(tmp_path: Path) -> None:
    generator = site(tmp_path, "[slugify]\npaths_keep_dates = true\n")
    assert generator.address("2018-10-10-hello.md", {}) == Address("/sub/2018-10-10-hello/")


def test_languages(tmp_path: Path) -> None:
    generator = site(tmp_path, "[languages.fr]\n")
    assert [(one.code, one.default) for one in generator.languages] == [("en", True), ("fr", False)]
    assert generator.address("blog/a.fr.md", {}) == Address("/sub/fr/blog/a/")
    assert generator.address("blog/_index.fr.md", {}) == Address("/sub/fr/blog/")
    assert generator.address("blog/b/index.fr.md", {}) == Address("/sub/fr/blog/b/")
    assert generator.place("blog/a.fr.md") == Place("fr", "blog/a")
    assert generator.place("blog/a.md") == Place("en", "blog/a")
    assert isinstance(generator.address("blog/a.it.md", {}), NotBuilt)


def test_what_is_not_built_or_not_known(tmp_path: Path) -> None:
    generator = site(tmp_path, 'ignored_content = ["*.tmp.md", "drafts/**"]\n')
    assert generator.address("a.md", {"draft": True}) == NotBuilt("draft = true", Address("/sub/a/"))
    for path, fields in (("b.md", {"render": False}), ("x.tmp.md", {}), ("drafts/x.md", {}), ("photo.jpg", {})):
        assert isinstance(generator.address(path, fields), NotBuilt)
    for path in ("日本.md", ":.md"):
        assert isinstance(generator.address(path, {}), Unknown)
