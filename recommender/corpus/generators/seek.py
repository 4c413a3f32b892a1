"""Finding the generator of a site, by its configuration in a content folder or a folder above it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from recommender.corpus.generators.astro import find_astro
from recommender.corpus.generators.book import find_gitbook, find_mdbook
from recommender.corpus.generators.docusaurus import find_docusaurus
from recommender.corpus.generators.eleventy import find_eleventy
from recommender.corpus.generators.generator import Generator
from recommender.corpus.generators.guess import guess_generator
from recommender.corpus.generators.hugo import find_hugo
from recommender.corpus.generators.jekyll import find_jekyll
from recommender.corpus.generators.mkdocs import find_mkdocs
from recommender.corpus.generators.pelican import find_pelican
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
)


def read_generator(content: Path) -> Generator | None:
    """The generator that builds a content folder, by the nearest configuration that covers it.

    Sought are the content folder and its parents, up to the root of its repository. Nothing in a configuration is run.
    Where there is none, the generator that the folder shows by itself is taken as if its configuration were empty
    (`Generator.guessed_by`).

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
    return guess_generator(content)


def upwards(content: Path) -> list[Path]:
    """A folder and those above it, up to the root of its repository."""
    folders = [content, *content.parents][: _MOST_PARENTS + 1]
    for position, folder in enumerate(folders):
        if (folder / ".git").exists():
            return folders[: position + 1]
    return folders
