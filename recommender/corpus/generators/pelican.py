"""Pelican: articles and pages by its settings of addresses, slugs and paths (as of Pelican 4)."""

from __future__ import annotations

import datetime as dt
import fnmatch
import posixpath
import string
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import regex

from recommender.corpus.generators.address import Address, NotBuilt, Outcome, Unknown, readable
from recommender.corpus.generators.configuration import Configuration, read_settings
from recommender.corpus.generators.generator import Generator, Language, covers, parts_below
from recommender.corpus.generators.values import Mapped, items, mapping, moment, text, texts, truth, zone_of

_SUFFIXES = (".md", ".markdown", ".mkd", ".mdown", ".rst", ".html", ".htm")
_DEFAULTS = {
    "ARTICLE_URL": "{slug}.html",
    "ARTICLE_LANG_URL": "{slug}-{lang}.html",
    "DRAFT_URL": "drafts/{slug}.html",
    "DRAFT_LANG_URL": "drafts/{slug}-{lang}.html",
    "PAGE_URL": "pages/{slug}.html",
    "PAGE_LANG_URL": "pages/{slug}-{lang}.html",
    "DRAFT_PAGE_URL": "drafts/pages/{slug}.html",
    "DRAFT_PAGE_LANG_URL": "drafts/pages/{slug}-{lang}.html",
    "FILENAME_METADATA": r"(?P<date>\d{4}-\d{2}-\d{2}).*",
}
_SUBSTITUTIONS = (
    (r"[^\w\s-]", ""),
    (r"(?u)\A\s*", ""),
    (r"(?u)\s*\Z", ""),
    (r"[-\s]+", "-"),
)  # fmt: skip
# Letters that are no plain letter with an accent, as Unidecode spells them.
_LATIN = {
    "ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "þ": "th", "Þ": "Th",
    "ð": "d", "Ð": "D", "œ": "oe", "Œ": "OE", "ı": "i", "–": "-", "—": "--", "‘": "'", "’": "'", "“": '"', "”": '"',
    "…": "...", "„": ",,", "«": "<<", "»": ">>", "€": "EUR", "¿": "?", "¡": "!", "°": "deg",
}  # fmt: skip
_SECONDS = 0.2


class UnknownPartError(ValueError):
    """A part of an address is not known."""


def find_pelican(folder: Path, content: str) -> Pelican | None:
    """Pelican by its configuration in a folder, None where there is none."""
    if not (folder / "pelicanconf.py").is_file():
        return None
    values, problems = read_settings(folder, "pelicanconf.py")
    files = ["pelicanconf.py"]
    if (folder / "publishconf.py").is_file():
        # What the site is published with overrides what it is written with.
        published, more = read_settings(folder, "publishconf.py")
        values = {**values, **published}
        problems += more
        files.append("publishconf.py")
    configuration = Configuration(folder, tuple(files), values)
    configuration.unknown += problems
    return Pelican(configuration, content)


