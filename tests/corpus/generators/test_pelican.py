"""Addresses of Pelican, compared with the pages that Pelican builds."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from recommender.corpus.generators import Address, NotBuilt, Unknown, read_generator
from tests.corpus.generators.built import NAMES, build, built_pages, differences, pages, write

THEME = {
    f"theme/templates/{name}.html": f"source[{{{{ {name}.relative_source_path }}}}||/{{{{ {name}.url }}}}]source"
    for name in ("article", "page")
}
CONFIG = """\
SITEURL = "https://example.org" + "/sub"
PATH = "content"
TIMEZONE = "Europe/Berlin"
DEFAULT_LANG = "en"
AUTHOR = "Ann Ä. Other"
THEME = "theme"
DIRECT_TEMPLATES = []
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
CATEGORY_SAVE_AS = TAG_SAVE_AS = AUTHOR_SAVE_AS = ""
STATIC_PATHS = []
"""


def compare(site: Path, config: str = "") -> dict[str, tuple[object, object]]:
    if importlib.util.find_spec("pelican") is None:
        pytest.skip("no pelican (pip install 'pelican[markdown]')")
    write(site, {"pelicanconf.py": CONFIG + config, **THEME})
    build([sys.executable, "-W", "ignore", "-m", "pelican", "-s", "pelicanconf.py", "-q", "-o", "output"], site)
    return differences(site / "content", built_pages(site / "output", "/sub"), base="/sub")


PAGES = """\
one.md :: title: Soup & Bread, "hot"! :: date: 2024-05-01
food/two.md :: title: Two  Spaces :: date: 2024-05-02 10:00
food/cakes/three.md :: title: Käse für Øst :: date: 2024-12-31 23:30
four.md :: title: 日本 語 :: date: 2024-05-03
five.md :: title: Five :: date: 2024-05-03 :: slug: My Own
six.md :: title: Six :: date: 2024-05-03 :: category: Big Cakes
seven.md :: title: Seven :: date: 2024-05-03 :: lang: fr
eight.md :: title: Eight :: date: 2024-05-03 :: url: eight/here/ :: save_as: eight/here/index.html
nine.md :: title: Nine :: date: 2024-05-03 :: author: Bo O'Neil
skip.md :: title: Skip :: date: 2024-05-03 :: status: skip
no-date.md :: title: No date
2024-06-07-dated.md :: title: Dated by name
future.md :: title: Future :: date: 2099-05-03
no-title.txt :: -
.hidden.md :: title: H :: date: 2024-05-03
pages/about.md :: title: About Us
pages/deep/more.md :: title: More
pages/autre.md :: title: Autre :: lang: fr
"""
SETTINGS = {
    "": "",
    "dates": "ARTICLE_URL = '{date:%Y}/{date:%b}/{date:%d}/{slug}/'\nARTICLE_SAVE_AS = ARTICLE_URL + 'index.html'\n"
    "PAGE_URL = '{slug}/'\nPAGE_SAVE_AS = '{slug}/index.html'\nARTICLE_LANG_URL = '{lang}/{slug}/'\n"
    "ARTICLE_LANG_SAVE_AS = '{lang}/{slug}/index.html'\n",
    "parts": "ARTICLE_URL = f'{{category}}/{{author}}/{{slug}}.html'\nARTICLE_SAVE_AS = ARTICLE_URL\n"
    "SLUGIFY_SOURCE = 'basename'\nUSE_FOLDER_AS_CATEGORY = False\nDEFAULT_CATEGORY = 'All Things'\n",
    "unicode": "SLUGIFY_USE_UNICODE = True\nSLUGIFY_PRESERVE_CASE = True\nPAGE_SAVE_AS = ''\n"
    "DEFAULT_DATE = (2020, 1, 2)\n"
    "ARTICLE_URL = '{date:%Y-%m}/{slug}.html'\nARTICLE_SAVE_AS = ARTICLE_URL\n",
    "by path": "FILENAME_METADATA = r'(?P<date>\\d{4}-\\d{2}-\\d{2})-(?P<slug>.*)'\n"
    "ARTICLE_PATHS = ['food', 'pages/deep']\n"
    "EXTRA_PATH_METADATA = {'food/two.md': {'slug': 'extra'}, 'food/cakes': {'category': 'made'}}\n"
    "ARTICLE_URL = '{category}/{slug}/'\nARTICLE_SAVE_AS = '{category}/{slug}/index.html'\nWITH_FUTURE_DATES = False\n",
    "by pattern": "SLUG_REGEX_SUBSTITUTIONS = [('[^a-z]+', '_')]\nARTICLE_EXCLUDES = ['food/cakes']\n",
}


@pytest.mark.parametrize("name", SETTINGS)
def test_what_is_a_page_and_where(tmp_path: Path, name: str) -> None:
    write(tmp_path / "content", pages(PAGES))
    # A draft is built where only those look who know of it.
    assert compare(tmp_path, SETTINGS[name]) == {}


def test_names(tmp_path: Path) -> None:
    listing = "\n".join(f"{name}.md :: title: x :: date: 2024-05-01" for name in NAMES)
    write(tmp_path / "content", pages(listing))
    config = (
        "SLUGIFY_SOURCE = 'basename'\nARTICLE_URL = '{slug}/{path}'\nARTICLE_SAVE_AS = '{slug}/{path}/index.html'\n"
    )
    assert compare(tmp_path, config.replace("{path}'", "{path}/'", 1)) == {}


def test_what_is_published_otherwise(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "pelicanconf.py": CONFIG,
            "publishconf.py": "import os\nfrom pelicanconf import *\nSITEURL = 'https://a.org'\n",
        },
    )
    generator = read_generator(tmp_path)
    assert generator is not None
    assert (generator.site, generator.base) == ("https://a.org", "")
    fields = {"title": "A", "date": "2024-05-01", "status": "draft"}
    outcome = generator.address("content/a.md", fields)
    assert outcome == NotBuilt("status: draft", Address("/drafts/a.html"))


def test_what_is_not_known(tmp_path: Path) -> None:
    config = "ARTICLE_URL = '{date:%Y}/{slug.__class__}'\nSITEURL = os.environ['SITE']\nTIMEZONE = zone()\n"
    write(tmp_path, {"pelicanconf.py": "import os\n" + config})
    generator = read_generator(tmp_path)
    assert generator is not None
    assert {(one.line, one.setting) for one in generator.unknown} == {(3, "SITEURL"), (4, "TIMEZONE")}
    assert isinstance(generator.address("a.md", {"title": "A", "date": "2024-05-01"}), Unknown)
    assert isinstance(generator.address("a.md", {"title": "A", "date": "May the first"}), Unknown)


def test_a_costly_expression_is_given_up(tmp_path: Path) -> None:
    write(tmp_path, {"pelicanconf.py": "FILENAME_METADATA = r'(a|aa)+$'\n"})
    generator = read_generator(tmp_path)
    assert generator is not None
    assert isinstance(generator.address("a" * 60 + "b.md", {"title": "A", "date": "2024-05-01"}), Unknown)
