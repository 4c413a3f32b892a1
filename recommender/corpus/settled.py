"""Which page of a built site is which article's: by address, title, name and place, and by text where these tie."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import msgspec

from recommender.corpus.article import Article
from recommender.corpus.corpus import ReadFile
from recommender.corpus.named import folded_title, own_slug, without_suffix
from recommender.corpus.urls import stem_of

_NUMBER = re.compile(r"^\d{1,3}[-_.]\s*(?=\D)")
_DATE = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}-")
_WORD = re.compile(r"\w+")
_INDEX = ("index", "_index", "readme")
# By so much of its words an article must be in a page, and by so much more than in the next.
_LEAST_SHARED = 0.5
_CLEARLY = 0.1
# Of a name that more than that share, none is found by its place or its words.
_MOST_PAIRS = 1_000_000

Words = Callable[[str], frozenset[str]]
"""Gives the words of a file by its path; none where it cannot be read."""


@dataclass(frozen=True, slots=True)
class BuiltPage:
    """A page that a generator built.

    Attributes
    ----------
    url : str
        Its address without scheme and host.
    title : str
        Empty where only the address is known.
    path : str
        Its file; empty where there is none at hand.
    """

    url: str
    title: str = ""
    path: str = ""


def match(
    articles: Sequence[Article], pages: Sequence[BuiltPage], article_words: Words, page_words: Words
) -> dict[int, int]:
    """Pairs of articles and pages, by their positions; each is in one pair at most.

    The surest signs come first: an own address with the same title, a title that one article and one page have, the
    place of those of one title, the name at the end of an address, an own address under another title.
    """
    found = _Found(articles, pages)
    found.by_address(same_title=True)
    found.by_group([folded_title(one.title) for one in articles], [folded_title(one.title) for one in pages])
    found.by_words(article_words, page_words)
    found.by_group([_slug(own_slug(one)) for one in articles], [_last(one.url) for one in pages])
    found.by_group([_slug(one.title) for one in articles], [_last(one.url) for one in pages])
    found.by_address(same_title=False)
    return found.pairs


def with_address(file: ReadFile, url: str) -> ReadFile:
    """A file whose article has another address; a key that was the address follows it."""
    article = file.article
    if article is None:
        return file
    key = url if article.key == article.url else article.key
    return msgspec.structs.replace(file, article=msgspec.structs.replace(article, url=url, key=key))


class _Found:
    def __init__(self, articles: Sequence[Article], pages: Sequence[BuiltPage]) -> None:
        self.pairs: dict[int, int] = {}
        self._articles = articles
        self._pages = pages
        self._taken: set[int] = set()
        self._article_parts = [_parts(stem_of(one.path), one.slug) for one in articles]
        self._page_parts = [_parts(one.url, None) for one in pages]

    def by_address(self, *, same_title: bool) -> None:
        """Articles whose own address is a page's, or ends as it does below the folder that the site is put in."""
        pages = {_plain(page.url): at for at, page in enumerate(self._pages) if at not in self._taken}
        for at in self._free(self._articles, self.pairs):
            article = self._articles[at]
            own = _plain(article.url or "")
            page = pages.get(own)
            if page is None or page in self._taken or not article.url:
                continue
            title = self._pages[page].title
            if not same_title or not title or folded_title(title) == folded_title(article.title):
                self._pair(at, page)

    def by_group(self, article_names: Sequence[str], page_names: Sequence[str]) -> None:
        """Of those of one name each article and page that are nearest to each other."""
        groups: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for at in self._free(self._articles, self.pairs):
            groups[article_names[at]][0].append(at)
        for at in self._free(self._pages, self._taken):
            groups[page_names[at]][1].append(at)
        for name, (articles, pages) in groups.items():
            if name and articles and pages and len(articles) * len(pages) <= _MOST_PAIRS:
                self._nearest(articles, pages, self._shared)

    def by_words(self, article_words: Words, page_words: Words) -> None:
        """Of those of one title, the ones whose words are the same."""
        groups: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for at in self._free(self._articles, self.pairs):
            groups[folded_title(self._articles[at].title)][0].append(at)
        for at in self._free(self._pages, self._taken):
            if self._pages[at].path:
                groups[folded_title(self._pages[at].title)][1].append(at)
        for name, (articles, pages) in groups.items():
            if not name or not articles or not pages or len(articles) * len(pages) > _MOST_PAIRS:
                continue
            own = {at: article_words(self._articles[at].path) for at in articles}
            theirs = {at: page_words(self._pages[at].path) for at in pages}

            def shared(
                article: int,
                page: int,
                own: dict[int, frozenset[str]] = own,
                theirs: dict[int, frozenset[str]] = theirs,
            ) -> float:
                words = own[article] | theirs[page]
                ratio = len(own[article] & theirs[page]) / len(words) if words else 0.0
                return ratio if ratio >= _LEAST_SHARED else 0.0

            self._nearest(articles, pages, shared, least=_CLEARLY)

    def _nearest(
        self, articles: list[int], pages: list[int], near: Callable[[int, int], float], least: float = 1e-9
    ) -> None:
        if len(articles) == len(pages) == 1:
            self._pair(articles[0], pages[0])
            return
        best_page = {one: _best(pages, [near(one, other) for other in pages], least) for one in articles}
        best_article = {one: _best(articles, [near(other, one) for other in articles], least) for one in pages}
        for article, page in best_page.items():
            if page is not None and best_article[page] == article:
                self._pair(article, page)

    def _shared(self, article: int, page: int) -> float:
        """How many folders and names a path and an address have in common, the last ones counting most."""
        own, theirs = self._article_parts[article], self._page_parts[page]
        common = sum(part in theirs for part in set(own))
        tail = 0
        while tail < min(len(own), len(theirs)) and own[-1 - tail] == theirs[-1 - tail]:
            tail += 1
        return common + tail - 0.01 * len(theirs) if common else 0.0

    def _pair(self, article: int, page: int) -> None:
        self.pairs[article] = page
        self._taken.add(page)

    @staticmethod
    def _free(items: Sequence[object], taken: Collection[int]) -> list[int]:
        return [at for at in range(len(items)) if at not in taken]


def _best(candidates: list[int], scores: list[float], least: float) -> int | None:
    """The one with the highest score, None where another is as good."""
    order = sorted(range(len(candidates)), key=lambda at: -scores[at])
    if scores[order[0]] <= 0 or (len(order) > 1 and scores[order[0]] - scores[order[1]] < least):
        return None
    return candidates[order[0]]


def words_of(text: str) -> frozenset[str]:
    """The words of a text in one form of letters."""
    return frozenset(_WORD.findall(text.casefold()))


def _plain(url: str) -> str:
    return without_suffix(url.rstrip("/")).casefold()


def _last(url: str) -> str:
    return _slug(_plain(url).rpartition("/")[2])


def _parts(path: str, slug: str | None) -> list[str]:
    parts = [_slug(part) for part in _plain(path).split("/") if part and part not in _INDEX]
    return [*parts[:-1], _slug(slug)] if slug else parts


def _slug(name: str) -> str:
    """A name as addresses write it: no date and no number before it, one separator."""
    plain = _NUMBER.sub("", _DATE.sub("", name.strip("/").rpartition("/")[2].casefold()))
    return re.sub(r"[\W_]+", "-", plain).strip("-")
