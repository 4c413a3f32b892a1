"""Recipes find lists and targets by source path: whatever a page's address is, the generator's own is shown."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.corpus.generators.built import build, node_program, pages, site_of, write
from tests.corpus.generators.test_hugo import newest
from tests.recipes.site import related_links, steps

# Links as a links file has them, whose addresses are wrong on purpose: templates must not need them.
WRONG = "/wrong/"


def links_file(paths: Sequence[str]) -> str:
    """A links file in which each page is related to the next two."""

    def target(path: str) -> dict[str, object]:
        return {
            "key": path,
            "id": None,
            "title": f"About <{path}>",
            "subject": None,
            "url": WRONG,
            "path": path,
            "score": 1.0,
        }

    articles = []
    for position, path in enumerate(paths):
        following = [paths[(position + step) % len(paths)] for step in (1, 2)]
        articles.append({**target(path), "related": [target(one) for one in following]})
    return json.dumps({"format": "recommender-links/2", "model": "m", "k": 2, "articles": articles})


def expected(paths: Sequence[str], addresses: Sequence[str], position: int) -> list[tuple[str, str]]:
    following = [(position + step) % len(paths) for step in (1, 2)]
    return [(addresses[one], f"About <{paths[one]}>") for one in following]


def write_recipe(recipe: str, site: Path) -> None:
    write(site, {step.path: step.text for step in steps(recipe) if step.path is not None})


def shown(public: Path, address: str) -> list[tuple[str, str]]:
    """The links that the page at an address shows, percent escapes resolved."""
    path = address.strip("/")
    places = [public / path / "index.html", public / path, public / f"{path}.html"]
    place = next(place for place in places if place.is_file())
    return [(unquote(url), title) for url, title in related_links(place)]


def check(public: Path, pages_: dict[str, str], base: str = "") -> None:
    """Every page shows the links of its list with the addresses that pages have."""
    paths, addresses = list(pages_), [base + one for one in pages_.values()]
    for position, address in enumerate(pages_.values()):
        assert shown(public, address) == expected(paths, addresses, position), address


HUGO = {
    "posts/CamelCase Name.md": "/2024/Camel-Title/".lower(),
    "posts/own.md": "/an/own/address/",
    "posts/slug.md": "/2024/a-slug/",
    "Sub Dir/R&D.md": "/sub-dir/rd/",
    "bundle/index.md": "/bundle/",
}


@pytest.mark.parametrize("base", ["", "/blog"])
@pytest.mark.parametrize("release", ["newest", "older"])
def test_hugo(tmp_path: Path, base: str, release: str) -> None:
    hugo = newest() if release == "newest" else shutil.which("hugo", path="/usr/bin:/usr/local/bin")
    if hugo is None:
        pytest.skip("no hugo (Debian: apt-get install hugo)")
    listing = "\n".join(
        [
            "posts/CamelCase Name.md :: title: Camel Title :: date: 2024-01-01",
            "posts/own.md :: url: /an/own/address/",
            "posts/slug.md :: slug: A Slug :: date: 2024-01-01",
            "Sub Dir/R&D.md",
            "bundle/index.md",
        ]
    )
    write_recipe("hugo.md", tmp_path)
    write(tmp_path / "content", pages(listing))
    config = f'baseURL = "https://example.org{base}/"\n[permalinks]\nposts = "/:year/:slug/"\n'
    write(tmp_path, {"config.toml": config, "data/related.json": links_file(list(HUGO))})
    build([hugo, "--quiet"], tmp_path)
    check(tmp_path / "public", HUGO, base)


def test_hugo_in_languages(tmp_path: Path) -> None:
    german = {"a.de.md": "/de/a/", "b.de.md": "/de/be/"}
    english = {"a.md": "/a/", "b.md": "/b/"}
    write_recipe("hugo.md", tmp_path)
    write(tmp_path / "content", pages("a.md\nb.md\na.de.md\nb.de.md :: slug: Be"))
    config = 'baseURL = "https://example.org/"\n[languages.en]\nweight = 1\n[languages.de]\nweight = 2\n'
    links = json.loads(links_file(list(german)))
    links["articles"] += json.loads(links_file(list(english)))["articles"]
    write(tmp_path, {"hugo.toml": config, "data/related.json": json.dumps(links)})
    build([newest(), "--quiet"], tmp_path)
    check(tmp_path / "public", german)
    check(tmp_path / "public", english)


JEKYLL = {
    "_posts/2024-05-17-Soup_Day.md": "/blog/2024/Soup_Day/",
    "_posts/2024-05-18-own.md": "/own/",
    "_recipes/Big Pie.md": "/r/Big-Pie/",
    "pages/About Us.md": "/pages/About Us/",
}


@pytest.mark.parametrize("base", ["", "/sub"])
def test_jekyll(tmp_path: Path, base: str) -> None:
    jekyll = shutil.which("jekyll")
    if jekyll is None:
        pytest.skip("no jekyll (Debian: apt-get install jekyll)")
    write_recipe("jekyll.md", tmp_path)
    listing = "\n".join(f"{path}{' :: permalink: /own/' if 'own' in path else ''}" for path in JEKYLL)
    write(tmp_path, pages(listing, "layout: post"))
    config = "collections: {recipes: {output: true, permalink: '/r/:title/'}}\n"
    config += f"permalink: /blog/:year/:title/\nbaseurl: {base or '/'}\n"
    write(tmp_path, {"_config.yml": config, "_data/related.json": links_file(list(JEKYLL))})
    build([jekyll, "build", "--quiet"], tmp_path)
    check(tmp_path / "_site", JEKYLL, base)


ELEVENTY = {
    "posts/2020-01-02-soup.md": "/posts/2020-01-02-soup/",
    "posts/templated.md": "/x/templated/",
    "posts/bread/bread.md": "/posts/bread/",
    "Big Pages/An & Other.md": "/Big Pages/An & Other/",
}


@pytest.mark.parametrize("base", ["", "/sub"])
def test_eleventy(tmp_path: Path, base: str) -> None:
    eleventy = shutil.which("eleventy")
    if eleventy is None:
        pytest.skip("no eleventy (npm install --global @11ty/eleventy@3)")
    write_recipe("eleventy.md", tmp_path)
    permalink = ' :: permalink: "/x/{{ page.fileSlug }}/"'
    listing = "\n".join(path + (permalink if "templated" in path else "") for path in ELEVENTY)
    write(tmp_path / "content", pages(listing, "layout: article.njk"))
    write(tmp_path, {"related-links.json": links_file(list(ELEVENTY)), "package.json": "{}"})
    build([eleventy, "--quiet", f"--pathprefix={base or '/'}"], tmp_path)
    check(tmp_path / "_site", ELEVENTY, base)


DOCUSAURUS = {
    "index.md": "/sub/docs/",
    "01-intro.md": "/sub/docs/intro",
    "slugs/own.md": "/sub/docs/own/place",
    "Guide/02-First Steps.md": "/sub/docs/Guide/First Steps",
}


def test_docusaurus(tmp_path: Path) -> None:
    with site_of("docusaurus", tmp_path) as site:
        docusaurus = node_program("docusaurus", site)
        write_recipe("docusaurus.md", site)
        listing = "\n".join(path + (" :: slug: /own/place" if "own" in path else "") for path in DOCUSAURUS)
        write(site / "docs", pages(listing))
        config = """\
