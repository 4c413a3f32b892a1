"""Each recipe, followed to the letter, builds pages that show the links."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.recipes.site import ARTICLES, follow, related_links, write_articles


def needs(program: str, how: str) -> str:
    """The program's path; skips where it is absent."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"no {program} ({how})")
    return found


def expected(links_file: Path) -> dict[str, list[tuple[str, str]]]:
    """Address and title of every proposed link by the address of the page."""
    articles = json.loads(links_file.read_text())["articles"]
    found = {one["url"]: [(link["url"], link["title"]) for link in one["related"]] for one in articles}
    assert len(found) == len(ARTICLES)
    assert all(len(links) == len(ARTICLES) - 1 for links in found.values())
    return found


def test_hugo(tmp_path: Path) -> None:
    hugo = needs("hugo", "Debian: apt-get install hugo")
    write_articles(tmp_path / "content" / "posts")
    (tmp_path / "config.toml").write_text(
        'baseURL = "https://example.org/"\ndisableKinds = ["taxonomy", "term", "RSS"]\n'
    )
    follow("hugo.md", tmp_path, {"hugo": [hugo]}, until="hugo")
    for url, links in expected(tmp_path / "data" / "related.json").items():
        assert related_links(tmp_path / "public" / url.strip("/") / "index.html") == links


def test_jekyll(tmp_path: Path) -> None:
    jekyll = needs("jekyll", "Debian: apt-get install jekyll")
    write_articles(tmp_path / "_posts", "2024-05-17-{slug}.md", "layout: post\n")
    follow("jekyll.md", tmp_path, {"jekyll": [jekyll]}, until="jekyll")
    for url, links in expected(tmp_path / "_data" / "related.json").items():
        assert url.startswith("/2024/05/17/")
        assert related_links(tmp_path / "_site" / url.strip("/")) == links
    assert not (tmp_path / "_site" / "recommender.yaml").exists()


def test_eleventy(tmp_path: Path) -> None:
    eleventy = needs("eleventy", "npm install --global @11ty/eleventy")
    write_articles(tmp_path / "content" / "posts", extra="layout: article.njk\n")
    follow("eleventy.md", tmp_path, {"eleventy": [eleventy]}, until="eleventy")
    for url, links in expected(tmp_path / "related-links.json").items():
        assert related_links(tmp_path / "_site" / url.strip("/") / "index.html") == links
