"""Zola: sections, pages with their files, slugs and languages (as of Zola 0.20)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from recommender.corpus.generators.address import Address, NotBuilt, Outcome, Place, Unknown, readable
from recommender.corpus.generators.configuration import Configuration, read_settings
from recommender.corpus.generators.generator import Generator, Language, covers, parts_below
from recommender.corpus.generators.globs import fits
from recommender.corpus.generators.values import Mapped, mapping, text, texts, truth

_DATED = re.compile(
    r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    r"(?:T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d))?"
    r"\s?[_-](.+)"
)
# Letters that are no plain letter with an accent, as Zola spells them.
_LATIN = {
    "ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "þ": "th", "Þ": "TH",
    "œ": "oe", "Œ": "OE", "ı": "i", "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...",
}  # fmt: skip


def find_zola(folder: Path, content: str) -> Zola | None:
    """Zola by its configuration in a folder, None where there is none."""
    for name in ("zola.toml", "config.toml"):
        if (folder / name).is_file():
            values, problems = read_settings(folder, name)
            if name == "zola.toml" or "base_url" in values:
                configuration = Configuration(folder, (name,), values)
                configuration.unknown += problems
                return Zola(configuration, content)
    return None


class Zola(Generator):
    """As `Generator`, for Zola."""

    name = "Zola"

    def __init__(self, configuration: Configuration, content: str) -> None:
        super().__init__(configuration, content)
        at = configuration.at
        self._set_site(text(at("base_url")))
        self._default = text(at("default_language")) or "en"
        others = [code for code in mapping(at("languages")) if code != self._default]
        self._others = frozenset(others)
        if others:
            self.languages = (Language(self._default, default=True), *(Language(code) for code in others))
        written = at("slugify")
        self._mode = (text(mapping(written).get("paths")) or "on").lower() if isinstance(written, dict) else "on"
        self._keeps_dates = truth(mapping(written).get("paths_keep_dates")) is True
        self._ignored = texts(at("ignored_content"))

    def owns(self, path: str) -> bool:
        return covers("content", path)

    def _language(self, name: str) -> tuple[str, str]:
        """A file's language, and its name without suffix and language."""
        stem = name.removesuffix(".md")
        base, dot, code = stem.partition(".")
        if dot and code in self._others:
            return code, base
        return self._default, stem

    def _place(self, path: str) -> Place:
        inner = parts_below(path, "content")
        if inner is None or not self.languages:
            return Place(None, path)
        folder, slash, name = inner.rpartition("/")
        language, base = self._language(name)
        return Place(language, f"{folder}{slash}{base}")

    def _address(self, path: str, front_matter: Mapping[str, object]) -> Outcome:
        inner = parts_below(path, "content")
        if inner is None:
            return NotBuilt("it does not lie in the folder content")
        folder, _, name = inner.rpartition("/")
        if not name.endswith(".md") or name[0] == ".":
            return NotBuilt("it is not Markdown")
        if any(fits(pattern, one) for pattern in self._ignored for one in (inner, name)):
            return NotBuilt("ignored_content leaves it out")
        fields = mapping(front_matter)
        language, base = self._language(name)
        if self.languages and "." in base:
            return NotBuilt("its name has a language that languages lacks")
        if truth(fields.get("render")) is False:
            return NotBuilt("render = false")
        prefix = "" if language == self._default else f"/{language}"
        if base == "_index":
            place = f"/{folder}/" if folder else "/"
            outcome: Outcome = Address(self.base + readable(prefix + place))
        else:
            outcome = self._page(folder, base, prefix, fields)
        is_draft = truth(fields.get("draft")) is True and isinstance(outcome, Address)
        return NotBuilt("draft = true", outcome) if is_draft and isinstance(outcome, Address) else outcome

    def _page(self, folder: str, base: str, prefix: str, fields: Mapped) -> Outcome:
        own = text(fields.get("path"))
        if own is not None:
            return Address(self.base + readable("/" + own.strip().strip("/") + "/"))
        if base == "index":
            above, _, base = folder.rpartition("/")
            if not folder:
                return Address(f"{self.base}{prefix}/")
            folder = above
        match = None if self._keeps_dates else _DATED.fullmatch(base)
        slug = self._slug(text(fields.get("slug")) or (match[1] if match is not None else base))
        if slug is None:
            return Unknown('its name is spelled in Latin letters; slugify.paths = "safe" keeps it, or a slug')
        if not slug:
            return Unknown("its name has neither letters nor digits for an address; a slug gives it one")
        place = f"/{folder}" if folder else ""
        return Address(self.base + readable(f"{prefix}{place}/{slug}/"))

    def _slug(self, name: str) -> str | None:
        """A name by the setting ``slugify.paths``; None where that takes more than is known here."""
        if self._mode == "off":
            return name
        if self._mode == "safe":
            return re.sub(r'[<>:"/\\|?*]', "", name.rstrip(" ."))
        plain = "".join(_LATIN.get(one, unicodedata.normalize("NFD", one)[0]) for one in name)
        if not plain.isascii():
            return None
        return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