module.exports = {
  title: 'x', url: 'https://example.org', baseUrl: '/sub/', onBrokenLinks: 'ignore',
  presets: [['classic', { blog: false, pages: false }]],
  plugins: ["./src/plugins/related.js"],
};
"""
        write(site, {"docusaurus.config.js": config, "package.json": '{"name": "x"}'})
        write(site, {"related-links.json": links_file(list(DOCUSAURUS))})
        build([docusaurus, "build"], site)
        for position, address in enumerate(DOCUSAURUS.values()):
            found = shown(site / "build", address.removeprefix("/sub"))
            assert found == expected(list(DOCUSAURUS), list(DOCUSAURUS.values()), position)


STARLIGHT = {
    "index.md": "/sub/",
    "guide/V1.2 Notes.md": "/sub/guide/v12-notes/",
    "guide/own.md": "/sub/given/slug/",
    "fr/guide/x.md": "/sub/fr/guide/x/",
}


def test_starlight(tmp_path: Path) -> None:
    with site_of("astro", tmp_path) as site:
        astro = node_program("astro", site)
        write_recipe("astro.md", site)
        listing = "\n".join(path + (" :: slug: given/slug" if "own" in path else "") for path in STARLIGHT)
        write(site / "src" / "content" / "docs", pages(listing))
        config = """\
import { defineConfig } from 'astro/config';
import starlight from '@astrojs/starlight';
export default defineConfig({
  site: 'https://example.org', base: '/sub',
  integrations: [starlight({
    title: 'x', pagefind: false, components: { Pagination: './src/components/Pagination.astro' },
    locales: { root: { label: 'English', lang: 'en' }, fr: { label: 'Français' } },
  })],
});
"""
        collection = """\
import { defineCollection } from 'astro:content';
import { docsLoader } from '@astrojs/starlight/loaders';
import { docsSchema } from '@astrojs/starlight/schema';
export const collections = { docs: defineCollection({ loader: docsLoader(), schema: docsSchema() }) };
"""
        write(site, {"astro.config.mjs": config, "src/content.config.ts": collection, "package.json": "{}"})
        write(site, {"related-links.json": links_file(list(STARLIGHT))})
        build([astro, "build", "--silent"], site)
        for position, address in enumerate(STARLIGHT.values()):
            found = shown(site / "dist", address.removeprefix("/sub"))
            assert found == expected(list(STARLIGHT), list(STARLIGHT.values()), position)
