"""Which generator is found, and from where."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from recommender.corpus.generators import Address, NotBuilt, Unknown, javascript, read_generator
from tests.corpus.generators.built import page, write

CONFIGURATIONS = {
    "hugo.toml": ("Hugo", "content", "a.md"),
    "_config.yml": ("Jekyll", "pages", "a.md"),
    "mkdocs.yml": ("MkDocs", "docs", "a.md"),
    "docusaurus.config.ts": ("Docusaurus", "docs", "a.md"),
    "astro.config.mjs": ("Astro", "src/pages", "a.md"),
    "docs/.vitepress/config.mts": ("VitePress", "docs", "a.md"),
    "pelicanconf.py": ("Pelican", "content", "a.md"),
    "eleventy.config.js": ("Eleventy", "pages", "a.md"),
    "config.toml": ("Zola", "content", "a.md"),
}
TEXTS = {".toml": 'base_url = "/"\n', ".yml": "x: y\n", ".py": "X = 1\n"}


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_configuration_above_the_content(tmp_path: Path, name: str) -> None:
    generator_name, content, file = CONFIGURATIONS[name]
    text = TEXTS.get(Path(name).suffix, "export default {};\n")
    write(tmp_path, {name: text, f"{content}/deep/{file}": page(), ".git/HEAD": ""})
    for folder in (tmp_path, tmp_path / content, tmp_path / content / "deep"):
        generator = read_generator(folder)
        if generator is None:
            # A folder above the configuration's own.
            assert name.startswith("docs/")
            assert folder == tmp_path
            continue
        assert generator.name == generator_name
        assert generator.files
        path = (tmp_path / content / "deep" / file).relative_to(folder).as_posix()
        outcome = generator.address(path, {"title": "A", "date": "2024-05-01"})
        assert isinstance(outcome, Address)
        assert pickle.loads(pickle.dumps(generator)).address(path, {"title": "A", "date": "2024-05-01"}) == outcome


def test_a_repository_is_not_left(tmp_path: Path) -> None:
    write(tmp_path, {"hugo.toml": "", "site/.git/HEAD": "", "site/content/a.md": page()})
    assert read_generator(tmp_path / "site" / "content") is None


def test_the_nearest_that_has_the_content(tmp_path: Path) -> None:
    write(tmp_path, {"mkdocs.yml": "site_name: x\n", "hugo.toml": "", "content/a.md": page(), "docs/a.md": page()})
    write(tmp_path, {"docs/blog/_config.yml": "x: y\n", "docs/blog/_posts/2024-05-01-a.md": page()})
    names = {}
    for folder in ("content", "docs", "docs/blog"):
        generator = read_generator(tmp_path / folder)
        assert generator is not None
        names[folder] = generator.name
    assert names == {"content": "Hugo", "docs": "MkDocs", "docs/blog": "Jekyll"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hugo.toml", "= broken"), ("_config.yml", "a: [b"), ("mkdocs.yml", "a: &a [*a]"), ("_config.yml", "[" * 5000),
        ("pelicanconf.py", "-" * 100_000 + "1"), ("astro.config.mjs", "export default {}" + " " * 200_000),
        ("astro.config.mjs", "export default {{{"), ("pelicanconf.py", "def"), ("hugo.json", "{" * 100_000),
        ("docusaurus.config.js", "module.exports = " + "[" * 5000), ("pelicanconf.py", "A = " + "(" * 5000),
        ("eleventy.config.js", "const a = [b, b], b = [c, c], c = [a, a]; export default a;"),
    ],
)  # fmt: skip
def test_a_broken_configuration_is_told(tmp_path: Path, name: str, text: str) -> None:
    write(tmp_path, {name: text, "docs/a.md": page()})
    generator = read_generator(tmp_path)
    assert generator is None or name == "eleventy.config.js" or generator.unknown or name == "mkdocs.yml"
    if generator is not None and generator.unknown:
        assert generator.unknown[0].path == name
        assert generator.unknown[0].reason.startswith("the file is not valid: ")


def test_what_takes_the_parser_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(javascript, "_MOST_STEPS", 1_000)
    with pytest.raises(ValueError, match="takes too long"):
        javascript.read_javascript("a.mjs", "|\n  - ~~~" * 300)
    assert javascript.read_javascript("a.mjs", "export default {a: [" + "{b: 1}, " * 2_000 + "]}")["a"]


def test_large_values_end(tmp_path: Path) -> None:
    doubled = "A = 'x' * 1\n" + "\n".join(f"A{n + 1} = A{n} + A{n}" for n in range(60))
    write(tmp_path, {"pelicanconf.py": "A0 = 'xxxxxxxx'\n" + doubled})
    assert read_generator(tmp_path) is not None
    aliases = "a0: &a0 [x, x]\n" + "".join(f"a{n + 1}: &a{n + 1} [*a{n}, *a{n}]\n" for n in range(25))
    write(tmp_path / "other", {"mkdocs.yml": aliases, "docs/a.md": page()})
    generator = read_generator(tmp_path / "other")
    assert generator is not None
    assert "values" in generator.unknown[0].reason


def test_what_shows_itself_without_a_configuration(tmp_path: Path) -> None:
    write(tmp_path / "jekyll", {"_posts/2024-05-01-a.md": page(), "_drafts/b.md": page(), "c.md": page()})
    jekyll = read_generator(tmp_path / "jekyll")
    assert jekyll is not None
    assert (jekyll.name, jekyll.files) == ("Jekyll", ())
    assert jekyll.address("_posts/2024-05-01-a.md", {}).url == "/2024/05/01/a.html"  # type: ignore[union-attr]
    assert isinstance(jekyll.address("_drafts/b.md", {}), NotBuilt)
    posts = read_generator(tmp_path / "jekyll" / "_posts")
    assert posts is not None
    assert posts.address("2024-05-01-a.md", {}) == jekyll.address("_posts/2024-05-01-a.md", {})
    write(tmp_path / "starlight" / "src" / "content" / "docs", {"guide/V1.2 x.mdx": page()})
    for folder in ("starlight", "starlight/src/content/docs"):
        starlight = read_generator(tmp_path / folder)
        assert starlight is not None
        path = "guide/V1.2 x.mdx" if folder.endswith("docs") else "src/content/docs/guide/V1.2 x.mdx"
        assert starlight.address(path, {}) == Address("/guide/v12-x/")


def test_docusaurus_by_the_files_of_its_sidebar(tmp_path: Path) -> None:
    write(
        tmp_path / "site", {"docs/1-guide/_category_.json": "{}", "docs/1-guide/02-x.md": page(), "blog/a.md": page()}
    )
    write(tmp_path / "handbook", {"guide/_category_.yml": "", "guide/x.md": page()})
    for folder, path in (
        ("site", "docs/1-guide/02-x.md"),
        ("site/docs", "1-guide/02-x.md"),
        ("handbook", "guide/x.md"),
    ):
        generator = read_generator(tmp_path / folder)
        assert generator is not None
        assert (generator.name, generator.files) == ("Docusaurus", ())
        assert generator.address(path, {}) == Address("/docs/guide/x")


def test_eleventy_by_front_matter_in_javascript(tmp_path: Path) -> None:
    """The kind of site that gives Eleventy its folder on the command line alone."""
    files = {
        "blog/pie.md": '---js\n{ title: "Pie" }\n---\nSoup.\n', "blog/2020-01-02-soup.md": page(),
        "blog/rel.md": page(), "blog/bread/bread.md": page(), "blog/none.md": page(), "blog/templated.md": page(),
    }  # fmt: skip
    write(tmp_path / "content", files)
    generator = read_generator(tmp_path / "content")
    assert generator is not None
    assert generator.name == "Eleventy"
    assert generator.address("blog/2020-01-02-soup.md", {}) == Address("/blog/2020-01-02-soup/")
    assert generator.address("blog/bread/bread.md", {}) == Address("/blog/bread/")
    assert generator.address("blog/rel.md", {"permalink": "rel/page/"}) == Address("/rel/page/")
    assert isinstance(generator.address("blog/none.md", {"permalink": False}), NotBuilt)
    assert generator.address("blog/templated.md", {"permalink": "/x/{{ page.fileSlug }}/"}) == Address("/x/templated/")
    assert isinstance(generator.address("blog/pie.md", {"permalink": "/{{ a | b }}/"}), Unknown)


MANY_STARS = "*a" * 40
HUGO = f"""\
ignoreFiles = ["(a|aa)+$"]
[[cascade]]
draft = true
[cascade._target]
path = "{MANY_STARS}"
"""
DOCUSAURUS = f"module.exports = {{presets: [['classic', {{docs: {{exclude: ['{MANY_STARS}']}}}}]]}};\n"


@pytest.mark.parametrize(
    ("name", "text", "file"),
    [
        ("hugo.toml", HUGO, "content"),
        ("_config.yml", f"defaults: [{{scope: {{path: '{MANY_STARS}'}}, values: {{published: false}}}}]\n", "pages"),
        ("docusaurus.config.js", DOCUSAURUS, "docs"),
        (".vitepress/config.mjs", f"export default {{ srcExclude: ['{MANY_STARS}'] }};", "docs"),
    ],
)
def test_costly_patterns_end(tmp_path: Path, name: str, text: str, file: str) -> None:
    write(tmp_path, {name: text, f"{file}/x.md": page()})
    generator = read_generator(tmp_path)
    assert generator is not None
    assert isinstance(generator.address(f"{file}/{'a' * 80}b.md", {"title": "A"}), Address)


def test_a_site_in_a_folder_of_a_project(tmp_path: Path) -> None:
    config = "export default { base: '/x/', cleanUrls: true };"
    write(tmp_path, {"docs/.vitepress/config.mjs": config, "docs/a.md": page(), "docs/b.md": page(), "README.md": ""})
    generator = read_generator(tmp_path)
    assert generator is not None
    assert generator.name == "VitePress"
    assert generator.address("docs/a.md", {}) == Address("/x/a")
    assert generator.place("docs/a.md").page == generator.place("docs/a.md").page
    assert isinstance(generator.address("README.md", {}), NotBuilt)
    before = generator.fingerprint()
    write(tmp_path, {"docs/.vitepress/config.mjs": config.replace("/x/", "/y/")})
    again = read_generator(tmp_path)
    assert again is not None
    assert again.fingerprint() != before


def test_a_site_beside_more_of_other_pages_or_beside_another_is_not_taken(tmp_path: Path) -> None:
    write(tmp_path, {"site/mkdocs.yml": "site_name: X\n", "site/docs/a.md": page(), "b.md": page(), "c.md": page()})
    assert read_generator(tmp_path) is None
    write(tmp_path, {"site/docs/b.md": page(), "site/docs/c.md": page()})
    generator = read_generator(tmp_path)
    assert generator is not None
    assert generator.address("site/docs/a.md", {}) == Address("/a/")
