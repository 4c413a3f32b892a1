"""Whatever stands in a file's name and front matter, a generator answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.corpus.generators import Address, Generator, NotBuilt, Unknown, read_generator
from tests.corpus.generators.built import page, write

CONFIGURATIONS = {
    "hugo": ("hugo.toml", 'permalinks = {posts = "/:year/:sections[1:]/:slug/:02/"}\n[languages.en]\n[languages.fr]\n'),
    "jekyll": ("_config.yml", "permalink: /:categories/:year/:title\ncollections: {posts: {output: true}}\n"),
    "mkdocs": ("mkdocs.yml", "docs_dir: content\nplugins: [blog, {i18n: {languages: [{locale: fr}]}}]\n"),
    "eleventy": ("eleventy.config.js", "export default { dir: { input: 'content' } };\n"),
    "pelican": ("pelicanconf.py", "PATH = 'content'\nARTICLE_URL = '{date:%Y}/{category}/{slug}/'\n"),
    "docusaurus": (
        "docusaurus.config.js",
        "module.exports = { presets: [['classic', { docs: { path: 'content' } }]] };",
    ),
    "vitepress": (".vitepress/config.mjs", "export default { rewrites: { 'content/:a/:b*': ':b*/:a' } };\n"),
    "astro": ("astro.config.mjs", "export default { integrations: [starlight({ locales: { fr: {} } })] };\n"),
    "zola": ("config.toml", 'base_url = "/"\n[languages.fr]\n'),
}
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.dates(), st.datetimes(),
    st.sampled_from(["2024-05-01", "9999-99-99", "0000-00-00 99:99", "{{x}}", "/", "..", "https://a.org", ":", "\0"]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)
FIELDS = """\
title date slug url path permalink draft published publishDate expiryDate build _build headless outputs layout id lang
categories category status save_as unlisted eleventyComputed render cascade author tags"""
NAMES = st.sampled_from(FIELDS.split())
PARTS = st.one_of(
    st.text(st.characters(exclude_characters="/\0", exclude_categories=("Cs",)), min_size=1, max_size=8),
    st.sampled_from(["_posts", "_drafts", "index", "posts", "blog", "fr", "..", ".", "2024-05-01-a", "src", "docs"]),
)
PATHS = st.builds(
    lambda folders, name, suffix: "/".join(["content", *folders, name]) + suffix,
    st.lists(PARTS, max_size=3),
    PARTS,
    st.sampled_from([".md", ".mdx", ".html", ".fr.md", ""]),
)


@pytest.fixture(scope="module", params=CONFIGURATIONS)
def generator(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generator:
    folder: Path = tmp_path_factory.mktemp(request.param)
    name, text = CONFIGURATIONS[request.param]
    write(folder, {name: text, "content/_index.md": page(), "content/posts/_index.md": page()})
    found = read_generator(folder)
    assert found is not None
    return found


@given(path=PATHS, fields=st.dictionaries(NAMES, VALUES, max_size=5))
def test_any_file_has_an_answer(generator: Generator, path: str, fields: dict[str, Any]) -> None:
    outcome = generator.address(path, fields)
    assert isinstance(outcome, Address | NotBuilt | Unknown)
    if isinstance(outcome, Address):
        assert outcome.url.startswith("/")
        assert not outcome.url.startswith("//")
        assert not set(outcome.url) & set(" \n\t\"'<>#?") - {"'"}
        assert all(one is None or one.tzinfo is not None for one in (outcome.since, outcome.until))
    generator.place(path)


def test_a_fingerprint_names_what_decides(tmp_path: Path) -> None:
    write(tmp_path, {"hugo.toml": 'baseURL = "/"\n', "content/posts/a.md": page(), "content/posts/b/x.md": page()})

    def fingerprint() -> bytes:
        found = read_generator(tmp_path / "content")
        assert found is not None
        return found.fingerprint()

    seen = [fingerprint()]
    write(tmp_path, {"content/posts/a.md": page("Another")})
    assert fingerprint() == seen[-1]
    for path, text in (
        ("hugo.toml", 'baseURL = "/x/"\n'), ("content/_index.md", page()), ("content/posts/_index.md", page(slug="s")),
        ("content/posts/_index.md", page(slug="t")), ("content/posts/b/index.md", page()),
    ):  # fmt: skip
        write(tmp_path, {path: text})
        seen.append(fingerprint())
    assert len(set(seen)) == len(seen)
