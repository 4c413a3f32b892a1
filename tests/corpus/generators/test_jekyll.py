"""Addresses of Jekyll, compared with the pages that Jekyll builds."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from recommender.corpus.generators import Address, NotBuilt, Unknown, read_generator
from tests.corpus.generators.built import NAMES, build, built_pages, differences, page, pages, program, write

LAYOUT = {"_layouts/default.html": "source[{{ page.path }}||{{ page.url }}]source"}


def compare(site: Path, base: str = "") -> dict[str, tuple[object, object]]:
    write(site, LAYOUT)
    zone = {**os.environ, "TZ": "UTC", "LANG": "C.UTF-8"}
    build([program("jekyll", "Debian: apt-get install jekyll"), "build", "--quiet"], site, zone)
    return differences(site, built_pages(site / "_site", base), base=base, skip=["_site"])


STYLES = ("date", "pretty", "ordinal", "none", "weekdate", "/blog/:year/:month/:title", "/:slug/:y_day/", "/x/:path")


@pytest.mark.parametrize("style", STYLES)
def test_names_in_every_style(tmp_path: Path, style: str) -> None:
    files = {
        "_config.yml": f"title: x\npermalink: {style}\nbaseurl: /sub\ncollections: {{recipes: {{output: true}}}}\n"
    }
    for number, name in enumerate((*NAMES, "index", "x.html", "50%25off", "two  spaces", "_under")):
        day = dt.date(2024, 1, 1) + dt.timedelta(number)
        files[f"_posts/{day}-{name}.md"] = page(layout="default")
        files[f"pages/{name}.md"] = page(layout="default")
        files[f"_recipes/{name}.md"] = page(layout="default")
    write(tmp_path, files)
    assert compare(tmp_path, "/sub") == {}


CONFIG = """\
url: https://Example.org
permalink: /blog/:year/:month/:day/:title/
timezone: America/New_York
exclude: [drafts-of-mine, '*.tmp.md', "docs/private"]
include: [_pages]
collections:
  recipes:
    output: true
    permalink: /r/:collection/:path/:name/:title/:slug:output_ext
  quiet: {}
  plain: {output: true}
defaults:
  - scope: {path: ""}
    values: {layout: default}
  - scope: {path: "", type: posts}
    values: {permalink: "/p/:categories/:title"}
  - scope: {path: "_posts/own"}
    values: {permalink: "/own/:slugified_categories/:slug/"}
  - scope: {path: "section/*/deep"}
    values: {permalink: "/deep/:basename:output_ext"}
  - scope: {path: "unpublished", type: pages}
    values: {published: false}
