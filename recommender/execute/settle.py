"""Addresses of articles as a built site or a sitemap has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache as remembered
from pathlib import Path

from recommender.corpus.built_pages import built_pages, built_settings
from recommender.corpus.corpus import Corpus, ReadFile, Settled
from recommender.corpus.fields import DocumentReader
from recommender.corpus.reader import read_document
from recommender.corpus.settled import BuiltPage, match, with_address, words_of
from recommender.corpus.sitemap import sitemap_addresses
from recommender.errors import InputError
from recommender.settings import Settings

# From this share of the pages on, a folder that only the articles' own addresses begin with is where the site is put.
_NEARLY_ALL = 0.9

ReadPages = Callable[[Path, Settings], Corpus]


def settle(
    content: Path, settings: Settings, files: Iterable[ReadFile], read: ReadPages
) -> tuple[list[ReadFile], Settled | None]:
    """The files with the addresses that their articles have on the built site, and how many were found there; as they
    are where the settings name neither pages nor a sitemap.

    Parameters
    ----------
    read : callable
        Reads a folder of pages by settings.

    Raises
    ------
    InputError
        The folder or the sitemap cannot be read, or holds no page.
    """
    found = list(files)
    place = settings.urls.built or settings.urls.sitemap
    if place is None:
        return found, None
    pages = _pages(settings, read)
    at_hand = {at: file.article for at, file in enumerate(found) if file.article is not None}
    articles = list(at_hand.values())
    built = Path(settings.urls.built or "")
    pairs = match(articles, pages, _words(content, settings), _words(built, built_settings()))
    addresses = {articles[article].path: pages[page].url for article, page in pairs.items()}
    if settings.urls.generator:
        addresses = _below_the_same_folder({one.path: one.url or "" for one in articles}, addresses)
    moved = 0
    for at, article in at_hand.items():
        url = addresses.get(article.path)
        if url is not None and url != article.url:
            moved += 1
            found[at] = with_address(found[at], url)
    missing = tuple(article.path for article in articles if article.path not in addresses)
    return found, Settled(place, len(pages), moved, missing)


def _pages(settings: Settings, read: ReadPages) -> list[BuiltPage]:
    """The pages of the built folder, and the addresses of the sitemap that are none of theirs."""
    urls = settings.urls
    pages: list[BuiltPage] = []
    if urls.built is not None:
        pages = built_pages(read(Path(urls.built), built_settings()).articles)
        if not pages:
            raise InputError(f"expected pages (.html) in {urls.built}; found none. Build the site first")
    if urls.sitemap is not None:
        known = {page.url.rstrip("/") for page in pages}
        addresses = sitemap_addresses(Path(urls.sitemap))
        pages += [BuiltPage(address) for address in addresses if address.rstrip("/") not in known]
    return pages


def _words(content: Path, settings: Settings) -> Callable[[str], frozenset[str]]:
    reader = DocumentReader(replace(settings, urls=replace(settings.urls, generator=False)))

    @remembered
    def words(path: str) -> frozenset[str]:
        document = read_document(content, path, reader).document
        return frozenset() if document is None else words_of("\n".join(document.texts.values()))

    return words


def _below_the_same_folder(own: dict[str, str], addresses: dict[str, str]) -> dict[str, str]:
    """The generator's own addresses where nearly all pages have them but for one beginning: the folder that the site is
    put in, which built files do not show.
    """
    beginnings = Counter(
        own[path].rstrip("/").removesuffix(url.rstrip("/"))
        for path, url in addresses.items()
        if own[path].rstrip("/").endswith(url.rstrip("/"))
    )
    base, count = max(beginnings.items(), key=lambda item: item[1], default=("", 0))
    if not base or count < _NEARLY_ALL * len(addresses):
        return addresses
    return {path: base + url for path, url in addresses.items()}
