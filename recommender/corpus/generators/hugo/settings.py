"""What Hugo's configuration says of addresses."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import regex

from recommender.corpus.generators.configuration import Configuration, UnknownSetting, read_settings
from recommender.corpus.generators.globs import matches
from recommender.corpus.generators.values import Mapped, items, mapping, text, texts, truth

_SUFFIXES = ("toml", "yaml", "yml", "json")
# Settings by which a file that is only called config.* is Hugo's.
_OWN = frozenset({"baseurl", "contentdir", "disablekinds", "languagecode", "markup", "permalinks", "theme"})
_KINDS = frozenset({"page", "section", "taxonomy", "term"})


def read_configuration(folder: Path) -> Configuration | None:
    """Hugo's configuration in a folder, None where there is none."""
    found: list[str] = []
    for stem in ("hugo", "config"):
        names = [f"{stem}.{suffix}" for suffix in _SUFFIXES if (folder / f"{stem}.{suffix}").is_file()]
        found += names[:1]
    found = found[:1]
    folders = [name for name in ("config/_default", "config/production") if (folder / name).is_dir()]
    if not found and not folders:
        return None
    values: dict[str, object] = {}
    unknown: list[UnknownSetting] = []
    for path in found:
        read, problems = read_settings(folder, path)
        values.update(_lowered(read))
        unknown += problems
    for name in folders:
        for path in sorted(f"{name}/{file.name}" for file in (folder / name).iterdir() if file.suffix[1:] in _SUFFIXES):
            read, problems = read_settings(folder, path)
            unknown += problems
            found.append(path)
            _put(values, Path(path).stem.lower(), _lowered(read))
    is_named = any(Path(path).stem == "hugo" for path in found) or bool(folders)
    if not is_named and not (_OWN & values.keys() and "base_url" not in values):
        return None
    configuration = Configuration(folder, tuple(found), values)
    configuration.unknown += unknown
    return configuration


def _put(values: dict[str, object], stem: str, read: dict[str, object]) -> None:
    """Merge a file of a configuration folder: ``permalinks.toml`` holds what is below ``permalinks``."""
    if stem in ("hugo", "config"):
        _merge(values, read)
        return
    name, _, language = stem.partition(".")
    if language:
        _merge(values, {"languages": {language: {name: read}}})
    else:
        _merge(values, {name: read})


def _merge(values: dict[str, object], other: Mapped) -> None:
    for key, value in other.items():
        known = values.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            _merge(known, value)
        else:
            values[key] = value


def _lowered(value: Mapped) -> dict[str, object]:
    """The same with names in lower case, as Hugo takes them."""
    return {key.lower(): _lowered_value(one) for key, one in mapping(value).items()}


def _lowered_value(value: object) -> object:
    if isinstance(value, dict):
        return _lowered(value)
    return [_lowered_value(one) for one in value] if isinstance(value, list) else value


lowered_names = _lowered


@dataclass(frozen=True, slots=True)
class Permalink:
    """A pattern and the pages that it is for: of a kind, below a folder or at a path."""

    kind: str
    path: regex.Pattern[str] | None
    pattern: str

    def fits(self, kind: str, path: str) -> bool:
        """Whether a page of that kind at a path such as ``/posts/soup`` has its address by this pattern."""
        return (not self.kind or self.kind == kind) and (self.path is None or matches(self.path, path))


def permalinks(written: object) -> list[Permalink]:
    """The patterns of a ``permalinks`` setting in any of its three forms."""
    found: list[Permalink] = []
    if isinstance(written, list):
        for one in written:
            target, pattern = mapping(mapping(one).get("target")), text(mapping(one).get("pattern"))
            if pattern is not None:
                path = text(target.get("path"))
                found.append(Permalink((text(target.get("kind")) or "").lower(), glob(path) if path else None, pattern))
        return found
    for name, value in mapping(written).items():
        if isinstance(value, dict) and name in _KINDS:
            for section, pattern in value.items():
                if isinstance(pattern, str):
                    found.append(Permalink(name, _below(section), pattern))
        elif isinstance(value, str):
            found += [Permalink(kind, _below(name), value) for kind in ("page", "term")]
    # Hugo leaves the order of a mapping to chance; the nearest folder is what is meant.
    return sorted(found, key=lambda one: -len(one.path.pattern) if one.path is not None else 0)


