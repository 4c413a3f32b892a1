"""Addresses of MkDocs, compared with the pages that MkDocs builds."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import pytest

from recommender.corpus.generators import Address, NotBuilt, Place, Unknown, read_generator
from tests.corpus.generators.built import NAMES, build, built_pages, differences, page, pages, write

TEMPLATE = "source[{{ page.file.src_uri }}||{{ page.abs_url or '/' ~ page.url }}]source"
THEME = "theme: {name: null, custom_dir: theme}\n"
SITE = f"site_name: x\nsite_url: https://Example.org/sub/\n{THEME}"


def needs(module: str, how: str) -> None:
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"no {module} (pip install {how})")


def compare(site: Path, config: str, skip: tuple[str, ...] = ()) -> dict[str, tuple[object, object]]:
    needs("mkdocs", "mkdocs")
    write(site, {"mkdocs.yml": config, "theme/main.html": TEMPLATE, "theme/404.html": "none"})
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    build([sys.executable, "-m", "mkdocs", "build", "--quiet"], site, quiet)
    return differences(site / "docs", built_pages(site / "site"), base="/sub", skip=skip)


@pytest.mark.parametrize("in_folders", ["true", "false"])
def test_names(tmp_path: Path, in_folders: str) -> None:
    names = pages(
        "\n".join(f"{folder}{name}.md" for name in (*NAMES, "50%25off", "two  spaces") for folder in ("", "Sub Dir/"))
    )
    write(tmp_path / "docs", names)
    assert compare(tmp_path, f"{SITE}use_directory_urls: {in_folders}\n") == {}


PAGES = """\
index.md
README.md
a.markdown
b.mdown
c.MD
d.txt
no-front-matter.md :: -
guide/README.md
guide/README.fr.md
both/README.md
both/index.md
.hidden.md
.folder/x.md
templates/x.md
guide/templates/x.md
drafts/x.md
guide/_part.md
private/a.md
private/keep.md
"""
EXCLUDED = """\
exclude_docs: |
  _*.md
  /private/*
  !/private/keep.md
draft_docs: |
  drafts/
"""


def test_what_is_a_page_and_where(tmp_path: Path) -> None:
    write(tmp_path / "docs", pages(PAGES))
    assert compare(tmp_path, SITE + EXCLUDED) == {}


def test_inherited_configuration(tmp_path: Path) -> None:
    write(tmp_path, {"base.yml": f"{SITE}use_directory_urls: false\nextra: {{x: !!python/name:os.path.join }}\n"})
    write(tmp_path / "docs", pages("a.md\nb/index.md"))
    assert compare(tmp_path, "INHERIT: base.yml\n") == {}


LANGUAGES = """\
plugins:
  - i18n:
      docs_structure: {structure}
      languages:
        - {{locale: en, name: English, default: true}}
        - {{locale: fr, name: French}}
        - {{locale: de, name: German, build: false}}
      fallback_to_default: false
"""
BY_SUFFIX = """\
index.md
index.fr.md
a.md
a.fr.md
a.de.md
guide/v1.2.md
guide/b.en.md
guide/README.md
guide/README.fr.md
only.fr.md
"""
BY_FOLDER = """\
en/index.md
fr/index.md
en/a.md
fr/a.md
de/a.md
fr/guide/README.md
en/guide/v1.2.md
"""


@pytest.mark.parametrize(("structure", "listing"), [("suffix", BY_SUFFIX), ("folder", BY_FOLDER)])
def test_languages(tmp_path: Path, structure: str, listing: str) -> None:
    needs("mkdocs_static_i18n", "mkdocs-static-i18n")
    write(tmp_path / "docs", pages(listing))
    config = SITE.replace("name: null", "name: null, locale: en") + LANGUAGES.format(structure=structure)
    assert compare(tmp_path, config) == {}
    generator = read_generator(tmp_path / "docs")
    assert generator is not None
    assert [(one.code, one.default) for one in generator.languages] == [("en", True), ("fr", False)]
    path = "a.fr.md" if structure == "suffix" else "fr/a.md"
    assert generator.place(path) == Place("fr", "a.md")


POSTS = """\
blog/index.md
blog/posts/one.md :: title: Soup & Bread, "hot"! :: date: 2024-05-01
blog/posts/two.md :: date: {created: 2024-05-02T10:00:00} :: slug: own-slug
blog/posts/deep/three.md :: title: Käse für 日本 :: date: 2024-12-31 23:00:00
blog/posts/four.md :: title: Draft :: date: 2024-05-03 :: draft: true
blog/posts/five.md :: title: Future :: date: 2099-05-03
"""


def test_blog_of_material(tmp_path: Path) -> None:
    needs("material", "mkdocs-material")
    write(tmp_path / "docs", pages(POSTS))
    options = "plugins: [blog: {draft_if_future_date: true, archive: false, categories: false}]\n"
    write(tmp_path, {"theme/blog.html": "none", "theme/blog-post.html": TEMPLATE})
    config = SITE.replace("name: null", "name: material, font: false") + options
    assert compare(tmp_path, config, skip=("blog/index.md",)) == {}


def test_what_is_not_known(tmp_path: Path) -> None:
    config = "site_name: x\nsite_url: !ENV [URL, 'https://example.org/x/']\n"
    config += "plugins: [material/blog: {post_slugify: !!python/name:a.b }]\n"
    write(tmp_path, {"mkdocs.yml": config, "docs/blog/posts/a.md": page(date="2024-05-01")})
    generator = read_generator(tmp_path / "docs")
    assert generator is not None
    assert [(one.path, one.line, one.setting) for one in generator.unknown] == [("mkdocs.yml", 2, "site_url")]
    assert isinstance(generator.address("blog/posts/a.md", {"title": "A", "date": "2024-05-01"}), Unknown)
    assert generator.address("blog/posts/a.md", {"slug": "x", "date": "2024-05-01"}) == Address("/blog/2024/05/01/x/")


def test_a_folder_of_something_else(tmp_path: Path) -> None:
    write(tmp_path, {"mkdocs.yml": "site_name: x\n", "docs/a.md": page(), "notes/b.md": page()})
    assert read_generator(tmp_path / "notes") is None
    generator = read_generator(tmp_path)
    assert generator is not None
    assert isinstance(generator.address("notes/b.md", {}), NotBuilt)
    assert generator.address("docs/a.md", {}) == Address("/a/")
