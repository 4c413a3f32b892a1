"""Addresses of Docusaurus, compared with the pages that Docusaurus builds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.corpus.generators import Address, NotBuilt, Place, Unknown, read_generator
from tests.corpus.generators.built import build, built_pages, differences, node_program, page, pages, site_of, write

CONFIG = """\
// @ts-check
/** @type {import('@docusaurus/types').Config} */
const config = {
  title: 'x', url: 'https://Example.org', baseUrl: '/sub/', onBrokenLinks: 'ignore', SLASH
  i18n: { defaultLocale: 'en', locales: ['en', 'fr'] },
  presets: [
    ['classic', /** @type {import('@docusaurus/preset-classic').Options} */ ({
      docs: { routeBasePath: 'guide', sidebarPath: false },
      blog: { showReadingTime: false, onUntruncatedBlogPosts: 'ignore', onInlineAuthors: 'ignore' },
      theme: {},
    })],
  ],
  plugins: [
    ['@docusaurus/plugin-content-docs',
      { id: 'more', path: 'community', routeBasePath: '/', numberPrefixParser: false, sidebarPath: false }],
  ],
};
module.exports = config;
"""
PAGES = """\
docs/index.md
docs/intro.md
docs/01-Basics/02-First Steps.md
docs/01-Basics/README.md
docs/02_same/same.md
docs/02_same/2021-11-news.md
docs/02_same/7.0-release.md
docs/02_same/own-id.md :: id: given
docs/03. dotted/4 - spaced.mdx
docs/slugs/abs.md :: slug: /absolute/here
docs/slugs/rel.md :: slug: relative
docs/slugs/up.md :: slug: ../up
docs/slugs/slash.md :: slug: with-slash/
docs/slugs/index.md :: slug: /slugs-home/
docs/_partial.md
docs/_parts/x.md
docs/draft.md :: draft: true
docs/unlisted.md :: unlisted: true
docs/Ünï.md
docs/no-front-matter.md :: -
community/01-team.md
community/deep/index.md
blog/2021-08-26-welcome/index.md
blog/2021-08-01-post.md
blog/2021-08-02-slug.md :: slug: own
blog/2021-08-03-abs.md :: slug: /own/abs
blog/2021/08/04/folders.md
blog/sub/2021-08-05-sub.md
blog/undated.md :: date: 2022-01-02
blog/2021-08-06-draft.md :: draft: true
blog/_2021-08-07-x.md
src/pages/about.md
src/pages/team/index.md
src/pages/own.md :: slug: /made
src/pages/_part.md
i18n/fr/docusaurus-plugin-content-docs/current/intro.md
i18n/fr/docusaurus-plugin-content-docs/current/slugs/abs.md :: slug: /absolu
i18n/fr/docusaurus-plugin-content-blog/2021-08-01-post.md
i18n/fr/docusaurus-plugin-content-pages/about.md
i18n/fr/docusaurus-plugin-content-docs-more/01-team.md
"""
VERSIONED = """\
docs/a.md
versioned_docs/version-2.0/a.md
versioned_docs/version-2.0/01-b.md
versioned_docs/version-1.0/a.md
blog/2021-08-01-post.md
"""
ASIDE = (".docusaurus", "build", "node_modules", "package.json", "docusaurus.config.js", "versions.json")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    with site_of("docusaurus", tmp_path) as folder:
        yield folder


def compare(site: Path, config: str) -> dict[str, tuple[object, object]]:
    docusaurus = node_program("docusaurus", site)
    write(site, {"package.json": '{"name": "x"}', "docusaurus.config.js": config})
    build([docusaurus, "build"], site)
    # A page without a translation is built again in the other language, where its address is not asked for.
    built = {
        path: {one for one in found if one.startswith("/sub/fr/") == path.startswith("i18n/fr/")}
        for path, found in built_pages(site / "build").items()
    }
    built = {path: found for path, found in built.items() if found}
    return differences(site, built, base="/sub", skip=ASIDE)


@pytest.mark.parametrize("slash", ["", "trailingSlash: true,", "trailingSlash: false,"])
def test_what_is_a_page_and_where(site: Path, slash: str) -> None:
    write(site, pages(PAGES, marked=True))
    assert compare(site, CONFIG.replace("SLASH", slash)) == {}


def test_versions(site: Path) -> None:
    write(site, {**pages(VERSIONED, marked=True), "versions.json": '["2.0", "1.0"]'})
    config = CONFIG.replace("SLASH", "").replace("['en', 'fr']", "['en']")
    config = config[: config.index("  plugins:")] + "};\nmodule.exports = config;\n"
    assert compare(site, config) == {}


def test_languages_and_what_is_not_known(site: Path) -> None:
    config = CONFIG.replace("SLASH", "").replace("routeBasePath: 'guide'", "numberPrefixParser: (name) => name")
    write(site, {"docusaurus.config.js": config.replace("'/sub/'", "process.env.BASE || '/x/'"), "docs/a.md": page()})
    generator = read_generator(site / "docs")
    assert generator is not None
    assert (generator.base, [one.setting for one in generator.unknown]) == ("/x", ["baseUrl"])
    assert [(one.code, one.default) for one in generator.languages] == [("en", True), ("fr", False)]
    assert isinstance(generator.address("a.md", {}), Unknown)
    whole = read_generator(site)
    assert whole is not None
    translated = "i18n/fr/docusaurus-plugin-content-blog/2021-08-01-post.md"
    assert whole.place(translated) == Place("fr", "blog/blog/2021-08-01-post.md")
    assert whole.place(translated).page == whole.place("blog/2021-08-01-post.md").page
    assert whole.address(translated, {}) == Address("/x/fr/blog/2021/08/01/post")
    assert isinstance(whole.address("README.md", {}), NotBuilt)
