"""Which article a curated link means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.article import Article, Link
from recommender.corpus.urls import normal_url, slug_of, stem_of
from recommender.settings import Settings, Target

DANGLING = -1
EXTERNAL = -2
AMBIGUOUS = -3

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ResolvedLinks:
    """The targets of all curated links.

    Attributes
    ----------
    targets : tuple of int32 arrays
        Per article, aligned with its `links`: the target's row, or `DANGLING`, `EXTERNAL` or `AMBIGUOUS` (a name that
        several articles have).
    """

    targets: tuple[NDArray[np.int32], ...]


@dataclass(frozen=True, slots=True)
class LinkPairs:
    """Links as pairs, in the order of their articles.

    Attributes
    ----------
    sources, targets : int64 arrays of shape (n_links,)
        Rows; a target may be a negative code as in `ResolvedLinks`.
    """

    sources: NDArray[np.int64]
    targets: NDArray[np.int64]


def link_pairs(targets: Sequence[NDArray[np.int32]]) -> LinkPairs:
    """All links of a site, given as in `ResolvedLinks.targets`."""
    return LinkPairs(
        np.repeat(np.arange(len(targets), dtype=np.int64), [len(found) for found in targets]),
        np.concatenate([np.empty(0, dtype=np.int64), *targets]).astype(np.int64),
    )


def resolve_links(articles: Sequence[Article], settings: Settings) -> ResolvedLinks:
    """Find the target of every curated link: by what the settings say names it, else by the link's id where one
    article has it.
    """
    index = TargetIndex(articles, settings)
    empty = np.empty(0, dtype=np.int32)
    return ResolvedLinks(
        tuple(
            np.fromiter((index.find(link) for link in article.links), dtype=np.int32, count=len(article.links))
            if article.links
            else empty
            for article in articles
        )
    )


class TargetIndex:
    """Articles by every name that a link may call them.

    Parameters
    ----------
    articles : sequence of Article
        Row numbers are positions in it.
    settings : Settings
    """

    def __init__(self, articles: Sequence[Article], settings: Settings) -> None:
        self._articles = articles
        self._settings = settings
        self._names: dict[str, int] = {}
        self._ids: dict[str, int] = {}
        # Links name the same articles again and again, and taking a url apart is slow.
        self._found: dict[str, int] = {}
        for row, article in enumerate(articles):
            for name in self._own_names(article, settings.related.target):
                _add(self._names, name, row)
            if article.id is not None:
                _add(self._ids, str(article.id), row)

    def find(self, link: Link) -> int:
        """The row of a link's target, or a negative code."""
        code = self.find_name(link.target) if link.target else DANGLING
        if code < 0 and link.id is not None and code != EXTERNAL:
            by_id = self.find_id(link.id)
            if by_id != DANGLING:
                return by_id
        return code

    def find_name(self, written: str) -> int:
        """The row of the article that a target's name means, or a negative code."""
        code = self._found.get(written)
        if code is None:
            name = self._normal(written)
            code = EXTERNAL if name is None else self._names.get(name, DANGLING)
            self._found[written] = code
        return code

    def rows_named(self, written: str) -> tuple[int, ...]:
        """Rows of all articles that a target's name can mean."""
        name = self._normal(written)
        target = self._settings.related.target
        return tuple(row for row, article in enumerate(self._articles) if name in self._own_names(article, target))

    def find_id(self, id_: int | str) -> int:
        """The row of the only article with this id, or a negative code."""
        return self._ids.get(str(id_), DANGLING)

    def _own_names(self, article: Article, target: Target) -> set[str]:
        if target == "url":
            found = {normal_url(url, self._settings.urls) for url in (article.url, article.key) if url}
            return {url for url in found if url}
        if target == "id":
            return set() if article.id is None else {str(article.id)}
        if target == "title":
            return {_folded(title) for title in (article.title, *article.aliases)}
        return {slug_of(article.path)} if target == "slug" else {article.path, stem_of(article.path)}

    def _normal(self, written: str) -> str | None:
        target = self._settings.related.target
        if target != "url" and _ADDRESS.match(written):
            return None
        if target == "url":
            return normal_url(written, self._settings.urls)
        if target == "title":
            return _folded(written)
        if target == "slug":
            return written.strip("/").rpartition("/")[2]
        return written.strip("/") if target == "path" else written


def _add(index: dict[str, int], name: str, row: int) -> None:
    index[name] = row if index.get(name, row) == row else AMBIGUOUS


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())
