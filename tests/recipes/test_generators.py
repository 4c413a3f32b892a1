"""Each recipe, followed to the letter, builds pages that show the links."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import SMALL, article
from tests.recipes.site import ARTICLES, follow, related_links, write_articles


def needs(program: str, how: str) -> str:
    """The program's path; skips where it is absent."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"no {program} ({how})")
    return found


def links_of(links_file: Path) -> list[dict[str, Any]]:
    return json.loads(links_file.read_text())["articles"]  # type: ignore[no-any-return]


def assert_suggested(folder: Path, links_file: Path) -> None:
    """The links stand in a field of their own in every file's front matter."""
    wanted = {one["title"]: [link["url"] for link in one["related"]] for one in links_of(links_file)}
    for path in folder.glob("*.md"):
        front_matter = yaml.safe_load(path.read_text().split("---")[1])
        assert [link["url"] for link in front_matter["related_articles"]] == wanted[front_matter["title"]]


def expected(links_file: Path) -> dict[str, list[tuple[str, str]]]:
    """Address and title of every proposed link by the address of the page."""
    articles = links_of(links_file)
    found = {one["url"]: [(link["url"], link["title"]) for link in one["related"]] for one in articles}
    assert len(found) == len(ARTICLES)
    assert all(found.values())
    return found


def test_hugo(tmp_path: Path) -> None:
    hugo = needs("hugo", "Debian: apt-get install hugo")
    write_articles(tmp_path / "content" / "posts")
    (tmp_path / "config.toml").write_text(
        'baseURL = "https://example.org/"\ndisableKinds = ["taxonomy", "term", "RSS"]\n'
    )
    follow("hugo.md", tmp_path, {"hugo": [hugo]})
    for url, links in expected(tmp_path / "data" / "related.json").items():
        assert related_links(tmp_path / "public" / url.strip("/") / "index.html") == links
    assert_suggested(tmp_path / "content" / "posts", tmp_path / "data" / "related.json")


def test_jekyll(tmp_path: Path) -> None:
    jekyll = needs("jekyll", "Debian: apt-get install jekyll")
    write_articles(tmp_path / "_posts", "2024-05-17-{slug}.md", "layout: post\n")
    follow("jekyll.md", tmp_path, {"jekyll": [jekyll]})
    for url, links in expected(tmp_path / "_data" / "related.json").items():
        assert url.startswith("/2024/05/17/")
        assert related_links(tmp_path / "_site" / url.strip("/")) == links
    assert_suggested(tmp_path / "_posts", tmp_path / "_data" / "related.json")


def test_eleventy(tmp_path: Path) -> None:
    eleventy = needs("eleventy", "npm install --global @11ty/eleventy")
    write_articles(tmp_path / "content" / "posts", extra="layout: article.njk\n")
    follow("eleventy.md", tmp_path, {"eleventy": [eleventy]})
    for url, links in expected(tmp_path / "related-links.json").items():
        assert related_links(tmp_path / "_site" / url.strip("/") / "index.html") == links
    assert_suggested(tmp_path / "content" / "posts", tmp_path / "related-links.json")


def test_cloudcannon_with_next(tmp_path: Path) -> None:
    next_ = needs("next", "npm install --global next react react-dom gray-matter")
    modules = Path(os.path.realpath(next_)).parents[3]
    if not all((modules / name).is_dir() for name in ("react", "react-dom", "gray-matter")):
        pytest.skip("no react, react-dom or gray-matter beside next")
    for slug, question, answer, subject, links in SMALL:
        place = tmp_path / "content" / "learn" / f"{slug}.md"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(article(slug, len(slug), question, answer, subject, links))
    (tmp_path / "node_modules").symlink_to(modules)
    (tmp_path / "package.json").write_text('{"name": "site", "private": true}\n')
    # The other bundler takes nothing from outside the site's folder, where this machine's modules are.
    follow("cloudcannon-nextjs.md", tmp_path, {"next": ["sh", "-c", f'exec "{next_}" "$@" --webpack', "next"]})
    for slug, _, _, _, links in SMALL:
        shown = [url for url, _ in related_links(tmp_path / "out" / "learn" / f"{slug}.html")]
        assert shown[: len(links)] == [f"/learn/{link}" for link in links]
        assert len(shown) == len(set(shown)) > len(links)
        assert set(shown) <= {f"/learn/{other}" for other, *_ in SMALL if other != slug}
    configuration = yaml.safe_load((tmp_path / "cloudcannon.config.yml").read_text())
    assert {f"related_article{n}" for n in range(1, 6)} < set(configuration["collections_config"]["learn"]["_inputs"])
    assert subprocess.run(["bash", "-n", tmp_path / ".cloudcannon" / "prebuild"], check=False).returncode == 0
