"""The plugin for MkDocs, in sites that MkDocs builds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest

from tests.conftest import ROOT
from tests.recipes.site import ARTICLES, write_articles
from tests.recipes.test_by_path import expected, links_file

pytest.importorskip("mkdocs")
SITE = "site_name: x\nsite_url: https://example.org/sub/\ntheme: {name: null, custom_dir: theme}\n"
_LIST = re.compile(r"<h2[^>]*>See also</h2>\s*<ul>(.*?)</ul>", re.DOTALL)
_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>')

Built = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def build(tmp_path: Path) -> Built:
    """Build a site with the plugin under the name that the package declares for it."""
    [(group, plugins)] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"].items()
    declared = tmp_path / "installed" / "recommender_plugin-0.dist-info"
    declared.mkdir(parents=True)
    (declared / "METADATA").write_text("Metadata-Version: 2.1\nName: recommender-plugin\nVersion: 0\n")
    lines = [f"{name} = {target}" for name, target in plugins.items()]
    (declared / "entry_points.txt").write_text("\n".join([f"[{group}]", *lines]))
    path = os.pathsep.join([str(tmp_path / "installed"), str(ROOT)])
    (tmp_path / "theme").mkdir()
    (tmp_path / "theme" / "main.html").write_text("{{ page.content }}")

    def run(options: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        (tmp_path / "mkdocs.yml").write_text(f"{SITE}plugins:\n  - recommender: {options}\n")
        environment = {**os.environ, "PYTHONPATH": path, "NO_MKDOCS_2_WARNING": "1"}
        command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == status, done.stderr
        return done

    return run


def shown(site: Path, address: str) -> list[tuple[str, str]]:
    """Absolute addresses and titles in the list of the page at an address."""
    page = site / "site" / unquote(address).removeprefix("/sub/") / "index.html"
    found = _LIST.search(page.read_text())
    links = _LINK.findall(found[1]) if found else []
    return [(unquote(urljoin(address, unescape(url))), unescape(title)) for url, title in links]


PAGES = {
    "index.md": "/sub/",
    "guide/README.md": "/sub/guide/",
    "guide/My_Page *one*.md": "/sub/guide/My_Page *one*/",
    "Sub Dir/c++ (2).md": "/sub/Sub Dir/c++ (2)/",
}


def test_links_of_a_file(tmp_path: Path, build: Built) -> None:
    for path in PAGES:
        place = tmp_path / "docs" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("# A page\n\nSoup and bread.\n")
    (tmp_path / "links.json").write_text(links_file([*PAGES, "gone.md"]))
    build("{links: links.json, heading: See also}")
    paths, addresses = list(PAGES), list(PAGES.values())
    # The last two pages are related to one that is gone, too.
    assert shown(tmp_path, "/sub/") == expected(paths, addresses, 0)
    assert shown(tmp_path, "/sub/guide/") == expected(paths, addresses, 1)
    assert shown(tmp_path, "/sub/guide/My_Page *one*/") == expected(paths, addresses, 2)[:1]
    assert shown(tmp_path, "/sub/Sub Dir/c++ (2)/") == expected(paths, addresses, 2)[1:]


def test_links_that_are_proposed_at_each_build(tmp_path: Path, build: Built) -> None:
    write_articles(tmp_path / "docs")
    (tmp_path / "recommender.yaml").write_text(
        "fields: {key: $url, url: $url, question: title, answer: $body}\nrelated: {field: null}\n"
    )
    build("{k: 2, heading: See also}")
    titles = {slug: title for slug, (title, _) in ARTICLES.items()}
    for slug in ARTICLES:
        links = shown(tmp_path, f"/sub/{slug}/")
        assert len(links) == 2
        for url, title in links:
            target = url.removeprefix("/sub/").strip("/")
            assert target != slug
            assert title == titles[target]


def test_a_template_of_ones_own(tmp_path: Path, build: Built) -> None:
    write_articles(tmp_path / "docs")
    (tmp_path / "links.json").write_text(links_file(["cells.md", "money.md"]))
    (tmp_path / "theme" / "main.html").write_text(
        "{{ page.content }}{{ page.meta.related | map(attribute='path') | join(' ') }}"
    )
    build("{links: links.json, append: false, heading: See also}")
    page = (tmp_path / "site" / "cells" / "index.html").read_text()
    assert page.endswith("money.md cells.md")
    assert "See also" not in page


def test_a_site_without_articles_is_told(tmp_path: Path, build: Built) -> None:
    (tmp_path / "docs").mkdir()
    done = build("{}", status=1)
    assert "recommender: " in done.stderr
    assert "Traceback" not in done.stderr
