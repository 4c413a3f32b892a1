"""Docusaurus: documents with their versions, blogs and Markdown pages (as of Docusaurus 3)."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from recommender.corpus.generators.address import Address, NotBuilt, Outcome, Place, Unknown, readable
from recommender.corpus.generators.configuration import Configuration, first_configuration
from recommender.corpus.generators.generator import Generator, Language, covers, parts_below
from recommender.corpus.generators.globs import fits
from recommender.corpus.generators.values import Call, Computed, Mapped, items, mapping, text, texts, truth

_KINDS = ("docs", "blog", "pages")
_SUFFIXES = ("js", "ts", "mjs", "mts", "cjs", "cts")
_EXCLUDED = ("**/_*.{js,jsx,ts,tsx,md,mdx}", "**/_*/**", "**/*.test.{js,jsx,ts,tsx}", "**/__tests__/**")
_NO_PREFIX = re.compile(r"\d+[-_.]\d+")
_PREFIX = re.compile(r"\d+\s*[-_.]+\s*([^-_.\s].*)")
_DATED = re.compile(r"(.*)(\d{4}[-/]\d{1,2}[-/]\d{1,2})[-/]?(.*?)(?:/index)?\.mdx?")
_INDEX = re.compile(r"(^|.*/)index\.mdx?$", re.IGNORECASE)


def find_docusaurus(folder: Path, content: str) -> Docusaurus | None:
    """Docusaurus by its configuration in a folder, None where there is none."""
    names = [f"docusaurus.config.{suffix}" for suffix in _SUFFIXES]
    configuration = first_configuration(folder, names)
    return None if configuration is None else Docusaurus(configuration, content)


@dataclass(frozen=True, slots=True)
class _Part:
    """A folder of content and how its files become pages."""

    kind: str
    folder: str
    route: str
    locale: str
    excluded: tuple[str, ...]
    prefixes: bool | None


class Docusaurus(Generator):
    """As `Generator`, for Docusaurus."""

    name = "Docusaurus"
    falls_back = True

    def __init__(self, configuration: Configuration, content: str) -> None:
        super().__init__(configuration, content)
        at = configuration.at
        self._set_site(text(at("url")))
        self._set_base(text(at("baseUrl")))
        self._slash = truth(at("trailingSlash"))
        locales = texts(at("i18n", "locales"))
        self._default = text(at("i18n", "defaultLocale")) or "en"
        self._locales = locales or [self._default]
        if locales:
            self.languages = tuple(Language(code, code == self._default) for code in locales)
        parts: list[_Part] = []
        for kind, options in _content_plugins(configuration):
            parts += self._parts(kind, options)
        self._all = sorted(parts, key=lambda part: -len(part.folder))

    def _parts(self, kind: str, options: Mapped) -> list[_Part]:
        """The folders of a content plugin, its translations and versions included."""
        default = {"docs": "docs", "blog": "blog", "pages": "src/pages"}[kind]
        written = text(options.get("path")) or default
        folder = posixpath.normpath(written).strip("/")
        based = options.get("routeBasePath")
        route = based.strip("/") if isinstance(based, str) else ("" if kind == "pages" else default)
        identifier = text(options.get("id")) or "default"
        excluded = tuple(texts(options.get("exclude"))) if isinstance(options.get("exclude"), list) else _EXCLUDED
        parser = options.get("numberPrefixParser")
        prefixes = None if isinstance(parser, Computed | Call) else truth(parser) is not False
        plugin = f"docusaurus-plugin-content-{kind}" + ("" if identifier == "default" else f"-{identifier}")
        versions = self._versions(identifier, folder, route, options) if kind == "docs" else [(folder, "", route)]
        found: list[_Part] = []
        for place, name, path in versions:
            found.append(_Part(kind, place, path, self._default, excluded, prefixes))
            for locale in self._locales:
                translated = posixpath.join(f"i18n/{locale}/{plugin}", name)
                found.append(_Part(kind, translated, path, locale, excluded, prefixes))
        return found

    def _versions(self, identifier: str, folder: str, route: str, options: Mapped) -> list[tuple[str, str, str]]:
        """Of each version its folder, the name of its translations' folder and its route."""
        start = "" if identifier == "default" else f"{identifier}_"
        try:
            self.side_files = (*self.side_files, f"{start}versions.json")
            listed = texts(json.loads(self.folder.text(f"{start}versions.json") or "[]"))
        except (ValueError, RecursionError):
            listed = []
        if truth(options.get("disableVersioning")) is True:
            listed = []
        if (only := texts(options.get("onlyIncludeVersions"))) != []:
            listed = [one for one in listed if one in only]
        has_current = truth(options.get("includeCurrentVersion")) is not False and (not only or "current" in only)
        last = text(options.get("lastVersion")) or (listed[0] if listed else "current")
        own = mapping(options.get("versions"))
        found: list[tuple[str, str, str]] = []
        for name in [*(["current"] if has_current else []), *listed]:
            default = "" if name == last else ("next" if name == "current" else name)
            written = mapping(own.get(name)).get("path")
            path = written if isinstance(written, str) else default
            place = folder if name == "current" else f"{start}versioned_docs/version-{name}"
            translated = "current" if name == "current" else f"version-{name}"
            found.append((place, translated, posixpath.join(route, path.strip("/"))))
        return found

    def owns(self, path: str) -> bool:
        return any(covers(part.folder, path) for part in self._all)

    def _part(self, path: str) -> tuple[_Part, str] | None:
        for part in self._all:
            inner = parts_below(path, part.folder)
            if inner is not None:
                return part, inner
        return None

    def _place(self, path: str) -> Place:
        found = self._part(path)
        if found is None or not self.languages:
            return Place(None, path)
        part, inner = found
        return Place(part.locale, f"{part.kind}/{part.route}/{inner}")

    def _address(self, path: str, front_matter: Mapping[str, object]) -> Outcome:
        found = self._part(path)
        if found is None:
            return NotBuilt("it lies in no folder of Docusaurus' content")
        part, inner = found
        if not inner.endswith((".md", ".mdx")):
            return NotBuilt("it is not Markdown")
        if any(one[:1] == "." for one in inner.split("/")) or any(fits(one, inner) for one in part.excluded):
            return NotBuilt("it is left out by its name or by exclude")
        if part.locale not in self._locales:
            return NotBuilt(f"the locale {part.locale} is not built")
        if part.prefixes is None and part.kind == "docs":
            return Unknown("numberPrefixParser is a function")
        fields = mapping(front_matter)
        slug = {"docs": self._doc, "blog": _post, "pages": _page}[part.kind](inner, fields, part.prefixes is not False)
        prefix = "" if part.locale == self._default else f"/{part.locale}"
        url = re.sub("/+", "/", f"{prefix}/{part.route}/{slug}")
        address = Address(self.base + readable(self._with_slash(url)))
        return NotBuilt("draft: true", address) if truth(fields.get("draft")) is True else address

    def _with_slash(self, url: str) -> str:
        if self._slash is None or url == "/":
            return url
        return url.rstrip("/") + ("/" if self._slash else "")

    @staticmethod
    def _doc(path: str, fields: Mapped, prefixes: bool) -> str:
        """The slug of a document."""
        folder, _, name = path.rpartition("/")
        stem = name.rpartition(".")[0]
        parts = folder.split("/") if folder else []
        names = ["index", "readme", *([parts[-1].lower()] if parts else [])]
        if prefixes:
            parts = [_unprefixed(part) for part in parts]
        place = "/" + "".join(f"{part}/" for part in parts)
        slug = text(fields.get("slug"))
        if slug is not None and slug.startswith("/"):
            return slug
        if slug is None and stem.lower() in names:
            return place
        base = text(fields.get("id")) or (_unprefixed(stem) if prefixes else stem)
        return posixpath.normpath(place + (slug or base)) + ("/" if (slug or base).endswith("/") else "")