class Pelican(Generator):
    """As `Generator`, for Pelican."""

    name = "Pelican"

    def __init__(self, configuration: Configuration, content: str) -> None:
        super().__init__(configuration, content)
        at = configuration.at
        default = "content" if configuration.folder.joinpath("content").is_dir() else ""
        self._path = (text(at("PATH")) or default).strip("./")
        self._set_site(text(at("SITEURL")))
        self._pages = [one.strip("/") for one in texts(at("PAGE_PATHS") or at("PAGE_DIR") or "pages")]
        written = at("ARTICLE_PATHS") or at("ARTICLE_DIR")
        self._articles = [str(one).strip("/") for one in items(written)] or [""]
        self._excluded = [one.strip("/") for one in texts(at("ARTICLE_EXCLUDES"))]
        self._not_pages = [one.strip("/") for one in texts(at("PAGE_EXCLUDES"))]
        self._ignored = texts(at("IGNORE_FILES")) or [".*"]
        self._language = (text(at("DEFAULT_LANG")) or "en").lower()
        self._zone = zone_of(at("TIMEZONE")) or dt.UTC
        if text(at("DEFAULT_LANG")) is not None:
            self.languages = (Language(self._language, default=True),)

    def owns(self, path: str) -> bool:
        return covers(self._path, path)

    def _address(self, path: str, front_matter: Mapping[str, object]) -> Outcome:
        inner = parts_below(path, self._path)
        if inner is None:
            return NotBuilt(f"it does not lie in the folder {self._path}")
        if not inner.endswith(_SUFFIXES):
            return NotBuilt("Pelican does not read such files")
        if any(fnmatch.fnmatch(part, ignored) for part in inner.split("/") for ignored in self._ignored):
            return NotBuilt("IGNORE_FILES leaves it out")
        kind = self._kind(inner)
        if kind is None:
            return NotBuilt("ARTICLE_PATHS and PAGE_PATHS leave it out")
        own = {name.lower(): value for name, value in mapping(front_matter).items()}
        try:
            fields = {**self._from_path(inner), **own}
            return self._outcome(kind, inner, fields)
        except UnknownPartError as error:
            return Unknown(str(error))

    def _kind(self, path: str) -> str | None:
        """Whether a file is an ``ARTICLE``, a ``PAGE`` or neither."""
        for kind, folders, excluded in (
            ("PAGE", self._pages, self._not_pages + [one for one in self._articles if one]),
            ("ARTICLE", self._articles, self._excluded + self._pages),
        ):
            if any(parts_below(path, one) is not None for one in folders) and not any(
                parts_below(path, one) is not None for one in excluded if one
            ):
                return kind
        return None

    def _from_path(self, path: str) -> dict[str, object]:
        """Metadata that the settings give to a file by default and by its path."""
        at = self.configuration.at
        found = {name.lower(): value for name, value in mapping(at("DEFAULT_METADATA")).items()}
        found["category"] = text(at("DEFAULT_CATEGORY")) or "misc"
        if (default := at("DEFAULT_DATE")) is not None:
            found["date"] = _default_date(default)
        for place, values in sorted(mapping(at("EXTRA_PATH_METADATA")).items()):
            if path == place or path.startswith(place.rstrip("/") + "/"):
                found |= mapping(values)
        base = path.rpartition("/")[2].rpartition(".")[0]
        folder = path.rpartition("/")[0].rpartition("/")[2]
        checks = [
            (text(at("FILENAME_METADATA")) or _DEFAULTS["FILENAME_METADATA"], base),
            (text(at("PATH_METADATA")) or "", path),
        ]
        by_path: dict[str, object] = {}
        for pattern, subject in checks:
            for name, value in _groups(pattern, subject).items():
                by_path.setdefault(name.lower(), value)
        if truth(at("USE_FOLDER_AS_CATEGORY")) is not False and folder:
            by_path.setdefault("category", folder)
        return found | by_path

    def _outcome(self, kind: str, path: str, fields: Mapped) -> Outcome:
        at = self.configuration.at
        title, written = text(fields.get("title")), fields.get("date")
        date = moment(written, self._zone)
        status = (text(fields.get("status")) or "published").lower()
        if status == "skip":
            return NotBuilt("status: skip")
        if title is None:
            return NotBuilt("it has no title")
        if kind == "ARTICLE" and written is None and status != "draft":
            return NotBuilt("an article needs a date")
        language = (text(fields.get("lang")) or self._language).lower()
        prefix = kind if status != "draft" else ("DRAFT" if kind == "ARTICLE" else "DRAFT_PAGE")
        setting = f"{prefix}_URL" if language == self._language else f"{prefix}_LANG_URL"
        save_as = self.configuration.values.get(setting.replace("_URL", "_SAVE_AS"), setting)
        if fields.get("save_as") == "" or (not fields.get("save_as") and save_as in ("", None, False)):
            return NotBuilt(f"{setting.replace('_URL', '_SAVE_AS')} is empty")
        url = text(fields.get("url"))
        if url is None:
            slug = text(fields.get("slug"))
            pattern = text(at(setting)) or _DEFAULTS[setting]
            values = {**fields, "slug": slug, "title": title, "lang": language, "date": date, "path": path}
            url = self._formatted(pattern, values)
        keeps_future = truth(at("WITH_FUTURE_DATES")) is not False
        since = date if kind == "ARTICLE" and not keeps_future else None
        address = Address(f"{self.base}/{readable(url.lstrip('/'))}", since)
        return NotBuilt(f"status: {status}", address) if status in ("draft", "hidden") else address

    def _formatted(self, pattern: str, values: Mapped) -> str:
        """A setting of addresses with a page's values in its fields."""
        found: list[str] = []
        try:
            parts = list(string.Formatter().parse(pattern))
        except ValueError as error:
            raise UnknownPartError(f"{pattern} is no pattern: {error}") from None
        for literal, name, form, _ in parts:
            found.append(literal)
            if name is not None:
                found.append(self._value(name, form or "", values))
        return "".join(found)

    def _value(self, name: str, form: str, values: Mapped) -> str:
        if name == "slug":
            source = text(self.configuration.at("SLUGIFY_SOURCE")) or "title"
            base = posixpath.basename(str(values["path"])).rpartition(".")[0]
            return text(values["slug"]) or self._slugified(str(values["title"]) if source == "title" else base, "SLUG")
        if name == "date":
            date = values["date"]
            if not isinstance(date, dt.datetime):
                raise UnknownPartError("its date is written in a way that is not read")
            return date.strftime(form) if form else str(date)
        if name in ("category", "author"):
            written = text(values.get(name)) or next(iter(texts(values.get("authors"))), None)
            written = written or text(self.configuration.at("AUTHOR")) or ""
            return self._slugified(written, name.upper())
        value = text(values.get(name))
        if value is None or form:
            raise UnknownPartError(f"{{{name}}} in its pattern is not known")
        return value

    def _slugified(self, written: str, kind: str) -> str:
        """A name as Pelican makes it part of an address."""
        at = self.configuration.at
        value = unicodedata.normalize("NFKC", regex.sub(r"<[^>]*>", "", written))
        if truth(at("SLUGIFY_USE_UNICODE")) is not True:
            value = _ascii(value)
        configured = at(f"{kind}_REGEX_SUBSTITUTIONS") or at("SLUG_REGEX_SUBSTITUTIONS")
        pairs = [tuple(texts_or_empty(one)) for one in items(configured)] or _SUBSTITUTIONS
        for pair in pairs:
            if len(pair) == 2:
                value = _substituted(pair[0], pair[1], value)
        if truth(at("SLUGIFY_PRESERVE_CASE")) is not True:
            value = value.lower()
        return value.strip()


