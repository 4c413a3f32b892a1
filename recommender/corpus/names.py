"""The articles that a name can mean: by address, path, slug, title or id."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from functools import cached_property

from recommender.corpus.article import Article
from recommender.corpus.hrefs import plain_target
from recommender.corpus.languages import address_without_language, has_language_suffix, page_of_path, plain_tag
from recommender.corpus.named import Names, folded_title, names_of, path_ends, without_suffix
from recommender.corpus.urls import is_address, normal_url, stem_of
from recommender.settings import Settings

DANGLING = -1
EXTERNAL = -2
AMBIGUOUS = -3

# A file of the sources is sought from the file that links it, not from its page.
_SOURCES = (".md", ".mdx", ".markdown")
# An address of fewer parts says too little without the first.
_LEAST_PARTS = 3


class PageIndex:
    """Articles by every name that a link may call them; each kind of name is put together when it is first asked for.

    Parameters
    ----------
    articles : sequence of Article
        Row numbers are positions in it.
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
        if code == DANGLING and self._language_settings.fallback:
            code = self._untranslated(name)
        return code if code != DANGLING or not self._urls.loose else self.loose(name, source)

    def _untranslated(self, name: str) -> int:
        """The page in the default language at an address in another one."""
        settings = self._language_settings
        known = {plain_tag(language) for language in settings.known}
        parts = name.split("/")
        at = next((at for at, part in enumerate(parts) if part and plain_tag(part) in known), None)
        if at is None or settings.default is None:
            return DANGLING
        others = [[settings.default.lower()], [settings.default], []]
        found = (self._names("url").rows("/".join([*parts[:at], *one, *parts[at + 1 :]]) or "/") for one in others)
        return next((self._one(rows, None, by_folder=False) for rows in found if rows), DANGLING)

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
        # A plain name alone: the end of an address is told by the rules of addresses.
        rows = self._names("undated").rows(without_suffix(whole)) if "/" not in whole else ()
        return self._one(rows, source) if rows else DANGLING

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
            name = plain_target(written).strip("/").rpartition("/")[2]
            return self._names("slug").rows(name) or self._names("undated").rows(name)
        return self._names(kind).rows(folded_title(written) if kind == "title" else written)

    def href(self, written: str, source: Article, *, wikilink: bool = False) -> int:
        """The row of the article that a link in the text of another leads to."""
        if written.startswith("{") and written.endswith("}"):
            written = written[1:-1]
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

    def translated(self, written: str, source: Article) -> int:
        """The row of the translation, in the source's language, of the page that a link in its text leads to."""
        if is_address(written) or written.startswith("/"):
            name = normal_url(written, self._urls)
            page = None if name is None else address_without_language(name, self._language_settings)
        else:
            # Beside the folder that is read may be those of other languages.
            outside = _joined_path(plain_target(written), source).removeprefix("../")
            page = page_of_path(outside, self._language_settings)
            if not self._language_settings.known:
                page = address_without_language("/" + page, self._language_settings)[1:]
        return DANGLING if not page else self._one(self._translations.rows(page), source, by_folder=False)

    def loose(self, name: str, source: Article | None = None) -> int:
        """The row of the article whose path ends as an address does; for sites whose addresses follow no known rule.

        Where there is none, the content folder may itself be a folder of a site: its name begins the address then, and
        the rest is the whole path.
        """
        parts = [part for part in without_suffix(plain_target(name).strip("/")).split("/") if part]
        if not parts:
            return DANGLING
        tail = "/" + "/".join(parts).casefold()
        named = self._names("end").rows(parts[-1].casefold())
        ends = [(row, path_ends(self._articles[row].path)) for row in named]
        rows = tuple(row for row, stems in ends if any(stem.endswith(tail) for stem in stems))
        if not rows and len(parts) >= _LEAST_PARTS:
            rest = tail[len(parts[0]) + 1 :]
            rows = tuple(row for row, stems in ends if rest in stems)
        return self._one(rows, source)

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

    @cached_property
    def _translations(self) -> Names:
        """Rows by addresses, and by paths, without what names a language in them."""
        names = Names()
        for row, article in enumerate(self._articles):
            names.add(page_of_path(article.path, self._language_settings), row)
            for url in names_of(article, "url", self._urls):
                names.add(address_without_language(url, self._language_settings), row)
        return names

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
                for name in names_of(article, kind, self._urls):
                    names.add(name, row)
        return names


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
