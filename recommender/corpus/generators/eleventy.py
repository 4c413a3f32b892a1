"""Eleventy: addresses by path and permalink, data files of folders included (as of Eleventy 3)."""

from __future__ import annotations

import datetime as dt
import fnmatch
import json
import posixpath
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from recommender.corpus.generators.address import Address, NotBuilt, Outcome, Unknown, readable
from recommender.corpus.generators.configuration import Configuration, UnknownSetting, read_settings
from recommender.corpus.generators.generator import Generator, covers, parts_below
from recommender.corpus.generators.javascript import CALLS
from recommender.corpus.generators.values import Call, Computed, Mapped, items, mapping, moment, text, texts, truth

_NAMES = (".eleventy.js", "eleventy.config.js", "eleventy.config.mjs", "eleventy.config.cjs")
_FORMATS = ("liquid", "md", "njk", "html", "11ty.js", "11ty.cjs", "11ty.mjs")
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}-(.*)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INPUT = re.compile(r"eleventy\b[^&|;]*?\s--input[= ]\s*[\"']?([^\s\"']+)")
_TEMPLATE = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}")
_PLACE = re.compile(r"[A-Za-z_][\w.]*")
_DATE_FILTER = re.compile(r"page\.date\s*\|\s*date:\s*(['\"])(.*?)\1")
_SUFFIXES = (".11tydata.js", ".11tydata.mjs", ".11tydata.cjs", ".11tydata.json", ".json")


def find_eleventy(folder: Path, content: str) -> Eleventy | None:
    """Eleventy by its configuration, or by the package that a site without one needs; None where there is neither."""
    package, problems = read_settings(folder, "package.json") if (folder / "package.json").is_file() else ({}, [])
    needed = {**mapping(package.get("dependencies")), **mapping(package.get("devDependencies"))}
    name = next((name for name in _NAMES if (folder / name).is_file()), None)
    if name is None and "@11ty/eleventy" not in needed:
        return None
    values: dict[str, object] = {}
    files = [] if name is None else [name]
    if name is not None:
        values, problems = read_settings(folder, name)
        # A configuration that exports nothing but sets things up is fine.
        problems = [one for one in problems if "no exported object" not in one.reason]
    for script in mapping(package.get("scripts")).values():
        if (match := _INPUT.search(str(script))) is not None:
            values["dir"] = {**mapping(values.get("dir")), "input": match[1]}
            files.append("package.json")
            break
    configuration = Configuration(folder, tuple(files) or ("package.json",), values)
    configuration.unknown += problems
    return Eleventy(configuration, content)


