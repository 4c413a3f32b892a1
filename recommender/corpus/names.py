"""The articles that a name can mean: by address, path, slug, title or id."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property

from recommender.corpus.article import Article
from recommender.corpus.hrefs import plain_target
from recommender.corpus.languages import has_language_suffix, page_of_path, plain_tag
from recommender.corpus.table import is_row
from recommender.corpus.urls import is_address, normal_url, slug_of, stem_of
from recommender.settings import Settings

DANGLING = -1
EXTERNAL = -2
AMBIGUOUS = -3

# A file of the sources is sought from the file that links it, not from its page.
_SOURCES = (".md", ".mdx", ".markdown")
_SUFFIXES = (".md", ".mdx", ".markdown", ".html", ".htm", ".rst", ".ipynb", ".adoc")
_INLINE = re.compile(r"\[[^\[\]]*\]\(<?([^()<>]*)>?\)")
# As files are numbered to stand in an order: 01-start, 2_next.
_NUMBER = re.compile(r"/\d{1,3}[-_.]\s*(?=[^/\d])")
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


class PageIndex:
    """Articles by every name that a link may call them; each kind of name is put together when it is first asked for.

    Parameters
    ----------
    articles : sequence of Article
        Row numbers are positions in it.
    settings : Settings
    """

    def __init__(self, articles: Sequence[Article], settings: Settings) -> None:
        self._articles = articles
        self._urls = settings.urls
        self._bases = tuple(dict.fromkeys(one.base for one in settings.related.each if one.base))
        self._kinds: dict[str, Names] = {}
        self._language_settings = settings.languages
        self._languages = [plain_tag(article.language) if article.language else "" for article in articles]

    def url(self, written: str, source: Article | None = None) -> int:
        """The row of the article at an address: from the host's root, or relative to the source's."""
        if source is not None and written.startswith(("./", "../")):
            written = self._joined(written, source)
        name = normal_url(written, self._urls)
        if name is None:
            return EXTERNAL
        code = self._one(self._names("url").rows(name), None, by_folder=False)
        return code if code != DANGLING or not self._urls.loose else self.loose(name, source)

    def path(self, written: str, source: Article | None = None) -> int:
        """The row of the article in a file: from the content folder, else relative to the source's file; where it
        begins with a dot, relative alone.
        """
        if is_address(written):
            return EXTERNAL
        name = plain_target(written)
        relative = name.startswith(("./", "../"))
        code = DANGLING
        if not relative:
            code = self._path(name.strip("/"), source)
            for base in self._bases:
                code = self._path(base + name.strip("/"), source) if code == DANGLING else code
        if code == DANGLING and source is not None and not name.startswith("/"):
            code = self._path(_joined_path(name, source), source)
        if code == DANGLING and relative and source is None:
            code = self._path(posixpath.normpath(name).lstrip("./"), source)
        return self.loose(name, source) if code == DANGLING and self._urls.loose and not relative else code

    def slug(self, written: str, source: Article | None = None) -> int:
        """The row of the article of a slug, or of a file's name."""
        if is_address(written):
            return EXTERNAL
        whole = plain_target(written).strip("/")
        last = whole.rpartition("/")[2]
        names = self._names("slug")
        for name in dict.fromkeys((whole, last, without_suffix(last))):
            if rows := names.rows(name):
                return self._in_own_language(self._one(rows, source), source)
        return DANGLING

    def title(self, written: str, source: Article | None = None) -> int:
        """The row of the article of a title or an alias."""
        if is_address(written):
            return EXTERNAL
        return self._one(self._names("title").rows(folded_title(written)), source)

    def id(self, written: str, source: Article | None = None) -> int:
        """The row of the article of an id."""
        return self._one(self._names("id").rows(written), source, by_folder=False)

    def rows(self, kind: str, written: str) -> tuple[int, ...]:
        """The rows of all articles that a name of this kind can mean."""
        if kind == "url":
            name = normal_url(written, self._urls)
            return () if name is None else self._names("url").rows(name)
        if kind == "path":
            return self._names("path").rows(plain_target(written).strip("/"))
        if kind == "slug":
            return self._names("slug").rows(plain_target(written).strip("/").rpartition("/")[2])
        return self._names(kind).rows(folded_title(written) if kind == "title" else written)

    def href(self, written: str, source: Article, *, wikilink: bool = False) -> int:
        """The row of the article that a link in the text of another leads to."""
        if written.startswith("slug:"):
            return self.slug(written[5:], source)
        if written.startswith("ref:"):
            written = written[4:]
        if wikilink:
            return self._wikilink(written, source)
        if is_address(written) or written.startswith("//"):
            code = self.url(written, source)
            return DANGLING if code == EXTERNAL and not _is_elsewhere(written) else code
        name = plain_target(written)
        if not name:
            return self._one(self._names("path").rows(source.path), None, by_folder=False)
        if name.startswith("/"):
            code = self.url(name, source)
            return code if code != DANGLING else self._path(name.strip("/"), source)
        code = self._path(_joined_path(name, source), source)
        if code == DANGLING and source.url and not name.lower().endswith(_SOURCES):
            code = self.url(self._joined(name, source), source)
        if code == DANGLING and not name.startswith("."):
            code = self._path(name.strip("/"), source)
            code = self.url("/" + name, source) if code == DANGLING else code
        return code

    def loose(self, name: str, source: Article | None = None) -> int:
        """The row of the article whose path ends as an address does; for sites whose addresses follow no known rule."""
        parts = [part for part in without_suffix(plain_target(name).strip("/")).split("/") if part]
        if not parts:
            return DANGLING
        tail = "/" + "/".join(parts).casefold()
        names = self._names("end").rows(parts[-1].casefold())
        return self._one(tuple(row for row in names if any(stem.endswith(tail) for stem in self._ends(row))), source)

    def _wikilink(self, written: str, source: Article) -> int:
        name = written.partition("#")[0].strip()
        if not name:
            return self._one(self._names("path").rows(source.path), None, by_folder=False)
        for code in (self._path(name.strip("/"), source), self.loose(name, source), self.title(name, source)):
            if code != DANGLING:
                return code
        return DANGLING

    def _path(self, name: str, source: Article | None) -> int:
        names = self._names("path")
        code = self._one(names.rows(name) or names.rows(without_suffix(name)), source, by_folder=False)
        return self._in_own_language(code, source)

    def _in_own_language(self, code: int, source: Article | None) -> int:
        """The translation in the source's language, where files bear their language as a suffix: from `bread.de.md` the
        name `pie` means `pie.de.md`, as generators take it.
        """
        if code < 0 or source is None or not source.language or not self._by_suffix:
            return code
        page = page_of_path(self._articles[code].path, self._language_settings)
        return self._by_suffix.get((page, plain_tag(source.language)), code)

    @cached_property
    def _by_suffix(self) -> dict[tuple[str, str], int]:
        """Rows by page and language; empty where no file bears its language as a suffix."""
        settings = self._language_settings
        if not settings.known or not any(has_language_suffix(one.path, settings) for one in self._articles):
            return {}
        pages = ((page_of_path(one.path, settings), row) for row, one in enumerate(self._articles))
        return {(page, self._languages[row]): row for page, row in pages}

    def _ends(self, row: int) -> tuple[str, ...]:
        """The path of a file with a slash before it, as addresses may end: of an index file its folder's too, and so of
        a file that is named like its folder; with and without numbers that order files.
        """
        stem = "/" + stem_of(self._articles[row].path).casefold()
        plain = _NUMBER.sub("/", stem)
        folder, _, name = plain.rpartition("/")
        ends = (stem,) if plain == stem else (stem, plain)
        return (*ends, folder) if name in _INDEX or name == folder.rpartition("/")[2] else ends

    def _one(self, rows: tuple[int, ...], source: Article | None, *, by_folder: bool = True) -> int:
        """Of several the one in the source's language, else the one nearest to it in the folders."""
        if not rows:
            return DANGLING
        if len(rows) == 1:
            return rows[0]
        if source is None:
            return AMBIGUOUS
        language = plain_tag(source.language) if source.language else ""
        own = tuple(row for row in rows if self._languages[row] == language) if language else rows
        if len(own) == 1:
            return own[0]
        if not by_folder:
            return AMBIGUOUS
        near = {row: _shared_folders(self._articles[row].path, source.path) for row in own or rows}
        most = max(near.values())
        nearest = [row for row, shared in near.items() if shared == most]
        return nearest[0] if most and len(nearest) == 1 else AMBIGUOUS

    def _joined(self, written: str, source: Article) -> str:
        """An address relative to the source's page."""
        base = source.url if source.url and source.url.startswith("/") else "/" + stem_of(source.path)
        return posixpath.normpath(posixpath.join(base if base.endswith("/") else posixpath.dirname(base), written))

    def _names(self, kind: str) -> Names:
        names = self._kinds.get(kind)
        if names is None:
            names = self._kinds[kind] = Names()
            for row, article in enumerate(self._articles):
                for name in self._own_names(kind, row, article):
                    names.add(name, row)
        return names

    def _own_names(self, kind: str, row: int, article: Article) -> Iterable[str]:
        if kind == "url":
            urls = (normal_url(url, self._urls) for url in (article.url, article.key) if url)
            return {url for url in urls if url}
        if kind == "id":
            return () if article.id is None else (str(article.id),)
        if kind == "title":
            return {folded_title(title) for title in (article.title, *article.aliases)}
        if kind == "slug":
            own = own_slug(article).strip("/")
            # A row has no file that could be named.
            return {own, own.rpartition("/")[2], *(() if is_row(article.path) else (slug_of(article.path),))}
        if kind == "end":
            return {end.rpartition("/")[2] for end in self._ends(row)}
        stem = stem_of(article.path)
        folder, _, name = stem.rpartition("/")
        return (article.path, stem, folder) if name.casefold() in _INDEX else (article.path, stem)


def own_slug(article: Article) -> str:
    """The name in a field of its own, else the file's; of a row of a table its key."""
    return article.slug or (article.key if is_row(article.path) else slug_of(article.path))


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


def _joined_path(name: str, source: Article) -> str:
    """A path relative to the source's file, from the content folder; one that leads out of it keeps its dots."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(source.path), name))


def _shared_folders(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one.split("/")[:-1], other.split("/")[:-1], strict=False):
        if left != right:
            break
        count += 1
    return count


def _is_elsewhere(written: str) -> bool:
    return is_address(written) or written.startswith("//")
