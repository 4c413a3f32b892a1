"""The generator of a site whose configuration is not at hand, by what no other generator has."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

from recommender.corpus.generators.astro import Astro
from recommender.corpus.generators.book import guess_gitbook
from recommender.corpus.generators.configuration import Configuration
from recommender.corpus.generators.docusaurus import Docusaurus
from recommender.corpus.generators.eleventy import Eleventy
from recommender.corpus.generators.generator import Generator
from recommender.corpus.generators.jekyll import Jekyll
from recommender.corpus.generators.values import Call

_MOST_FILES = 500
_MOST_PARENTS = 4
_STARLIGHT = "src/content/docs"
_CATEGORIES = ("_category_.json", "_category_.yml", "_category_.yaml")


def guess_generator(content: Path) -> Generator | None:
    """The generator that a content folder shows by itself, as if its configuration were empty; None where none does.

    ``_posts`` and ``_drafts`` are Jekyll's, ``src/content/docs`` is Starlight's, ``_category_.json`` is Docusaurus's,
    data files called ``*.11tydata.*`` and front matter in JavaScript are Eleventy's, and ``SUMMARY.md`` is GitBook's.
    """
    if content.name in ("_posts", "_drafts"):
        return _of(Jekyll, content.parent, content.name, f"the folder {content.name}")
    for name in ("_posts", "_drafts"):
        if (content / name).is_dir():
            return _of(Jekyll, content, "", f"the folder {name}")
    if (content / _STARLIGHT).is_dir():
        return _starlight(content, "")
    whole = content.as_posix()
    if f"{whole}/".endswith(f"/{_STARLIGHT}/"):
        return _starlight(content.parents[2], _STARLIGHT)
    category = next((path for path in islice(_files(content), _MOST_FILES) if path.name in _CATEGORIES), None)
    if category is not None:
        return _docusaurus(content, category)
    shown = _shows_eleventy(content)
    if shown is not None:
        return _of(Eleventy, content, "", shown)
    parents = [content, *content.parents][:_MOST_PARENTS]
    books = (guess_gitbook(folder, content.relative_to(folder).as_posix()) for folder in parents)
    return next((book for book in books if book is not None), None)


def _of(kind: type[Generator], root: Path, inside: str, sign: str) -> Generator:
    generator = kind(Configuration(root, (), {}), inside)
    generator.guessed_by = sign
    return generator


def _starlight(root: Path, inside: str) -> Generator:
    integration = Call("", 0, "", "starlight", ({},))
    generator = Astro(Configuration(root, (), {"integrations": [integration]}), inside)
    generator.guessed_by = f"the folder {_STARLIGHT}"
    return generator


def _docusaurus(content: Path, category: Path) -> Generator:
    """The folder ``docs`` or ``blog`` of a site or one that holds it; else a folder of documents of another name."""
    sign = f"the file {category.name}"
    if category.relative_to(content).parts[0] in ("docs", "versioned_docs", "i18n"):
        return _of(Docusaurus, content, "", sign)
    documents = ["content-docs", {"path": content.name, "routeBasePath": "docs"}]
    generator = Docusaurus(Configuration(content.parent, (), {"plugins": [documents]}), content.name)
    generator.guessed_by = sign
    return generator


def _shows_eleventy(content: Path) -> str | None:
    for path in islice(_files(content), _MOST_FILES):
        if ".11tydata." in path.name:
            return f"the file {path.name}"
        if path.suffix == ".md":
            try:
                with path.open("rb") as file:
                    first = file.readline(20).strip()
            except OSError:
                continue
            if first in (b"---js", b"---javascript"):
                return f"the front matter of {path.name}"
    return None


def _files(content: Path) -> list[Path]:
    found: list[Path] = []
    for folder, folders, names in os.walk(content):
        folders[:] = sorted(one for one in folders if one[0] != "." and one != "node_modules")
        found += [Path(folder, name) for name in sorted(names)]
        if len(found) > _MOST_FILES:
            break
    return found
