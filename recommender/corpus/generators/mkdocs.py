"""MkDocs: its addresses, those of the static-i18n plugin's languages and of Material's blog (as of MkDocs 1.6)."""

from __future__ import annotations

import datetime as dt
import posixpath
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pathspec import GitIgnoreSpec

from recommender.corpus.generators.address import Address, NotBuilt, Outcome, Place, Unknown, readable
from recommender.corpus.generators.configuration import Configuration, UnknownSetting, read_settings
from recommender.corpus.generators.generator import Generator, Language, covers, parts_below
from recommender.corpus.generators.values import Computed, Mapped, items, mapping, moment, text, texts, truth

_NAMES = ("mkdocs.yml", "mkdocs.yaml")
_SUFFIXES = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")
_DEFAULT_EXCLUDES = (".*", "/templates/")
_DATE_PARTS = re.compile(r"(y+|M+|d+)|([A-Za-z])")
_MOST_PARENTS = 5


def find_mkdocs(folder: Path, content: str) -> MkDocs | None:
    """MkDocs by its configuration in a folder, None where there is none."""
    name = next((name for name in _NAMES if (folder / name).is_file()), None)
    return MkDocs(_read(folder, name), content) if name is not None else None


def _read(folder: Path, name: str) -> Configuration:
    """A configuration with those that it inherits from."""
    files = [name]
    values, unknown = read_settings(folder, name)
    problems: list[UnknownSetting] = list(unknown)
    parent = values.get("INHERIT")
    for _ in range(_MOST_PARENTS):
        if not isinstance(parent, str):
            break
        path = posixpath.normpath(posixpath.join(posixpath.dirname(files[-1]), parent))
        if path.startswith(".."):
            problems.append(UnknownSetting(name, 0, "INHERIT", f"{parent} does not lie in the site's folder"))
            break
        inherited, unknown = read_settings(folder, path)
        files.append(path)
        problems += unknown
        parent = inherited.get("INHERIT")
        values = _merged(inherited, values)
    configuration = Configuration(folder, tuple(files), values)
    configuration.unknown += problems
    return configuration


def _merged(below: Mapped, above: Mapped) -> dict[str, object]:
    found = dict(below)
    for key, value in above.items():
        known = found.get(key)
        both = isinstance(known, dict) and isinstance(value, dict)
        found[key] = _merged(mapping(known), mapping(value)) if both else value
    return found


@dataclass(frozen=True, slots=True)
class _Blog:
    """A blog of Material for MkDocs."""

    folder: str
    posts: str
    url_format: str
    date_format: str
    slugifies: bool
    categories: int
    separator: str
    drafts: bool
    hides_future: bool