def _below(section: str) -> regex.Pattern[str]:
    name = section.strip(" /").lower()
    return regex.compile(f"/{regex.escape(name)}(?:/.*)?" if name else "/[^/]*")


def glob(pattern: str) -> regex.Pattern[str]:
    """A path pattern with ``*``, ``**`` and ``{a,b}``."""
    written = ""
    position = 0
    while position < len(pattern):
        if pattern.startswith("**", position):
            written += ".*"
            position += 2
            continue
        character = pattern[position]
        written += {"*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")", ",": "|"}.get(character, regex.escape(character))
        position += 1
    try:
        return regex.compile(written, regex.IGNORECASE)
    except regex.error:
        return regex.compile(regex.escape(pattern))


@dataclass(frozen=True, slots=True)
class Mount:
    """A folder of content, and the language of its files where it has one of its own."""

    folder: str
    target: str
    language: str | None


def mounts(configuration: Configuration, languages: Iterable[str]) -> list[Mount]:
    """Where the pages lie, the most particular folders first."""
    found: list[Mount] = []
    for one in items(configuration.at("module", "mounts")):
        mount = mapping(one)
        source, target = text(mount.get("source")), (text(mount.get("target")) or "").strip("/")
        if source is not None and (target == "content" or target.startswith("content/")):
            language = text(mount.get("lang")) or next(iter(_mount_languages(mount)), None)
            found.append(Mount(source.strip("./"), target.removeprefix("content").strip("/"), language))
    if not found:
        codes = list(languages)
        for code in codes:
            own = text(configuration.at("languages", code, "contentdir"))
            if own is not None:
                found.append(Mount(own.strip("./"), "", code))
        if len(found) < len(codes):
            found.append(Mount((text(configuration.at("contentdir")) or "content").strip("./"), "", None))
    return sorted(found, key=lambda mount: -len(mount.folder))


def _mount_languages(mount: Mapped) -> list[str]:
    """Languages that a mount names by ``sites.matrix.languages``."""
    return texts(mapping(mapping(mount.get("sites")).get("matrix")).get("languages"))


@dataclass(frozen=True, slots=True)
class Cascade:
    """Front matter that pages inherit, and which do."""

    values: Mapped
    path: regex.Pattern[str] | None = None
    kinds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def fits(self, path: str, kind: str, language: str) -> bool:
        """Whether a page inherits it."""
        return (
            (self.path is None or matches(self.path, path))
            and (not self.kinds or any(fnmatch.fnmatchcase(kind, one) for one in self.kinds))
            and (not self.languages or any(fnmatch.fnmatchcase(language, one) for one in self.languages))
        )


def cascades(written: object) -> list[Cascade]:
    """The entries of a ``cascade`` setting, with names in lower case."""
    found: list[Cascade] = []
    for one in items(written):
        values = dict(_lowered(mapping(one)))
        target = mapping(values.pop("target", None) or values.pop("_target", None))
        path = text(target.get("path"))
        brace = (text(target.get("kind")) or "").lower().strip("{}")
        lang = (text(target.get("lang")) or "").lower().strip("{}")
        found.append(
            Cascade(
                values,
                glob(path) if path else None,
                tuple(filter(None, brace.split(","))),
                tuple(filter(None, lang.split(","))),
            )
        )
    return found


def is_ugly(configuration: Configuration, section: str) -> bool:
    """Whether the pages of a section have addresses that end in ``.html``."""
    written = configuration.at("uglyurls")
    if isinstance(written, dict):
        return truth(mapping(written).get(section.lower())) is True
    return truth(written) is True
