"""Addresses of Eleventy, compared with the pages that Eleventy builds."""

from __future__ import annotations

from pathlib import Path

import pytest

from recommender.corpus.generators import Address, NotBuilt, Unknown, read_generator
from tests.corpus.generators.built import NAMES, build, built_pages, differences, page, pages, program, write

LAYOUT = {"_includes/page.njk": "source[{{ page.inputPath }}||{{ page.url }}]source"}


def compare(site: Path, content: str, base: str = "", skip: tuple[str, ...] = ()) -> dict[str, tuple[object, object]]:
    build([program("eleventy", "npm install --global @11ty/eleventy@3"), "--quiet"], site)
    prefix = f"{content}/" if content else ""
    built = {path.removeprefix(prefix): pages for path, pages in built_pages(site / "_site", base).items()}
    return differences(site / content, built, base=base, skip=skip)


def test_names(tmp_path: Path) -> None:
    # Patterns of files take what is in braces and brackets in their own way.
    names = [name for name in NAMES if not set("{}[]()*?!") & set(name)]
    listing = "\n".join(f"{folder}{name}.md" for name in names for folder in ("posts/", ""))
    write(tmp_path / "content", {**pages(listing, "layout: page.njk"), **LAYOUT})
    config = "export default (config) => { config.setInputDirectory('content') };\n"
    write(tmp_path, {"eleventy.config.mjs": config, "package.json": "{}"})
    assert compare(tmp_path, "content", skip=("_includes",)) == {}


CONFIG = """\
const folders = { input: "src", includes: "_parts", data: "_info", output: "_site" };
/** @param {import("@11ty/eleventy").UserConfig} eleventyConfig */
module.exports = function (eleventyConfig) {
  eleventyConfig.addPassthroughCopy("static");
  eleventyConfig.ignores.add("src/ignored/**");
  eleventyConfig.addFilter("shout", (value) => value.toUpperCase());
  eleventyConfig.setServerOptions({ port: 8080 });
  return { dir: folders, pathPrefix: "/sub/", templateFormats: ["md", "njk", "html"] };
};
"""
PAGES = """\
index.md
about.md
README.md
blog/index.md
blog/2020-01-02-soup.md
blog/x-2020-01-02-tea.md
blog/bread/bread.md
blog/bread/other.md
blog/none.md :: permalink: false
blog/rel.md :: permalink: "rel/page/"
blog/file.md :: permalink: /file/a.html
blog/home.md :: permalink: /home/index.html
blog/space.md :: permalink: "/With Space & More/"
blog/slug.md :: permalink: "/x/{{ page.fileSlug }}/"
blog/2021-02-03-stem.md :: permalink: "/y{{ page.filePathStem }}/"
blog/title.md :: title: Soup :: permalink: "/z/{{ title }}/{{ nested.part }}.html" :: nested: {part: inner}
blog/2022-03-04-dated.md :: permalink: "/{{ page.date | date: '%Y/%m/%d' }}/{{ page.fileSlug }}/"
blog/own-date.md :: date: 2023-04-05T23:00:00-05:00 :: permalink: "/{{ page.date | date: '%Y/%m/%d' }}/own/"
blog/object.md :: permalink: {build: /object/}
blog/nothing.md :: permalink: {other: /object/}
blog/deep/2020-01-02-index/index.md :: permalink: "/i/{{ page.fileSlug }}/"
made/a.md
made/b.md :: permalink: /own-b/
made/2020-05-06-c.md
nowhere/a.md
nowhere/b.md :: permalink: /somewhere/
ignored/a.md
_parts/a.md
_info/a.md
left/a.md
node_modules/a/README.md
x.txt
y.markdown
"""


def test_what_is_a_page_and_where(tmp_path: Path) -> None:
    files = pages(PAGES, "layout: page.njk")
    files |= {
        "made/made.json": '{"permalink": "/made/{{ page.fileSlug }}.html"}',
        "nowhere/nowhere.11tydata.js": "module.exports = { permalink: false, tags: ['a'] };",
        "_parts/page.njk": LAYOUT["_includes/page.njk"],
    }
    write(tmp_path / "src", files)
    write(tmp_path, {".eleventy.js": CONFIG, "package.json": "{}", ".eleventyignore": "# mine\nsrc/left\n"})
    assert compare(tmp_path, "src", "/sub", ("_parts/page.njk",)) == {}


def test_a_site_without_configuration(tmp_path: Path) -> None:
    package = '{"devDependencies": {"@11ty/eleventy": "^3"}, "scripts": {"start": "eleventy --serve"}}'
    write(tmp_path, {"package.json": package, **pages("a.md\nb/c.html\nb/d.njk", "layout: page.njk"), **LAYOUT})
    assert compare(tmp_path, "", skip=("_site", "_includes", "package.json")) == {}
    write(tmp_path, {"package.json": package.replace("--serve", "--input=b --serve")})
    generator = read_generator(tmp_path)
    assert generator is not None
    assert generator.name == "Eleventy"
    assert generator.address("b/c.html", {}) == Address("/c/")
    assert isinstance(generator.address("a.md", {}), NotBuilt)


@pytest.mark.parametrize("permalink", ["/{{ title | slugify }}/", "{% if x %}/a/{% endif %}", "/{{ missing }}/"])
def test_templates_are_not_known(tmp_path: Path, permalink: str) -> None:
    write(
        tmp_path, {"eleventy.config.js": "export default () => ({ dir: { input: process.env.IN } });\n", "a.md": page()}
    )
    generator = read_generator(tmp_path)
    assert generator is not None
    assert isinstance(generator.address("a.md", {"title": "A", "permalink": permalink}), Unknown)
    assert [(one.line, one.setting) for one in generator.unknown] == [(1, "dir.input")]


def test_what_is_in_no_collection_and_what_lists_others_is_not_listed(tmp_path: Path) -> None:
    data = {"a/a.json": '{"eleventyExcludeFromCollections": true}', "b/b.11tydata.json": '{"permalink": "/x/"}'}
    write(tmp_path, {"eleventy.config.js": "export default () => {};\n", **data, **pages("a/a.md\na/b.md\nb/c.md")})
    generator = read_generator(tmp_path)
    assert generator is not None
    assert generator.address("a/b.md", {}) == Address("/a/b/", listed=False)
    assert generator.address("a/b.md", {"eleventyExcludeFromCollections": False}) == Address("/a/b/")
    assert generator.address("b/c.md", {}) == Address("/x/")
    assert generator.address("b/c.md", {"pagination": {"data": "collections.a"}}) == Address("/x/", listed=False)


def test_a_computed_permalink_is_not_known(tmp_path: Path) -> None:
    data = "export default { permalink: (data) => `/${data.page.fileSlug}/` };\n"
    write(tmp_path, {"eleventy.config.js": "export default () => {};\n", "b/b.11tydata.js": data, "b/a.md": page()})
    generator = read_generator(tmp_path)
    assert generator is not None
    assert isinstance(generator.address("b/a.md", {}), Unknown)
    assert generator.address("b/a.md", {"permalink": "/own/"}) == Address("/own/")
