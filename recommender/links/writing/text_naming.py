"""How a link in a section of a text names its target."""

from __future__ import annotations

from collections.abc import Sequence

from recommender.corpus.article import Article, Link
from recommender.corpus.resolve import TargetIndex
from recommender.links.writing.spelling import Known, spellings_by_use

_SAMPLE = 500


class TextNamer:
    """Names articles as most of the site's sections do, of the spellings by which they are found.

    Parameters
    ----------
    known : sequence of Known
        Links of sections whose targets are known.
    base : str
        The beginning of paths that links leave out.

    Attributes
    ----------
    wikilinks : bool
        Most of the links are written in double brackets.
    """

    def __init__(self, known: Sequence[Known], index: TargetIndex, base: str = "") -> None:
        self.wikilinks = 2 * sum(link.is_wikilink for link in known) > len(known)
        self._index = index
        self._spellings = [spelling for spelling, _ in spellings_by_use(known, base)]

    def name(self, source: Article, target: Article, row: int, *, wikilink: bool | None = None) -> str | None:
        """The name of the article of this row in a section of another, None where no spelling leads to it."""
        is_wikilink = self.wikilinks if wikilink is None else wikilink
        for spelling in self._spellings:
            name = spelling(source, target)
            if name and self._index.find(Link(target=name, section=True, wikilink=is_wikilink), source) == row:
                return name
        return None


def known_links(articles: Sequence[Article], index: TargetIndex, *, section: bool, field: int = 0) -> list[Known]:
    """A sample of the links, of sections or of the field of this number, whose targets are known."""
    linked = [article for article in articles if article.links]
    return [
        Known(article, articles[row], link.target, link.wikilink)
        for article in linked[:: max(1, len(linked) // _SAMPLE)]
        for link in article.links
        if link.section == section and link.field == field and (row := index.find(link, article)) >= 0
    ]