def texts_or_empty(value: object) -> list[str]:
    """The texts in a list, empty ones included."""
    return [one for one in items(value) if isinstance(one, str)]


def _default_date(written: object) -> object:
    """The date of articles without one: of a text, of numbers, or of the file, which is not known."""
    numbers = [one for one in items(written) if isinstance(one, int)]
    if len(numbers) >= 3:
        try:
            return dt.datetime(*numbers[:6])  # type: ignore[arg-type]
        except ValueError:
            return None
    return text(written)


def _ascii(value: str) -> str:
    """Letters without accents; of other alphabets as Unidecode spells them, where that is installed."""
    if value.isascii():
        return value
    found: list[str] = []
    for one in value:
        plain = _LATIN.get(one) or unicodedata.normalize("NFD", one)[0]
        if not plain.isascii():
            return _unidecoded(value)
        found.append(plain)
    return "".join(found)


def _unidecoded(value: str) -> str:
    try:
        from unidecode import unidecode
    except ImportError:
        raise UnknownPartError("Unidecode spells its title; pip install Unidecode, or give it a slug") from None
    return str(unidecode(value))


def _groups(pattern: str, subject: str) -> dict[str, str]:
    """The named groups of a configured expression."""
    if not pattern or not subject:
        return {}
    try:
        match = regex.match(pattern, subject, timeout=_SECONDS)
    except (regex.error, TimeoutError) as error:
        raise UnknownPartError(f"{pattern} cannot be used: {error}") from None
    return {name: value for name, value in match.groupdict().items() if value is not None} if match else {}


def _substituted(pattern: str, replacement: str, value: str) -> str:
    try:
        return str(regex.sub(pattern, replacement, value, flags=regex.IGNORECASE, timeout=_SECONDS))
    except (regex.error, TimeoutError, IndexError) as error:
        raise UnknownPartError(f"{pattern} cannot be used: {error}") from None