"""
TOKENS = (
    "year month i_month day i_day short_year hour minute second title slug name categories short_month long_month "
    "week w_year w_day short_day long_day y_day collection path output_ext slugified_categories"
)


PAGES = """\
index.md
about.md
README.md
docs/index.html
docs/README.md
docs/a.markdown
docs/b.mkd
docs/c.txt
docs/d.htm
docs/no-front-matter.md :: -
docs/private/x.md
docs/privateer.md
x.tmp.md
sub/y.tmp.md
drafts-of-mine/x.md
_pages/in.md
_other/out.md
.dot/x.md
_includes/x.md
_drafts/x.md
sub/_drafts/x.md
~x.md
x.md~
node_modules/p/README.md
vendor/bundle/x.md
vendor/own/x.md
_x.md
hidden.md :: published: false
unpublished/x.md
unpublished/y.md :: published: true
link1.md :: permalink: /Über uns/
link2.md :: permalink: kontakt
link3.md :: permalink: /a/b.html
link4.md :: permalink: /x//y/../z/
link5.md :: permalink: /:title/:basename/
section/a/deep/x.md
section/b/shallow/x.md
_posts/2024-05-01-One_Two.md
_posts/2024-05-02-cat.md :: categories: [Food, 'Big Cakes', food]
_posts/2024-05-03-cats.md :: categories: food cakes :: category: more
_posts/2024-05-04-none.md :: -
_posts/2024-05-05-slug.md :: slug: My Own_Slug
_posts/deep/2024-05-06-x.md
_posts/own/2024-05-07-Own_Post.md :: category: Two Words
_posts/no-date.md
_posts/2024-5-8-short.md
_posts/24-05-09-year.md
_posts/2031-01-02-future.md
_posts/2024-05-10-hidden.md :: published: false
_posts/_2024-05-11-under.md
_posts/2024-05-12-later.md :: date: 2099-01-01
en/News/_posts/2021-03-04-news.md
_posts/2024-05-13-page.html
_posts/2024-05-15-link.md :: permalink: /fixed/:year/:title.html
_recipes/Pie Chart.md
_recipes/sub/Big Pie.md :: slug: bigger
_recipes/_x.md
_recipes/sub/_y.md
_recipes/none.md :: -
_recipes/late.md :: date: 2099-01-01
_quiet/x.md
_plain/Sub Dir/x.y.md
_plain/index.md
"""


def test_what_is_a_page_and_where(tmp_path: Path) -> None:
    files = {"_config.yml": CONFIG, "docs/empty.md": "---\n---\nSoup.\n", **pages(PAGES)}
    for number, token in enumerate(TOKENS.split()):
        # Of midnight the day depends on the time zone.
        date = "2024-05-01 02:03:04" if number % 2 else "2024-05-01 23:03:04 -0800"
        files[f"_posts/2020-01-{number + 1:02}-{token}_T.md"] = page(
            permalink=f"/t{number}/:{token}/", date=date, categories="[A B, c]"
        )
    write(tmp_path, files)
    assert compare(tmp_path) == {}


IN_A_FOLDER = """\
permalink: pretty
collections_dir: stuff
collections: {recipes: {output: true}}
future: true
defaults:
  - {scope: {path: stuff/_posts}, values: {categories: [made]}}
"""
IN_FOLDERS = """\
stuff/_posts/2024-05-01-a.md
_posts/2024-05-02-b.md
stuff/_recipes/c.md
_recipes/d.md
stuff/e.md
stuff/_posts/2099-05-01-f.md
"""


def test_collections_folder(tmp_path: Path) -> None:
    files = {"_config.yml": IN_A_FOLDER, **pages(IN_FOLDERS, "layout: default")}
    write(tmp_path, {**files, **LAYOUT})
    build([program("jekyll", "Debian: apt-get install jekyll"), "build", "--quiet"], tmp_path)
    # Jekyll names documents by their paths below that folder.
    built = {
        f"stuff/{path}" if path[0] == "_" else path: pages for path, pages in built_pages(tmp_path / "_site").items()
    }
    assert differences(tmp_path, built, skip=["_site"]) == {}


def test_content_below_the_site(tmp_path: Path) -> None:
    write(tmp_path, {"_config.yml": "permalink: pretty\n", "_posts/2024-05-01-a.md": page()})
    generator = read_generator(tmp_path / "_posts")
    assert generator is not None
    assert generator.name == "Jekyll"
    outcome = generator.address("2024-05-01-a.md", {"title": "A"})
    assert isinstance(outcome, Address)
    assert outcome.url == "/2024/05/01/a/"


def test_what_has_no_address(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"_config.yml": "permalink: /:year/:title/\ncollections: {r: {output: true, permalink: /:month/}}\n"},
    )
    generator = read_generator(tmp_path)
    assert generator is not None
    draft = generator.address("_posts/2024-05-01-a.md", {"published": False})
    assert isinstance(draft, NotBuilt)
    assert draft.address is not None
    assert draft.address.url == "/2024/a/"
    assert isinstance(generator.address("_r/undated.md", {"title": "x"}), Unknown)


def test_hexo_is_not_taken_for_jekyll(tmp_path: Path) -> None:
    write(tmp_path, {"_config.yml": "source_dir: source\npublic_dir: public\n"})
    assert read_generator(tmp_path) is None
