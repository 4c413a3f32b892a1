"""Sphinx, by the pages that Sphinx 9.0 builds of these files."""

from __future__ import annotations

from pathlib import Path

import pytest

from recommender.corpus.generators import Address, NotBuilt, read_generator
from tests.corpus.generators.built import page, write

CONFIGURATION = """\
import os
project = 'X'
extensions = ['myst_parser']
exclude_patterns = ['_build', 'drafts/*', 'old']
html_baseurl = 'https://x.org/en/'
"""


def test_addresses(tmp_path: Path) -> None:
    files = ("index.md", "guide/index.md", "guide/a b.md", "readme.md", "drafts/x.md", "old/y.md", "_build/z.md")
    write(tmp_path, {"docs/conf.py": CONFIGURATION, **{f"docs/{path}": page() for path in files}})
    for folder, start in ((tmp_path, "docs/"), (tmp_path / "docs", "")):
        generator = read_generator(folder)
        assert generator is not None
        assert (generator.name, generator.site) == ("Sphinx", "https://x.org")
        found = {path: generator.address(start + path, {}) for path in files}
        assert {path: one.url for path, one in found.items() if isinstance(one, Address)} == {
            "index.md": "/en/",
            "guide/index.md": "/en/guide/",
            "guide/a b.md": "/en/guide/a%20b.html",
            "readme.md": "/en/readme.html",
        }
        assert isinstance(found["drafts/x.md"], NotBuilt)


@pytest.mark.parametrize(("suffix", "address"), [("''", "/a"), ("'.htm'", "/a.htm")])
def test_another_suffix(tmp_path: Path, suffix: str, address: str) -> None:
    write(tmp_path, {"conf.py": f"project = 'X'\nhtml_file_suffix = {suffix}\n", "a.md": page()})
    generator = read_generator(tmp_path)
    assert generator is not None
    assert generator.address("a.md", {}) == Address(address)


def test_another_conf_py(tmp_path: Path) -> None:
    write(tmp_path, {"conf.py": "DEBUG = True\n", "a.md": page()})
    assert read_generator(tmp_path) is None