class MkDocs(Generator):
    """As `Generator`, for MkDocs."""

    name = "MkDocs"

    def __init__(self, configuration: Configuration, content: str) -> None:
        super().__init__(configuration, content)
        at = configuration.at
        self._docs = (text(at("docs_dir")) or "docs").strip("./")
        self._set_site(text(at("site_url")))
        self._in_folders = truth(at("use_directory_urls")) is not False
        self._excluded = GitIgnoreSpec.from_lines([*_DEFAULT_EXCLUDES, *_lines(at("exclude_docs"))])
        self._drafts = GitIgnoreSpec.from_lines(_lines(at("draft_docs")))
        plugins = _plugins(at("plugins"))
        self._blogs = [_blog(options) for name, options in plugins if name.rpartition("/")[2] == "blog"]
        i18n = next((options for name, options in plugins if name == "i18n"), {})
        self._by_suffix = (text(i18n.get("docs_structure")) or "suffix") == "suffix"
        self._off: set[str] = set()
        found: list[Language] = []
        for one in (mapping(item) for item in items(i18n.get("languages"))):
            locale = text(one.get("locale"))
            if locale is not None and truth(one.get("build")) is False:
                self._off.add(locale)
            elif locale is not None:
                found.append(Language(locale, truth(one.get("default")) is True))
        self.languages = tuple(found)
        self._default = next((one.code for one in found if one.default), None)

    def _weight(self, name: str) -> Literal["name", "text"] | None:
        return "name" if name.startswith("index.") else None

    def owns(self, path: str) -> bool:
        return covers(self._docs, path)

    def _place(self, path: str) -> Place:
        inner = parts_below(path, self._docs)
        if inner is None or not self.languages:
            return Place(None, path)
        language, rest = self._language(inner)
        return Place(language, rest)

    def _language(self, path: str) -> tuple[str | None, str]:
        """The language of a path and the path without its mark."""
        codes = {one.code for one in self.languages} | self._off
        if not self.languages:
            return None, path
        if self._by_suffix:
            stem, _, suffix = path.rpartition(".")
            before, dot, last = stem.rpartition(".")
            if dot and last in codes and "/" not in last:
                return last, f"{before}.{suffix}"
        else:
            first, slash, rest = path.partition("/")
            if slash and first in codes:
                return first, rest
        return self._default, path

    def _address(self, path: str, front_matter: Mapping[str, object]) -> Outcome:
        inner = parts_below(path, self._docs)
        if inner is None:
            return NotBuilt(f"it does not lie in the folder {self._docs}")
        if not inner.endswith(_SUFFIXES):
            return NotBuilt("it is not Markdown")
        if self._excluded.match_file(inner):
            return NotBuilt("exclude_docs leaves it out")
        if self._drafts.match_file(inner):
            return NotBuilt("draft_docs leaves it out", Address(self._url(inner)))
        folder, _, name = inner.rpartition("/")
        if name.rpartition(".")[0] == "README" and self._has_index(folder):
            return NotBuilt("an index file takes its place")
        language, rest = self._language(inner)
        if language in self._off:
            return NotBuilt(f"the language {language} is not built")
        for blog in self._blogs:
            below = parts_below(inner, blog.posts)
            if below is not None:
                return self._post(blog, name, mapping(front_matter))
        prefix = f"{language}/" if language is not None and language != self._default else ""
        return Address(self._url(prefix + rest))

    def _has_index(self, folder: str) -> bool:
        names = self.folder.names(posixpath.join(self._docs, folder))
        return any(name == f"index{suffix}" for name in names for suffix in _SUFFIXES)

    def _url(self, path: str) -> str:
        folder, _, name = path.rpartition("/")
        stem = name.rpartition(".")[0]
        stem = "index" if stem == "README" else stem
        place = f"{folder}/" if folder else ""
        if not self._in_folders:
            return f"{self.base}/{readable(f'{place}{stem}.html')}"
        return f"{self.base}/{readable(place if stem == 'index' else f'{place}{stem}/')}"

    def _post(self, blog: _Blog, name: str, fields: Mapped) -> Outcome:
        """The address of a post, which has a date and a title."""
        written = fields.get("date")
        date = moment(mapping(written).get("created") if isinstance(written, Mapping) else written)
        if date is None:
            return NotBuilt("a post needs a date")
        day = _formatted(date, blog.date_format)
        title, slug = text(fields.get("title")), text(fields.get("slug"))
        if slug is None and "{slug" in blog.url_format:
            if title is None or not blog.slugifies:
                return Unknown("post_slugify is set" if title is not None else "its title is not known")
            slug = _slugified(title, blog.separator)
        if day is None:
            return Unknown("post_url_date_format has more than year, month and day")
        categories = "/".join(_slugified(one, "-") for one in texts(fields.get("categories"))[: blog.categories])
        values = {"categories": categories, "date": day, "file": name.rpartition(".")[0], "slug": slug or ""}
        path = re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], ""), blog.url_format)
        path = posixpath.join(blog.folder, posixpath.normpath(path.strip("/")))
        draft = truth(fields.get("draft"))
        since = date if blog.hides_future and draft is None else None
        address = Address(self._url(f"{path}.md".removeprefix("./")), since)
        return NotBuilt("draft: true", address) if draft is True and not blog.drafts else address


def _plugins(written: object) -> list[tuple[str, Mapped]]:
    """Plugins and their options, in either form of the setting."""
    found: list[tuple[str, Mapped]] = []
    if isinstance(written, dict):
        return [(name, mapping(options)) for name, options in mapping(written).items()]
    for one in items(written):
        if isinstance(one, str):
            found.append((one, {}))
        else:
            found += [(name, mapping(options)) for name, options in mapping(one).items()]
    return found


def _blog(options: Mapped) -> _Blog:
    folder = posixpath.normpath((text(options.get("blog_dir")) or "blog").strip("/"))
    folder = "" if folder == "." else folder
    posts = (text(options.get("post_dir")) or "{blog}/posts").replace("{blog}", folder)
    categories = options.get("post_url_max_categories")
    return _Blog(
        folder=folder,
        posts=posixpath.normpath(posts.strip("/")),
        url_format=text(options.get("post_url_format")) or "{date}/{slug}",
        date_format=text(options.get("post_url_date_format")) or "yyyy/MM/dd",
        slugifies=not isinstance(options.get("post_slugify"), Computed | dict),
        categories=categories if isinstance(categories, int) else 1,
        separator=text(options.get("post_slugify_separator")) or "-",
        drafts=truth(options.get("draft")) is True,
        hides_future=truth(options.get("draft_if_future_date")) is True,
    )


def _formatted(date: dt.datetime, pattern: str) -> str | None:
    """A date by a pattern of year, month and day; None where the pattern has other parts."""
    values = {
        "yyyy": f"{date.year:04}", "y": f"{date.year}", "yy": f"{date.year % 100:02}", "MM": f"{date.month:02}",
        "M": f"{date.month}", "dd": f"{date.day:02}", "d": f"{date.day}",
    }  # fmt: skip
    parts = _DATE_PARTS.findall(pattern)
    if any(other or part not in values for part, other in parts):
        return None
    return _DATE_PARTS.sub(lambda match: values[match[0]], pattern)


def _slugified(title: str, separator: str) -> str:
    """A title as Material for MkDocs makes it part of an address."""
    plain = re.sub(r"</?[^>]*>", "", unicodedata.normalize("NFC", title)).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", separator)


def _lines(written: object) -> list[str]:
    return written.splitlines() if isinstance(written, str) else texts(written)
