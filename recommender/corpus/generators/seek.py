"""Finding the generator of a site: by its configuration in a content folder or above it, else by the folder itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from recommender.corpus.generators.astro import Astro, find_astro
from recommender.corpus.generators.book import find_gitbook, find_mdbook, guess_gitbook
from recommender.corpus.generators.configuration import Configuration
from recommender.corpus.generators.docusaurus import Docusaurus, find_docusaurus
from recommender.corpus.generators.eleventy import Eleventy, find_eleventy
from recommender.corpus.generators.generator import Generator
from recommender.corpus.generators.hugo import find_hugo
from recommender.corpus.generators.jekyll import Jekyll, find_jekyll
from recommender.corpus.generators.mkdocs import find_mkdocs
from recommender.corpus.generators.pelican import find_pelican
from recommender.corpus.generators.sphinx import find_sphinx
from recommender.corpus.generators.values import Call
from recommender.corpus.generators.vitepress import find_vitepress
from recommender.corpus.generators.zola import find_zola

# How far above the content folder a configuration is sought where no folder is a repository's root.
_MOST_PARENTS = 8

# Each takes a folder and the content folder relative to it; None where its configuration is not there.
Finder = Callable[[Path, str], Generator | None]
# Where several are in one folder, the first whose content it is.
_FINDERS: tuple[Finder, ...] = (
    find_vitepress,
    find_docusaurus,
    find_astro,
    find_mkdocs,
    find_zola,
    find_hugo,
    find_pelican,
    find_eleventy,
    find_jekyll,
    find_mdbook,
    find_gitbook,
    find_sphinx,
)
# Folders of projects that hold a site beside other things, and how deep it may be.
_MOST_FOLDERS = 200
_DEPTH = 2
_MOST_FILES = 500
_MOST_PARENTS = 4
_STARLIGHT = "src/content/docs"
_CATEGORIES = ("_category_.json", "_category_.yml", "_category_.yaml")
_SIGNS = {
    "gatsby-config": "Gatsby", "next.config": "Next.js", "nuxt.config": "Nuxt", "svelte.config": "SvelteKit",
    "remix.config": "Remix", "contentlayer.config": "Contentlayer",
}  # fmt: skip
_NO_SITES = ("node_modules", "vendor", "themes", "public", "dist", "tests", "test", "examples", "example")
_PAGES = (".md", ".mdx", ".markdown")
_SUFFIXES = (".js", ".mjs", ".cjs", ".ts", ".mts")


def read_generator(content: Path) -> Generator | None:
    """The generator that builds a content folder, by the nearest configuration that covers it.

    Sought are the content folder and its parents, up to the root of its repository. Nothing in a configuration is run.
    Where there is none, the generator that the folder shows by itself is taken as if its configuration were empty.

    Parameters
    ----------
    content : pathlib.Path
        The folder of pages, or the site's root.

    Returns
    -------
    Generator or None
        None where nothing of a known generator is found.
    """
    content = content.resolve()
    for folder in upwards(content):
        inside = content.relative_to(folder).as_posix()
        inside = "" if inside == "." else inside
        for find in _FINDERS:
            generator = find(folder, inside)
            if generator is not None and generator.owns(inside):
                return generator
    return below(content) or guess_generator(content)


def below(content: Path) -> Generator | None:
    """The generator whose configuration lies in a folder of a project, with most of the project's pages; None where
    none or several do.
    """
    pages = [path for path in _files(content) if path.suffix.lower() in _PAGES]
    for folders in _by_depth(content):
        found = []
        for folder in folders:
            inside = "/".join([".."] * len(folder.relative_to(content).parts))
            made = next((one for find in _FINDERS if (one := find(folder, inside)) is not None), None)
            if made is not None and 2 * sum(path.is_relative_to(folder) for path in pages) > len(pages):
                found.append(made)
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _by_depth(content: Path) -> Iterator[list[Path]]:
    """The folders below a folder, those that are nearer first."""
    folders = [content]
    for _ in range(_DEPTH):
        inside: list[Path] = []
        for folder in folders:
            try:
                inside += sorted(one for one in folder.iterdir() if one.is_dir() and not one.is_symlink())
            except OSError:
                continue
        folders = [one for one in inside if one.name[0] not in "._" and one.name not in _NO_SITES][:_MOST_FOLDERS]
        yield folders


def upwards(content: Path) -> list[Path]:
    """A folder and those above it, up to the root of its repository."""
    folders = [content, *content.parents][: _MOST_PARENTS + 1]
    for position, folder in enumerate(folders):
        if (folder / ".git").exists():
            return folders[: position + 1]
    return folders


def guess_generator(content: Path) -> Generator | None:
    """The generator that a content folder shows by itself, as if its configuration were empty; None where none does.

    ``_posts`` and ``_drafts`` are Jekyll's, ``src/content/docs`` is Starlight's, ``_category_.json`` is Docusaurus's,
    data files called ``*.11tydata.*`` and front matter in JavaScript are Eleventy's, and ``SUMMARY.md`` is GitBook's.
    """
    if content.name in ("_posts", "_drafts"):
        return _of(Jekyll, content.parent, content.name)
    if (content / "_posts").is_dir() or (content / "_drafts").is_dir():
        return _of(Jekyll, content, "")
    if (content / _STARLIGHT).is_dir():
        return _starlight(content, "")
    whole = content.as_posix()
    if f"{whole}/".endswith(f"/{_STARLIGHT}/"):
        return _starlight(content.parents[2], _STARLIGHT)
    category = next((path for path in islice(_files(content), _MOST_FILES) if path.name in _CATEGORIES), None)
    if category is not None:
        return _docusaurus(content, category)
    if any(map(_shows_eleventy, islice(_files(content), _MOST_FILES))):
        return _of(Eleventy, content, "")
    parents = [content, *content.parents][:_MOST_PARENTS]
    books = (guess_gitbook(folder, content.relative_to(folder).as_posix()) for folder in parents)
    return next((book for book in books if book is not None), None)


def _of(kind: type[Generator], root: Path, inside: str, **settings: Any) -> Generator:
    return kind(Configuration(root, (), settings), inside)


def _starlight(root: Path, inside: str) -> Generator:
    return _of(Astro, root, inside, integrations=[Call("", 0, "", "starlight", ({},))])


def _docusaurus(content: Path, category: Path) -> Generator:
    """The folder ``docs`` or ``blog`` of a site or one that holds it; else a folder of documents of another name."""
    if category.relative_to(content).parts[0] in ("docs", "versioned_docs", "i18n"):
        return _of(Docusaurus, content, "")
    documents = ["content-docs", {"path": content.name, "routeBasePath": "docs"}]
    return _of(Docusaurus, content.parent, content.name, plugins=[documents])


def _shows_eleventy(path: Path) -> bool:
    if ".11tydata." in path.name:
        return True
    if path.suffix != ".md":
        return False
    try:
        with path.open("rb") as file:
            return file.readline(20).strip() in (b"---js", b"---javascript")
    except OSError:
        return False


def _files(content: Path) -> list[Path]:
    found: list[Path] = []
    for folder, folders, names in os.walk(content):
        folders[:] = sorted(one for one in folders if one[0] != "." and one != "node_modules")
        found += [Path(folder, name) for name in sorted(names)]
        if len(found) > _MOST_FILES:
            break
    return found


def unruled_program(content: Path) -> str | None:
    """The name of the program whose configuration is in a content folder or above it; None where there is none."""
    for folder in upwards(content.resolve()):
        for sign, name in _SIGNS.items():
            if any((folder / f"{sign}{suffix}").is_file() for suffix in _SUFFIXES):
                return name
        # Its configuration is called as Jekyll's.
        if (folder / "_config.yml").is_file() and (folder / "scaffolds").is_dir():
            return "Hexo"
    return None
