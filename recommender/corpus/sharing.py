"""Equal texts held once: most texts of links are those of the articles that they lead to."""

from __future__ import annotations

from typing import TypeVar

from recommender.corpus.article import Article, Link, TextLink
from recommender.corpus.corpus import ReadFile

T = TypeVar("T")


class SharedValues:
    """Replaces what equals something met before by that."""

    def __init__(self) -> None:
        self._met: dict[object, object] = {}

    def file(self, file: ReadFile) -> ReadFile:
        """The same file, which shares with those before it what it has in common with them."""
        if file.article is None:
            return file
        return ReadFile(file.path, self._article(file.article), file.texts, file.problem, file.warnings)

    def _article(self, article: Article) -> Article:
        share = self._shared
        return Article(
            key=share(article.key),
            path=article.path,
            title=share(article.title),
            id=article.id,
            group=share(article.group),
            url=share(article.url),
            date=share(article.date),
            no_index=article.no_index,
            draft=article.draft,
            language=share(article.language),
            aliases=article.aliases,
            links=tuple(map(self._link, article.links)),
            lines=share(article.lines),
            opens=share(article.opens),
            closes=share(article.closes),
            slug=article.slug,
            text_links=tuple(map(self._text_link, article.text_links)),
        )

    def _link(self, link: Link) -> Link:
        share = self._shared
        return Link(
            target=share(link.target),
            id=link.id,
            title=share(link.title),
            group=share(link.group),
            url=share(link.url),
            line=link.line,
            place=link.place,
            section=link.section,
            wikilink=link.wikilink,
        )

    def _text_link(self, link: TextLink) -> TextLink:
        return TextLink(self._shared(link.target), link.line, link.wikilink)

    def _shared(self, value: T) -> T:
        return self._met.setdefault(value, value)  # type: ignore[return-value]
