"""How a site's links spell the names of articles: an address, a path, relative to the file or not."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from recommender.corpus.article import Article
from recommender.corpus.urls import slug_of, stem_of

Spelling = Callable[[Article, Article], str | None]
"""From the article that holds a link, and its target, to the link's target as it is written."""


def _relative(path: str, source: Article) -> str:
    return posixpath.relpath(path, posixpath.dirname(source.path) or ".")


def _dotted(path: str) -> str:
    return path if path.startswith("../") else f"./{path}"


def _url(target: Article) -> str | None:
    return target.url or target.key


SPELLINGS: dict[str, Spelling] = {
    "url": lambda _, target: _url(target),
    "url without its last slash": lambda _, target: (_url(target) or "").rstrip("/") or None,
    "file, relative": lambda source, target: _relative(target.path, source),
    "file, relative with a dot": lambda source, target: _dotted(_relative(target.path, source)),
    "page, relative": lambda source, target: _relative(stem_of(target.path) or ".", source),
    "page, relative with a dot": lambda source, target: _dotted(_relative(stem_of(target.path) or ".", source)),
    "file": lambda _, target: target.path,
    "file from the root": lambda _, target: "/" + target.path,
    "page": lambda _, target: stem_of(target.path),
    "page from the root": lambda _, target: "/" + stem_of(target.path),
    "slug": lambda _, target: slug_of(target.path),
    "slug by its scheme": lambda _, target: "slug:" + slug_of(target.path),
    "title": lambda _, target: target.title,
}


@dataclass(frozen=True, slots=True)
class Known:
    """A link whose target is known.

    Attributes
    ----------
    text : str
        The target as it is written.
    """

    source: Article
    target: Article
    text: str
    is_wikilink: bool = False


def spellings_by_use(links: Iterable[Known], base: str = "") -> list[tuple[Spelling, int]]:
    """All spellings and how many of the links are written so, the most frequent first.

    Parameters
    ----------
    base : str
        The beginning of paths that links leave out.
    """
    every = {**SPELLINGS, **_without_base(base)} if base else SPELLINGS
    counts: Counter[str] = Counter()
    for link in links:
        text = link.text.partition("#")[0].partition("?")[0]
        counts.update(name for name, spelling in every.items() if spelling(link.source, link.target) == text)
    return [(every[name], counts[name]) for name in sorted(every, key=lambda name: -counts[name])]


def _without_base(base: str) -> dict[str, Spelling]:
    return {
        "file below the base": lambda _, target: target.path.removeprefix(base),
        "page below the base": lambda _, target: stem_of(target.path).removeprefix(base),
    }
