"""Astro: its pages by path, and the documents of Starlight (as of Astro 5)."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from recommender.corpus.generators.address import Address, NotBuilt, Outcome, Place, Unknown, readable
from recommender.corpus.generators.configuration import Configuration, first_configuration
from recommender.corpus.generators.generator import Generator, Language, covers, parts_below
from recommender.corpus.generators.values import Call, Mapped, items, mapping, text, truth

_SUFFIXES = ("mjs", "js", "ts", "mts", "cjs", "cts")
_MARKDOWN = (".md", ".mdx", ".markdown", ".mdown", ".mkdn", ".mkd", ".mdwn")
_PAGES = (*_MARKDOWN, ".html", ".astro")
# A route that takes an entry's id, or its older name, as it is.
_BY_ID = re.compile(r"params\s*:\s*\{\s*(?:\.\.\.)?\w+\s*:\s*\w+\.(?:id|slug)\s*,?\s*\}")


def find_astro(folder: Path, content: str) -> Astro | None:
    """Astro by its configuration in a folder, None where there is none."""
    names = [f"astro.config.{suffix}" for suffix in _SUFFIXES]
    configuration = first_configuration(folder, names)
    return None if configuration is None else Astro(configuration, content)


class Astro(Generator):
    """As `Generator`, for Astro and Starlight."""

    name = "Astro"

    def __init__(self, configuration: Configuration, content: str) -> None:
        super().__init__(configuration, content)
        at = configuration.at
        self._source = (text(at("srcDir")) or "src").strip("./")
        self._set_site(text(at("site")))
        self._set_base(text(at("base")))
        self._slash = text(at("trailingSlash")) or "ignore"
        self._format = text(at("build", "format")) or "directory"
        calls = [one for one in items(at("integrations")) if isinstance(one, Call)]
        starlight = next((one for one in calls if one.name == "starlight"), None)
        self._is_starlight = starlight is not None
        options = mapping(starlight.arguments[0]) if starlight is not None and starlight.arguments else {}
        self._set_languages(options)
        if self._is_starlight:
            self.name = "Starlight"
            self.falls_back = True

    def _set_languages(self, options: Mapped) -> None:
        """Languages by their folders: of Starlight, else of Astro itself."""
        locales = mapping(options.get("locales"))
        root = mapping(locales.get("root"))
        self._root: str | None = None
        if locales:
            default = text(options.get("defaultLocale"))
            self._root = (text(root.get("lang")) or default or "en") if "root" in locales else None
            own = [Language(self._root, default=True)] if self._root is not None else []
            folders = [code for code in locales if code != "root"]
            self.languages = (*own, *(Language(code, code == default and not own) for code in folders))
            return
        written = items(self.configuration.at("i18n", "locales"))
        codes = [text(mapping(one).get("path")) or text(one) for one in written]
        default = text(self.configuration.at("i18n", "defaultLocale"))
        prefixed = truth(self.configuration.at("i18n", "routing", "prefixDefaultLocale")) is True
        self._root = None if prefixed else default
        self.languages = tuple(Language(code, code == default) for code in codes if code is not None)

    def owns(self, path: str) -> bool:
        return covers(self._source, path)

    def _place(self, path: str) -> Place:
        for folder in (f"{self._source}/content", f"{self._source}/pages"):
            inner = parts_below(path, folder)
            if inner is None or not self.languages:
                continue
            parts = inner.split("/")
            at = 1 if folder.endswith("content") else 0
            if len(parts) > at + 1 and any(one.code == parts[at] for one in self.languages):
                return Place(parts[at], "/".join([*parts[:at], *parts[at + 1 :]]))
            return Place(self._root, inner)
        return Place(None, path)

    def _address(self, path: str, front_matter: Mapping[str, object]) -> Outcome:
        fields = mapping(front_matter)
        page = parts_below(path, f"{self._source}/pages")
        if page is not None:
            return self._page(page)
        entry = parts_below(path, f"{self._source}/content")
        if entry is None or "/" not in entry:
            return NotBuilt("it lies neither among Astro's pages nor its content")
        collection, _, inner = entry.partition("/")
        if not inner.endswith(_MARKDOWN):
            return NotBuilt("it is not Markdown")
        if inner.rpartition("/")[2][0] in "_.":
            return NotBuilt("its name begins with an underscore or a dot")
        if self._is_starlight and collection == "docs":
            return self._document(inner, fields)
        return self._entry(collection, inner, fields)

    def _page(self, path: str) -> Outcome:
        if not path.endswith(_PAGES):
            return NotBuilt("it is no page by its suffix")
        if any(part[0] in "_." for part in path.split("/")):
            return NotBuilt("its name begins with an underscore or a dot")
        if "[" in path:
            return Unknown("a dynamic route has the addresses that it computes")
        stem = path.rpartition(".")[0]
        return Address(self._url(stem.removesuffix("index") if f"/{stem}".endswith("/index") else stem))

    def _document(self, path: str, fields: Mapped) -> Outcome:
        slug = text(fields.get("slug")) or _entry_id(path)
        slug = slug.strip("/")
        slug = "" if slug == "index" else slug.removesuffix("/index")
        if slug == "404":
            return NotBuilt("it is the page for what is not found")
        address = Address(self._url(unicodedata.normalize("NFC", slug)))
        return NotBuilt("draft: true", address) if truth(fields.get("draft")) is True else address

    def _entry(self, collection: str, path: str, fields: Mapped) -> Outcome:
        """An entry of a collection, where a route of the same name takes entries by their ids."""
        folder = f"{self._source}/pages/{collection}"
        routes = [name for name in self.folder.names(folder) if name.startswith("[") and name.endswith(".astro")]
        written = self.folder.text(f"{folder}/{routes[0]}") if len(routes) == 1 else None
        if written is None or _BY_ID.search(written) is None:
            return Unknown(f"a route computes the addresses of the collection {collection}")
        identifier = (text(fields.get("slug")) or _entry_id(path)).strip("/")
        if "/" in identifier and not routes[0].startswith("[..."):
            return Unknown(f"{routes[0]} takes a single name")
        return Address(self._url(posixpath.join(collection, identifier)))

    def _url(self, path: str) -> str:
        path = path.strip("/")
        if not path:
            is_bare = self.base and (self._format == "file" or self._slash == "never")
            return self.base if is_bare else f"{self.base}/"
        if self._format == "file":
            return f"{self.base}/{readable(path)}.html"
        return f"{self.base}/{readable(path)}" + ("" if self._slash == "never" else "/")


def _entry_id(path: str) -> str:
    """What Astro calls a file of a collection."""
    stem = path.rpartition(".")[0]
    return re.sub("/index$", "", "/".join(map(_slug, stem.split("/"))))


def _slug(name: str) -> str:
    """A name as GitHub makes it an anchor, which is what Astro takes."""
    kept = [one for one in name.lower() if one in " -" or _is_kept(unicodedata.category(one))]
    return "".join(kept).replace(" ", "-")


def _is_kept(category: str) -> bool:
    return category[0] in "LM" or category in ("Nd", "Nl", "Pc")
