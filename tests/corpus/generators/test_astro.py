"""Addresses of Astro and Starlight, compared with the pages that Astro builds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.corpus.generators import Address, NotBuilt, Place, Unknown, read_generator
from tests.corpus.generators.built import (
    NAMES,
    build,
    built_pages,
    differences,
    node_program,
    page,
    pages,
    site_of,
    write,
)

STARLIGHT = """\
import { defineConfig } from 'astro/config';
import starlight from '@astrojs/starlight';
export default defineConfig({
  site: 'https://Example.org',
  base: '/sub',
  EXTRA
  integrations: [starlight({
    title: 'x', pagefind: false, defaultLocale: 'root',
    locales: { root: { label: 'English', lang: 'en' }, fr: { label: 'Français' } },
  })],
});
"""
COLLECTION = """\
import { defineCollection } from 'astro:content';
import { docsLoader } from '@astrojs/starlight/loaders';
import { docsSchema } from '@astrojs/starlight/schema';
export const collections = { docs: defineCollection({ loader: docsLoader(), schema: docsSchema() }) };
"""
DOCUMENTS = """\
index.md
guide/index.md
guide/V1.2 Notes.md
guide/First_Steps.mdx
guide/own.md :: slug: given/slug
guide/draft.md :: draft: true
guide/_part.md
_folder/x.md
Sub Dir/Page One.md
fr/index.md
fr/guide/v12.md
fr/Été.md
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    with site_of("astro", tmp_path) as folder:
        yield folder


def compare(site: Path, content: str, bare: bool = False) -> dict[str, tuple[object, object]]:
    astro = node_program("astro", site)
    write(site, {"package.json": '{"type": "module"}'})
    build([astro, "build", "--silent"], site)
    return differences(site / content, built_pages(site / "dist", "/sub", bare=bare), base="/sub")


@pytest.mark.parametrize(
    "extra", ["", "trailingSlash: 'never',", "trailingSlash: 'always',", "build: { format: 'file' },"]
)
def test_documents_of_starlight(site: Path, extra: str) -> None:
    names = [name for name in NAMES if not set("#?%[]{}()*!~=") & set(name)]
    listing = "\n".join(f"names/n {name}.md" for name in names)
    write(site / "src" / "content" / "docs", pages(DOCUMENTS + listing, marked=True))
    write(site, {"astro.config.mjs": STARLIGHT.replace("EXTRA", extra), "src/content.config.ts": COLLECTION})
    assert compare(site, "src/content/docs") == {}
    generator = read_generator(site / "src" / "content" / "docs")
    assert generator is not None
    assert generator.name == "Starlight"
    assert [(one.code, one.default) for one in generator.languages] == [("en", True), ("fr", False)]
    assert generator.place("fr/guide/v12.md") == Place("fr", "docs/guide/v12.md")


BLOG = """\
import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
const blog = defineCollection({ loader: glob({ pattern: '**/*.md', base: './src/content/blog' }) });
export const collections = { blog };
"""
ROUTE = """\
---
import { getCollection, render } from 'astro:content';
export async function getStaticPaths() {
  return (await getCollection('blog')).map((post) => ({ params: { slug: post.id }, props: { post } }));
}
const { Content } = await render(Astro.props.post);
---
<Content />
"""


def test_pages_and_collections(site: Path) -> None:
    write(site, {"astro.config.mjs": "export default { site: 'https://example.org', base: '/sub/' };\n"})
    write(site, {"src/content.config.ts": BLOG, "src/pages/blog/[...slug].astro": ROUTE})
    write(site / "src", pages("pages/index.md\npages/About Us.md\npages/deep/index.md\npages/_x.md", marked=True))
    posts = (
        "content/blog/One Two.md\ncontent/blog/own.md :: slug: by-slug\ncontent/blog/deep/index.md\ncontent/blog/Ü.md"
    )
    write(site / "src", pages(posts, marked=True))
    astro = node_program("astro", site)
    write(site, {"package.json": '{"type": "module"}'})
    build([astro, "build", "--silent"], site)
    skip = ("content.config.ts", "pages/blog")
    assert differences(site / "src", built_pages(site / "dist", "/sub"), base="/sub", skip=skip) == {}


def test_what_is_not_known(site: Path) -> None:
    write(site, {"astro.config.ts": "export default { base: import.meta.env.BASE, site: undefined };\n"})
    write(site, {"src/content/posts/a.md": page(), "src/pages/[tag].md": page()})
    generator = read_generator(site)
    assert generator is not None
    assert [one.setting for one in generator.unknown] == ["base"]
    assert isinstance(generator.address("src/content/posts/a.md", {}), Unknown)
    assert isinstance(generator.address("src/pages/[tag].md", {}), Unknown)
    assert isinstance(generator.address("README.md", {}), NotBuilt)
    assert generator.address("src/pages/b/index.md", {}) == Address("/b/")