def _unprefixed(name: str) -> str:
    """A name without the number that orders it; dates and versions are no such numbers."""
    match = None if _NO_PREFIX.match(name) else _PREFIX.fullmatch(name)
    return match[1] if match is not None else name


def _post(path: str, fields: Mapped, _: bool) -> str:
    slug = text(fields.get("slug"))
    if slug is not None:
        return slug
    match = _DATED.fullmatch(path)
    if match is not None:
        folder, date, rest = match.groups()
        return f"{date.replace('-', '/')}/{folder}{rest}"
    return re.sub(r"(?:/index)?\.mdx?$", "", path)


def _page(path: str, fields: Mapped, _: bool) -> str:
    slug = text(fields.get("slug"))
    if slug is not None:
        return slug
    match = _INDEX.match(path)
    return match[1] if match is not None else path.rpartition(".")[0]


def _content_plugins(configuration: Configuration) -> list[tuple[str, Mapped]]:
    """The content plugins of presets and of the configuration itself, with their options."""
    found: list[tuple[str, Mapped]] = []
    for entry in items(configuration.at("presets")):
        name, options = _named(entry)
        if "classic" in name:
            found += [(kind, mapping(options.get(kind))) for kind in _KINDS if options.get(kind) is not False]
    for entry in items(configuration.at("plugins")):
        name, options = _named(entry)
        found += [(kind, options) for kind in _KINDS if f"content-{kind}" in name]
    # What a site has that says nothing of them, or says it in a way that is not read.
    return found or [(kind, {}) for kind in _KINDS]


def _named(entry: object) -> tuple[str, Mapped]:
    """A plugin's name and options, as it is written in either way."""
    first, *rest = items(entry) or [""]
    if isinstance(first, Call):
        # The name is resolved to a file first.
        first = next(iter(texts(list(first.arguments))), first.code)
    name = first if isinstance(first, str) else first.code if isinstance(first, Computed) else ""
    return name, mapping(rest[0]) if rest else {}
