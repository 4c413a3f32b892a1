"""Which article a curated link means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.article import Article, Link
from recommender.corpus.named import plain_name
from recommender.corpus.names import AMBIGUOUS, DANGLING, EXTERNAL, PageIndex
from recommender.settings import Settings

__all__ = [
    "AMBIGUOUS",
    "DANGLING",
    "EXTERNAL",
    "LinkPairs",
    "ResolvedLinks",
    "TargetIndex",
    "link_pairs",
    "resolve_links",
]


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
            np.fromiter((index.find(link, article) for link in article.links), np.int32, len(article.links))
            if article.links
            else empty
            for article in articles
        )
    )


class TargetIndex:
    """Articles by every name that a curated link may call them.

    Parameters
    ----------
    articles : sequence of Article
        Row numbers are positions in it.
    """

    def __init__(self, articles: Sequence[Article], settings: Settings) -> None:
        self.pages = PageIndex(articles, settings)
        self._kinds = tuple(one.target for one in settings.related.each)
        # An address from the host's root means the same in all articles, and taking one apart is slow.
        self._found: dict[str, int] = {}

    def find(self, link: Link, source: Article | None = None) -> int:
        """The row of a link's target, or a negative code; `source` is the article that holds it."""
        code = self.find_written(link, source)
        if code < 0 and link.id is not None and code != EXTERNAL:
            by_id = self.find_id(link.id, source)
            if by_id != DANGLING:
                return by_id
        return code

    def find_written(self, link: Link, source: Article | None = None) -> int:
        """The row of the article that a link names, whatever else it says of it, or a negative code."""
        if not link.target:
            return DANGLING
        if link.section and source is not None:
            return self.pages.href(link.target, source, wikilink=link.wikilink)
        return self.find_name(link.target, source, link.field)

    def find_name(self, written: str, source: Article | None = None, field: int = 0) -> int:
        """The row of the article that a target's name means in the field of this number, or a negative code."""
        written = plain_name(written)
        kind = self._kinds[field]
        everywhere = kind == "url" and written.startswith("/")
        if everywhere and (known := self._found.get(written)) is not None:
            return known
        code: int = getattr(self.pages, kind)(written, source)
        if everywhere and code != AMBIGUOUS:
            self._found[written] = code
        return code

    def rows_named(self, written: str, field: int = 0) -> tuple[int, ...]:
        """Rows of all articles that a target's name can mean in the field of this number."""
        return self.pages.rows(self._kinds[field], plain_name(written))

    def find_id(self, id_: int | str, source: Article | None = None) -> int:
        """The row of the only article with this id, or a negative code."""
        return self.pages.id(str(id_), source)
