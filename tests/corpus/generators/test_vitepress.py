"""Addresses of VitePress, compared with the pages that VitePress builds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.corpus.generators import Address, Place, Unknown, read_generator
from tests.corpus.generators.built import (
    NAMES,
    build,
    built_pages,
    differences,
    node_program,
    page,
    pages,
    site_of,
    write,
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    with site_of("vitepress", tmp_path) as folder:
        yield folder


def compare(site: Path, config: str, source: str = "", bare: bool = False) -> dict[str, tuple[object, object]]:
    vitepress = node_program("vitepress", site)
    write(site, {"package.json": "{}", "docs/.vitepress/config.mjs": config})
    build([vitepress, "build", "docs"], site)
    built = built_pages(site / "docs" / ".vitepress" / "dist", "/sub", bare=bare)
    return differences(site / "docs" / source, built, base="/sub", skip=(".vitepress",))


PAGES = """\
index.md
README.md
guide/index.md
guide/v1.2.md
guide/no-front-matter.md :: -
guide/draft.md :: draft: true
packages/a/src/deep/x.md
packages/b/src/index.md
packages/c/other.md
fr/index.md
fr/guide/x.md
private/a.md
guide/_part.md
x.txt
"""


@pytest.mark.parametrize("clean", ["true", "false"])
def test_what_is_a_page_and_where(site: Path, clean: str) -> None:
    # Names that its bundler or its own router takes in another way are no names of pages.
    names = [name for name in NAMES if not set("#?%[]{}()*!&+$'\"\t,;^:|=@~") & set(name) and name[-1:] != "."]
    listing = "\n".join(f"names/{name}.md" for name in names)
    write(site / "docs", pages(PAGES + listing, marked=True))
    config = f"""\
import {{ defineConfig }} from 'vitepress'
export default defineConfig({{
  base: '/sub/',
  cleanUrls: {clean},
  ignoreDeadLinks: true,
  srcExclude: ['private/**', '**/_*.md'],
  locales: {{ root: {{ label: 'English', lang: 'en' }}, fr: {{ label: 'Français' }} }},
  rewrites: {{ 'packages/:pkg/src/:slug*': ':pkg/:slug*' }},
}})
"""
    assert compare(site, config, bare=clean == "true") == {}
    generator = read_generator(site / "docs")
    assert generator is not None
    assert [(one.code, one.default) for one in generator.languages] == [("en", True), ("fr", False)]
    assert generator.place("fr/guide/x.md") == Place("fr", "guide/x.md")
    assert generator.place("guide/x.md") == Place("en", "guide/x.md")


def test_source_folder(site: Path) -> None:
    write(site / "docs" / "pages", pages("index.md\na/b.md", marked=True))
    assert compare(site, "export default { base: '/sub/', srcDir: './pages' }\n", "pages") == {}


def test_what_is_not_known(site: Path) -> None:
    config = "export default { base: process.env.BASE ?? '/x/', rewrites: (id) => id, locales: {} }\n"
    write(site, {".vitepress/config.ts": config, "a.md": page(), "[pkg].md": page()})
    generator = read_generator(site)
    assert generator is not None
    assert generator.base == "/x"
    assert [one.setting for one in generator.unknown] == ["base", "rewrites"]
    assert isinstance(generator.address("a.md", {}), Unknown)
    write(site, {".vitepress/config.ts": "export default {}\n"})
    generator = read_generator(site)
    assert generator is not None
    assert isinstance(generator.address("[pkg].md", {}), Unknown)
    assert generator.address("a.md", {}) == Address("/a.html")
