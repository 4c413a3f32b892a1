"""Jekyll's front matter defaults."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from recommender.corpus.generators.globs import matches
from recommender.corpus.generators.jekyll.files import JekyllFile
from recommender.corpus.generators.values import Mapped, items, mapping, text

_OLD_TYPES = {"page": "pages", "post": "posts", "draft": "drafts"}


@dataclass(frozen=True, slots=True)
class _Set:
    path: str
    type: str | None
    values: Mapped
    pattern: regex.Pattern[str] | None


class Defaults:
    """Which front matter a file has without writing it.

    Parameters
    ----------
    written : object
        The setting ``defaults``.
    """

    def __init__(self, written: object, collections_folder: str) -> None:
        self._sets: list[_Set] = []
        for one in items(written):
            entry = mapping(one)
            scope, values = mapping(entry.get("scope")), mapping(entry.get("values"))
            path = (text(scope.get("path")) or "").strip("/")
            if collections_folder and path.startswith(collections_folder + "/"):
                path = path[len(collections_folder) + 1 :]
            kind = text(scope.get("type"))
            pattern = _glob(path) if "*" in path else None
            self._sets.append(_Set(path, _OLD_TYPES.get(kind, kind) if kind else None, values, pattern))

    def of(self, file: JekyllFile) -> Mapped:
        """The front matter that a file inherits: of longer paths before shorter ones, and of a type before any."""
        kind = file.collection or "pages"
        found: dict[str, object] = {}
        strongest: tuple[int, bool] | None = None
        for one in self._sets:
            if (one.type is not None and one.type != kind) or not _applies(one, file.relative):
                continue
            strength = (len(one.path), one.type is not None)
            if strongest is None or strength >= strongest:
                found = {**found, **one.values}
                strongest = strength
            else:
                found = {**one.values, **found}
        return found


def _applies(one: _Set, path: str) -> bool:
    return path.startswith(one.path) if one.pattern is None else matches(one.pattern, path, whole=False)


def _glob(path: str) -> regex.Pattern[str]:
    parts = regex.split(r"(\*\*/|\*+)", path)
    written = {"**/": "(?:[^/]+/)*", "*": "[^/]*"}
    return regex.compile(
        "".join(written.get(part, "[^/]*" if part[:1] == "*" else regex.escape(part)) for part in parts)
    )
