"""Which article mentions which: the graph of the links inside texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.article import Article, TextLink
from recommender.corpus.hrefs import plain_target
from recommender.corpus.names import DANGLING, PageIndex
from recommender.settings import Settings

# A name with another suffix is a file to download or to show.
_PAGE_SUFFIXES = frozenset({"md", "mdx", "markdown", "html", "htm"})


@dataclass(frozen=True, slots=True)
class TextLinks:
    """Pairs of articles of which one links the other in its text, ascending by source, then target.

    Attributes
    ----------
    sources, targets : int32 arrays of shape (n_pairs,)
        Rows; an article's links to itself are left out.
    counts : int32 array of shape (n_pairs,)
        The number of links of each pair.
    """

    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    counts: NDArray[np.int32]


def text_links(articles: Sequence[Article], settings: Settings) -> TextLinks:
    """Resolve the links inside the texts of a site's articles, or of one language of it: there a link to a page in
    another language counts as one to its translation.

    Sections of curated links are no part of the text.
    """
    index = PageIndex(articles, settings)
    counts: Counter[tuple[int, int]] = Counter()
    for row, article in enumerate(articles):
        for link in article.text_links:
            target = index.href(link.target, article, wikilink=link.wikilink)
            if target == DANGLING and not link.wikilink:
                target = index.translated(link.target, article)
            if target >= 0 and target != row:
                counts[row, target] += 1
    pairs = np.array(sorted(counts), dtype=np.int32).reshape(-1, 2)
    numbers = np.array([counts[pair] for pair in sorted(counts)], dtype=np.int32)
    return TextLinks(pairs[:, 0].copy(), pairs[:, 1].copy(), numbers)


def dead_text_links(articles: Sequence[Article], settings: Settings) -> Iterator[tuple[int, TextLink]]:
    """Links inside texts that lead to no article, with the row of the article that holds them; links to files that are
    no pages by their suffix are passed over.
    """
    index = PageIndex(articles, settings)
    for row, article in enumerate(articles):
        for link in article.text_links:
            if _may_be_a_page(link) and index.href(link.target, article, wikilink=link.wikilink) == DANGLING:
                yield row, link


def _may_be_a_page(link: TextLink) -> bool:
    name = plain_target(link.target).rstrip("/").rpartition("/")[2]
    _, dot, suffix = name.rpartition(".")
    return link.wikilink or not dot or suffix.lower() in _PAGE_SUFFIXES or not suffix.isalnum() or len(suffix) > 5
