"""VitePress: addresses by path, ``cleanUrls`` and ``rewrites`` (as of VitePress 1.6)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import regex

from recommender.corpus.generators.address import Address, NotBuilt, Outcome, Place, Unknown, readable
from recommender.corpus.generators.configuration import Configuration, first_configuration
from recommender.corpus.generators.generator import Generator, Language, covers, parts_below
from recommender.corpus.generators.globs import SECONDS, fits
from recommender.corpus.generators.values import Call, Computed, mapping, text, texts, truth

_SUFFIXES = ("js", "ts", "mjs", "mts")
_IGNORED = ("**/node_modules/**", "**/dist/**")
_DYNAMIC = regex.compile(r"\[\w+?\]")
_TOKEN = regex.compile(r"(/?)(?::(\w+)(\([^()]*\))?|(\([^()]*\)))([*+?])?")


def find_vitepress(folder: Path, content: str) -> VitePress | None:
    """VitePress by the configuration in a folder's ``.vitepress``, None where there is none."""
    names = [f".vitepress/config{inner}.{suffix}" for inner in ("", "/index") for suffix in _SUFFIXES]
    configuration = first_configuration(folder, names)
    return None if configuration is None else VitePress(configuration, content)


class VitePress(Generator):
    """As `Generator`, for VitePress."""

    name = "VitePress"

    def __init__(self, configuration: Configuration, content: str) -> None:
        super().__init__(configuration, content)
        at = configuration.at
        self._source = (text(at("srcDir")) or "").strip("./")
        self._set_base(text(at("base")))
        self._clean = truth(at("cleanUrls")) is True
        self._excluded = (*_IGNORED, *texts(at("srcExclude")))
        written = configuration.values.get("rewrites")
        self._rewrites_unknown = isinstance(written, Computed | Call)
        self._rewrites = {} if self._rewrites_unknown else dict(mapping(at("rewrites")))
        if self._rewrites_unknown:
            at("rewrites")
        locales = mapping(at("locales"))
        root = mapping(locales.get("root"))
        self._root = text(root.get("lang")) or text(at("lang")) or ("root" if "root" in locales else None)
        if locales:
            codes = [code for code in locales if code != "root"]
            own = [Language(self._root, default=True)] if self._root is not None else []
            self.languages = (*own, *(Language(code) for code in codes))

    def owns(self, path: str) -> bool:
        return covers(self._source, path)

    def _place(self, path: str) -> Place:
        inner = parts_below(path, self._source)
        if inner is None or not self.languages:
            return Place(None, path)
        first, slash, rest = inner.partition("/")
        if slash and any(one.code == first and not one.default for one in self.languages):
            return Place(first, rest)
        return Place(self._root, inner)

    def _address(self, path: str, front_matter: Mapping[str, object]) -> Outcome:
        inner = parts_below(path, self._source)
        if inner is None:
            return NotBuilt(f"it does not lie in srcDir {self._source}")
        if not inner.endswith(".md"):
            return NotBuilt("it is not Markdown")
        if any(part[:1] == "." for part in inner.split("/")) or any(fits(one, inner) for one in self._excluded):
            return NotBuilt("srcExclude or VitePress itself leaves it out")
        if _DYNAMIC.search(inner):
            return Unknown("a dynamic route has the addresses that its paths file computes")
        if self._rewrites_unknown:
            return Unknown("rewrites is computed")
        page = self._rewritten(inner)
        if page is None:
            return Unknown("a pattern of rewrites cannot be followed")
        stem = page.removesuffix(".md")
        if stem == "index" or stem.endswith("/index"):
            stem = stem.removesuffix("index")
        elif not self._clean:
            stem += ".html"
        return Address(f"{self.base}/{readable(stem.lstrip('/'))}")

    def _rewritten(self, path: str) -> str | None:
        for pattern, target in self._rewrites.items():
            if not isinstance(target, str):
                return None
            try:
                compiled, names = _pattern(pattern)
                match = compiled.fullmatch(path, timeout=SECONDS)
            except (regex.error, TimeoutError):
                return None
            if match is not None:
                values = {name: match[position + 1] or "" for position, name in enumerate(names)}
                return str(_TOKEN.sub(lambda one, known=values: _filled(one, known), target))
        return path


def _pattern(written: str) -> tuple[regex.Pattern[str], list[str]]:
    """A pattern with ``:name`` parameters as an expression, and what its groups are called."""
    if written.startswith("^"):
        return regex.compile(written), []
    names: list[str] = []
    found: list[str] = []
    position = 0
    for token in _TOKEN.finditer(written):
        slash, name, form, alone, times = token.groups()
        found.append(regex.escape(written[position : token.start()]))
        position = token.end()
        names.append(name or str(len(names)))
        part = (form or alone or "([^/#?]+?)")[1:-1].replace("(", "(?:")
        if times in ("*", "+"):
            part = f"(?:{part})(?:{slash}(?:{part}))*"
        group = f"{slash}({part})"
        found.append(f"(?:{group})?" if times in ("*", "?") else group)
    found.append(regex.escape(written[position:]))
    return regex.compile("".join(found)), names


def _filled(token: regex.Match[str], values: dict[str, str]) -> str:
    slash, name, _, _, times = token.groups()
    value = values.get(name or "0", "")
    return f"{slash}{value}" if value or times not in ("*", "?") else ""
