"""The names of an article, and the forms in which names are equal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from recommender.corpus.article import Article
from recommender.corpus.table import is_row
from recommender.corpus.urls import normal_url, slug_of, stem_of
from recommender.settings import UrlSettings

_SUFFIXES = (".md", ".mdx", ".markdown", ".html", ".htm", ".rst", ".ipynb", ".adoc")
_INLINE = re.compile(r"\[[^\[\]]*\]\(<?([^()<>]*)>?\)")
# As files are numbered to stand in an order: 01-start, 2_next.
_NUMBER = re.compile(r"/\d{1,3}[-_.]\s*(?=[^/\d])")
_DATED = re.compile(r"\d{4}-\d{1,2}-\d{1,2}[-_](.+)")
_INDEX = ("index", "_index", "readme")


class Names:
    """Rows by name, in one form of letters (NFC)."""

    def __init__(self) -> None:
        self._rows: dict[str, int | tuple[int, ...]] = {}

    def add(self, name: str, row: int) -> None:
        name = composed(name)
        known = self._rows.get(name)
        if known is None:
            self._rows[name] = row
        elif isinstance(known, int):
            if known != row:
                self._rows[name] = (known, row)
        elif row not in known:
            self._rows[name] = (*known, row)

    def rows(self, name: str) -> tuple[int, ...]:
        found = self._rows.get(composed(name), ())
        return (found,) if isinstance(found, int) else found


def names_of(article: Article, kind: str, urls: UrlSettings) -> Iterable[str]:
    """All names of one kind that an article has: ``url``, ``path``, ``slug``, ``title``, ``id``, ``undated``, the
    name of a dated file without its date, or ``end``, the last parts of its path.
    """
    if kind == "url":
        found = (normal_url(url, urls) for url in (article.url, article.key) if url)
        return {url for url in found if url}
    if kind == "id":
        return () if article.id is None else (str(article.id),)
    if kind == "title":
        return {folded_title(title) for title in (article.title, *article.aliases)}
    if kind == "slug":
        own = own_slug(article).strip("/")
        # A row has no file that could be named.
        return {own, own.rpartition("/")[2], *(() if is_row(article.path) else (slug_of(article.path),))}
    if kind == "undated":
        name = slug_of(article.path)
        return () if (plain := without_date(name)) == name else (plain,)
    if kind == "end":
        return {end.rpartition("/")[2] for end in path_ends(article.path)}
    stem = stem_of(article.path)
    folder, _, name = stem.rpartition("/")
    return (article.path, stem, folder) if name.casefold() in _INDEX else (article.path, stem)


def path_ends(path: str) -> tuple[str, ...]:
    """The path of a file with a slash before it, as addresses may end: of an index file its folder's too, and so of a
    file that is named like its folder; with and without numbers that order files.
    """
    stem = "/" + stem_of(path).casefold()
    plain = _NUMBER.sub("/", stem)
    folder, _, name = plain.rpartition("/")
    ends = (stem,) if plain == stem else (stem, plain)
    if name not in _INDEX and name != folder.rpartition("/")[2]:
        return ends
    return (*ends, *(end.rpartition("/")[0] for end in ends))


def own_slug(article: Article) -> str:
    """The name in a field of its own, else the file's; of a row of a table its key."""
    return article.slug or (article.key if is_row(article.path) else slug_of(article.path))


def without_date(name: str) -> str:
    """A file's name without the date that it begins with, as generators call posts.

    >>> without_date("2024-05-02-storing-onions"), without_date("2024-05-02"), without_date("onions")
    ('storing-onions', '2024-05-02', 'onions')
    """
    match = _DATED.fullmatch(name) if name[:4].isdecimal() else None
    return match[1] if match is not None else name


def plain_name(written: str) -> str:
    """The name in a link that is written as in a text, ``[[name|alias]]`` or ``[title](name)``; else as it is."""
    if not written.startswith("["):
        return written
    if written.startswith("[[") and written.endswith("]]"):
        return written[2:-2].partition("|")[0].strip()
    match = _INLINE.fullmatch(written)
    return match[1].strip() if match else written


def composed(name: str) -> str:
    """A name with its letters composed, as most people type it: macOS writes them decomposed."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def folded_title(title: str) -> str:
    """The form in which titles are equal."""
    return " ".join(title.casefold().split())


def without_suffix(name: str) -> str:
    """A path or an address without the suffix of a page; of an index page that of its folder."""
    for suffix in _SUFFIXES:
        if name.lower().endswith(suffix):
            name = name[: -len(suffix)]
            break
    folder, slash, last = name.rpartition("/")
    return folder if slash and last.casefold() in _INDEX else name.rstrip("/")