class Eleventy(Generator):
    """As `Generator`, for Eleventy."""

    name = "Eleventy"
    side_files = (".gitignore", ".eleventyignore", "package.json")

    def __init__(self, configuration: Configuration, content: str) -> None:
        super().__init__(configuration, content)
        at = configuration.at
        calls = [one for one in items(configuration.values.get(CALLS)) if isinstance(one, Call)]
        folders = {"input": ".", "includes": "_includes", "data": "_data", "layouts": "", "output": "_site"}
        for name in folders:
            written = text(at("config", "dir", name)) or text(at("dir", name))
            folders[name] = written if written is not None else folders[name]
        for call in calls:
            for name in folders:
                if call.name == f"set{name.capitalize()}Directory" and call.arguments:
                    folders[name] = _literal(configuration, call, f"{name} directory") or folders[name]
        self._input = _folder(folders["input"])
        self._output = _folder(folders["output"])
        self._aside = tuple(_folder(folders[name]) for name in ("includes", "data", "layouts") if folders[name])
        self._set_base(text(at("config", "pathPrefix")) or text(at("pathPrefix")))
        formats = texts(at("config", "templateFormats") or at("templateFormats"))
        self._ignored = [*_ignores(self.folder.text(".gitignore")), *_ignores(self.folder.text(".eleventyignore"))]
        self._data: dict[str, object] = {}
        for call in calls:
            first = call.arguments[0] if call.arguments else None
            if call.name in ("setTemplateFormats", "addTemplateFormats"):
                own = [one.strip() for item in texts(first) for one in item.split(",")]
                formats = own if call.name[:3] == "set" else [*(formats or _FORMATS), *own]
            elif call.name == "addExtension":
                formats = [*(formats or _FORMATS), *texts(first)]
            elif call.name == "ignores.add" and isinstance(first, str):
                self._ignored.append(_folder(first))
            elif call.name == "addGlobalData" and isinstance(first, str) and len(call.arguments) > 1:
                self._data[first] = call.arguments[1]
            elif call.name in ("addUrlTransform", "setDataFileBaseName", "setDataFileSuffixes"):
                configuration.unknown.append(
                    UnknownSetting(call.path, call.line, call.name, f"what it does is computed: {call.code}")
                )
        self._formats = tuple(f".{one}" for one in (formats or _FORMATS))
        self._inherited: dict[str, dict[str, object]] = {}

    def _weight(self, name: str) -> Literal["name", "text"] | None:
        return "text" if name.endswith(_SUFFIXES) else None

    def owns(self, path: str) -> bool:
        return covers(self._input, path)

    def _address(self, path: str, front_matter: Mapping[str, object]) -> Outcome:
        inner = parts_below(path, self._input)
        if inner is None:
            return NotBuilt(f"it does not lie in the input folder {self._input}")
        if not path.endswith(self._formats):
            return NotBuilt("Eleventy does not read such files")
        if any(parts_below(inner, folder) is not None for folder in self._aside if folder):
            return NotBuilt("it lies in a folder of includes or data")
        if (self._output and parts_below(path, self._output) is not None) or "node_modules" in path.split("/"):
            return NotBuilt("it is ignored")
        if any(_is_ignored(path, pattern) for pattern in self._ignored):
            return NotBuilt("it is ignored")
        fields = {**self._data, **self._from_data_files(path), **mapping(front_matter)}
        outcome = self._built(path, inner, fields)
        if "pagination" not in fields and truth(fields.get("eleventyExcludeFromCollections")) is not True:
            return outcome
        return outcome if isinstance(outcome, NotBuilt) else replace(outcome, listed=False)

    def _built(self, path: str, inner: str, fields: dict[str, object]) -> Outcome:
        computed = mapping(fields.get("eleventyComputed")).get("permalink")
        permalink = fields.get("permalink") if fields.get("permalink") is not None else computed
        if isinstance(permalink, Mapping):
            # Without "build" nothing is written.
            permalink = permalink.get("build", False) if permalink else None
        if permalink is False or (isinstance(permalink, str) and permalink.strip() == "false"):
            return NotBuilt("permalink: false")
        if isinstance(permalink, Computed | Call):
            return Unknown(f"permalink is computed in {permalink.path}")
        slug_path = self._stem(inner)
        if permalink is None or permalink == "":
            return Address(self.base + readable(self._by_path(inner)))
        return self._by_permalink(str(permalink), slug_path, {**fields, "page.inputPath": f"./{path}"}, path)

    def _without_suffix(self, name: str) -> str:
        suffix = max((one for one in self._formats if name.endswith(one)), key=len, default="")
        return name.removesuffix(suffix)

    def _stem(self, path: str) -> str:
        """``page.filePathStem``."""
        folder, _, name = path.rpartition("/")
        return posixpath.join("/", folder, _undated(self._without_suffix(name)))

    def _by_path(self, path: str) -> str:
        folder, _, name = path.rpartition("/")
        base = self._without_suffix(name)
        parts = folder.split("/") if folder else []
        if base != "index" and (not parts or parts[-1] != base):
            parts.append(base)
        return "/" + "".join(f"{part}/" for part in parts)

    def _by_permalink(self, written: str, stem: str, fields: Mapped, path: str) -> Outcome:
        if "{%" in written or "${" in written:
            return Unknown("permalink is a template")
        slug = stem.rpartition("/")[2]
        if slug == "index":
            slug = _undated(stem.split("/")[-2])
        values = {**fields, "page.fileSlug": slug, "page.filePathStem": stem, "page.outputFileExtension": "html"}
        unresolved: list[str] = []

        def value(match: re.Match[str]) -> str:
            found = self._resolved(match[1], values, path)
            if found is None:
                unresolved.append(match[1])
            return found or ""

        link = _TEMPLATE.sub(value, written)
        if unresolved:
            return Unknown(f"permalink is a template: {unresolved[0]}")
        link = link + "index.html" if link.endswith("/") else link
        url = posixpath.normpath("/" + link.lstrip("/"))
        if url.endswith("/index.html"):
            url = url.removesuffix("index.html")
        return Address(self.base + readable(url))

    def _resolved(self, expression: str, values: Mapped, path: str) -> str | None:
        """The value of an expression of a template, None where that is not known."""
        if _PLACE.fullmatch(expression):
            if expression in values:
                return text(values[expression])
            found: object = values
            for name in expression.split("."):
                found = mapping(found).get(name)
            return text(found)
        match = _DATE_FILTER.fullmatch(expression)
        if match is None or not path.endswith((".md", ".liquid", ".html")):
            return None
        named = _DATE.search(path)
        date = moment(values.get("date")) or (moment(named[0]) if named is not None else None)
        return date.astimezone(dt.UTC).strftime(match[2]) if date is not None else None

    def _from_data_files(self, path: str) -> dict[str, object]:
        """What the data files of a page and of its folders give it; what is nearer counts more."""
        folder, _, name = path.rpartition("/")
        below = parts_below(folder, self._input) if folder != self._input else ""
        found: dict[str, object] = {}
        parts = below.split("/") if below else []
        tops = [self._input] if self._input else []
        for place in [*tops, *(posixpath.join(self._input, *parts[:depth]) for depth in range(1, len(parts) + 1))]:
            found |= self._read_data(place, place.rpartition("/")[2])
        return found | self._read_data(folder, self._without_suffix(name))

    def _read_data(self, folder: str, stem: str) -> dict[str, object]:
        key = f"{folder}/{stem}"
        if key not in self._inherited:
            names = self.folder.names(folder)
            values: dict[str, object] = {}
            for suffix in reversed(_SUFFIXES):
                if f"{stem}{suffix}" in names:
                    values |= self._read_file(posixpath.join(folder, stem + suffix))
            self._inherited[key] = values
        return self._inherited[key]

    def _read_file(self, path: str) -> dict[str, object]:
        if path.endswith(".json"):
            try:
                return dict(mapping(json.loads(self.folder.text(path) or "{}")))
            except (ValueError, RecursionError):
                return {}
        read, problems = read_settings(self.root, path)
        if problems:
            # A function or the like: its permalink, should it give one, is not known.
            return (
                {"permalink": Computed(path, 1, "a function")} if "permalink" in (self.folder.text(path) or "") else {}
            )
        return read


def _literal(configuration: Configuration, call: Call, setting: str) -> str | None:
    first = call.arguments[0]
    if isinstance(first, Computed | Call):
        configuration.note(first, setting)
    return first if isinstance(first, str) else None


def _folder(written: str) -> str:
    path = posixpath.normpath(written.strip()).strip("/")
    return "" if path == "." else path


def _undated(name: str) -> str:
    match = _DATED.search(name)
    return match[1] if match is not None else name


def _ignores(written: str | None) -> list[str]:
    """The patterns of an ignore file, which Eleventy reads without their exceptions."""
    lines = [line.strip() for line in (written or "").splitlines()]
    return [_folder(line) for line in lines if line and line[0] not in "#!"]


def _is_ignored(path: str, pattern: str) -> bool:
    if not pattern:
        return False
    plain = pattern.removeprefix("**/").removesuffix("/**")
    return parts_below(path, plain) is not None or path == plain or fnmatch.fnmatch(path, pattern)
