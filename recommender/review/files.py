"""The files of articles as they are now, whatever they were when the review began."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.article import Article, Link
from recommender.corpus.fields import DocumentReader
from recommender.corpus.reader import read_document
from recommender.corpus.resolve import TargetIndex
from recommender.selection.lists import usable
from recommender.site.site import Site


@dataclass(frozen=True, slots=True)
class FileNow:
    """One article's file.

    Attributes
    ----------
    links : tuple of Link
        Its curated links; those of the start where the file cannot be read.
    targets : int32 array
        Aligned with `links`, as `recommender.corpus.resolve.ResolvedLinks.targets`.
    texts : dict of str to str
        By view, as they are written in the file.
    problem : str
        Why the file cannot be read; empty where it can.
    """

    links: tuple[Link, ...]
    targets: NDArray[np.int32]
    texts: dict[str, str]
    problem: str


class ArticleFiles:
    """The files of a site's articles."""

    def __init__(self, site: Site) -> None:
        self._content = site.content
        self._articles = site.corpus.articles
        self._reader = DocumentReader(site.settings)
        self._index = TargetIndex(self._articles, site.settings)

    def now(self, row: int) -> FileNow:
        """Read one article's file."""
        article = self._articles[row]
        file = read_document(self._content, article.path, self._reader)
        document = file.document
        if document is None or document.article.key != article.key:
            why = "it holds another article now" if file.record.problem is None else str(file.record.problem)
            problem = f"The file has changed since the start: {why}"
            return FileNow(article.links, self._targets(article, article.links), {}, problem)
        links = document.article.links
        return FileNow(links, self._targets(article, links), document.texts, "")

    def curated(self, row: int) -> list[int]:
        """Rows that an article's curated links lead to."""
        return usable(row, self.now(row).targets)

    def _targets(self, article: Article, links: Sequence[Link]) -> NDArray[np.int32]:
        return np.array([self._index.find(link, article) for link in links], dtype=np.int32)
