"""A site of Hugo: which page of which language a file is, and where it is built."""

from __future__ import annotations

import datetime as dt
import posixpath
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import regex

from recommender.corpus.generators.address import NotBuilt, Outcome, Place
from recommender.corpus.generators.configuration import Configuration
from recommender.corpus.generators.generator import Generator, Language, covers, parts_below
from recommender.corpus.generators.globs import matches
from recommender.corpus.generators.hugo.page import HugoPage, upwards
from recommender.corpus.generators.hugo.paths import FORMATS, ContentFile, lowered, sanitized, take_apart
from recommender.corpus.generators.hugo.settings import (
    Cascade,
    Mount,
    cascades,
    lowered_names,
    mounts,
    permalinks,
    read_configuration,
)
from recommender.corpus.generators.values import Mapped, front_matter_of, items, mapping, text, texts, truth, zone_of


def find_hugo(folder: Path, content: str) -> Hugo | None:
    """Hugo by its configuration in a folder, None where there is none."""
    configuration = read_configuration(folder)
    return Hugo(configuration, content) if configuration is not None else None


class Hugo(Generator):
    """As `Generator`, for Hugo."""

    name = "Hugo"

    def __init__(self, configuration: Configuration, content: str) -> None:
        super().__init__(configuration, content)
        at = configuration.at
        self._default = (text(at("defaultcontentlanguage")) or "en").lower()
        named = mapping(at("languages"))
        codes = list(named) or [self._default]
        disabled = {code.lower() for code in texts(at("disablelanguages"))}
        self._disabled = (
            disabled | {code for code in codes if truth(mapping(named[code]).get("disabled")) is True}
            if named
            else disabled
        )
        if self._default not in codes:
            codes.insert(0, self._default)
        self._codes = frozenset(codes)
        self._mounts = mounts(configuration, codes)
        if named:
            self.languages = tuple(
                Language(code, code == self._default) for code in codes if code not in self._disabled
            )
        self._bases = {code: text(at("languages", code, "baseurl")) for code in named}
        self._is_multihost = len(named) > 1 and all(self._bases.values())
        self._set_site(self._bases[self._default] if self._is_multihost else text(at("baseurl")))
        self._in_folder = truth(at("defaultcontentlanguageinsubdir")) is True
        self._keep_case = truth(at("disablepathtolower")) is True
        self._plain = truth(at("removepathaccents")) is True
        self.zone = zone_of(at("timezone")) or dt.UTC
        self.permalinks = {code: permalinks(at("languages", code, "permalinks") or at("permalinks")) for code in codes}
        self.kinds_off = {kind.lower() for kind in texts(at("disablekinds"))}
        names = mapping(at("taxonomies") or {"tag": "tags", "category": "categories"})
        self._taxonomies = frozenset(str(name).lower() for name in names.values())
        self._cascade = cascades(at("cascade"))
        self._inherited: dict[tuple[str, str], list[Cascade]] = {}
        self._branches: dict[tuple[str, str], Mapped] = {}
        self._ignored = _patterns(at("ignorefiles"))

    def _weight(self, name: str) -> Literal["name", "text"] | None:
        return "text" if name.startswith("_index.") else "name" if name.startswith("index.") else None

    def owns(self, path: str) -> bool:
        return any(covers(mount.folder, path) for mount in self._mounts)

    def _place(self, path: str) -> Place:
        located = self._located(path)
        if located is None:
            return Place(None, path)
        mount, file = located
        language = self._language(mount, file)
        page = posixpath.join(mount.target, file.folder, file.base)
        return Place(language if self.languages else None, page)

    def _located(self, path: str) -> tuple[Mount, ContentFile] | None:
        for mount in self._mounts:
            inner = parts_below(path, mount.folder)
            if inner is not None:
                file = take_apart(inner, self._codes)
                return (mount, file) if file is not None else None
        return None

    def _language(self, mount: Mount, file: ContentFile) -> str:
        return file.language or mount.language or self._default

    def _address(self, path: str, front_matter: Mapping[str, object]) -> Outcome:
        located = self._located(path)
        if located is None:
            return NotBuilt("it is none of Hugo's content files")
        mount, file = located
        if any(matches(pattern, path, whole=False) for pattern in self._ignored):
            return NotBuilt("ignoreFiles leaves it out")
        bundle = self._bundle_above(mount.folder, file)
        if bundle is not None:
            return NotBuilt(f"it is part of the page bundle {bundle}")
        language = self._language(mount, file)
        if language in self._disabled:
            return NotBuilt(f"the language {language} is disabled")
        folder = posixpath.join(mount.target, file.folder).strip("/")
        page = HugoPage(self, mount, file, folder, language)
        return page.outcome(lowered_names(mapping(front_matter)))

    def _bundle_above(self, root: str, file: ContentFile) -> str | None:
        """The folder of the page bundle that a file is part of and is not itself."""
        parts = file.folder.split("/") if file.folder else []
        for depth in range(1, len(parts) + 1):
            folder = "/".join(parts[:depth])
            is_own = depth == len(parts) and file.is_leaf
            if not is_own and self._has_leaf(posixpath.join(root, folder)):
                return folder
        return None

    def _has_leaf(self, folder: str) -> bool:
        for name in self.folder.names(folder):
            stem, _, suffix = name.rpartition(".")
            if suffix.lower() in FORMATS and (
                stem == "index" or (stem.startswith("index.") and stem[6:] in self._codes)
            ):
                return True
        return False

    def branch(self, mount: Mount, folder: str, language: str) -> Mapped:
        """The front matter of a folder's own page in a language, with names in lower case."""
        key = (posixpath.join(mount.folder, folder), language)
        if key not in self._branches:
            self._branches[key] = {}
            own = f"_index.{language}"
            stems = (own, "_index") if language == (mount.language or self._default) else (own,)
            for name in sorted(self.folder.names(key[0])):
                stem, _, suffix = name.rpartition(".")
                if stem in stems and suffix.lower() in FORMATS:
                    read = self.folder.text(posixpath.join(key[0], name))
                    self._branches[key] = lowered_names(front_matter_of(read or ""))
                    break
        return self._branches[key]

    def inherited(self, mount: Mount, folder: str, path: str, kind: str, language: str) -> Mapped:
        """The front matter that a page inherits; what is nearer counts more."""
        found: dict[str, object] = {}
        levels = [cascades(self.branch(mount, above, language).get("cascade")) for above in upwards(folder)]
        for cascade in (one for level in (self._cascade, *reversed(levels)) for one in level):
            if cascade.fits(path, kind, language):
                found.update(cascade.values)
        return found

    def spelled(self, path: str) -> str:
        """A path as Hugo writes it in addresses."""
        if not self._keep_case:
            path = lowered(path).replace(" ", "-")
        return self.sanitized(path)

    def sanitized(self, path: str) -> str:
        """A path without what Hugo leaves out of names."""
        return sanitized(path, keep_case=self._keep_case, plain_letters=self._plain)

    def prefix(self, language: str) -> str:
        """The folder of a language's pages, with a slash at its end where there is one."""
        if self._is_multihost or (language == self._default and not self._in_folder):
            return ""
        return f"{language}/"

    def base_of(self, language: str) -> str:
        """The base path of a language's pages."""
        if self._is_multihost:
            stripped = urlsplit(self._bases[language] or "").path.strip("/")
            return f"/{stripped}" if stripped else ""
        return self.base

    def kind_of(self, file: ContentFile, folder: str) -> str:
        """Hugo's name for a kind of page."""
        if not file.is_branch:
            return "page"
        if not folder:
            return "home"
        first, _, rest = folder.lower().partition("/")
        if first in self._taxonomies:
            return "term" if rest else "taxonomy"
        return "section"


def _patterns(written: object) -> list[regex.Pattern[str]]:
    found: list[regex.Pattern[str]] = []
    for one in items(written):
        try:
            found.append(regex.compile(f".*?(?:{one})", regex.DOTALL))
        except regex.error:
            continue
    return found
