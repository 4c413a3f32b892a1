"""Which files Jekyll reads, and as what."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from dataclasses import dataclass

DEFAULT_EXCLUDES = (
    ".sass-cache", ".jekyll-cache", "gemfiles", "Gemfile", "Gemfile.lock", "node_modules",
    "vendor/bundle/", "vendor/cache/", "vendor/gems/", "vendor/ruby/",
)  # fmt: skip
_DATED = re.compile(r"(?:.+/)*?(\d{2,4}-\d{1,2}-\d{1,2})-([^/]*)(\.[^.]+)")


@dataclass(frozen=True, slots=True)
class JekyllFile:
    """What Jekyll reads a file as.

    Attributes
    ----------
    collection : str or None
        The label of its collection (``posts`` for a post); None for a page.
    relative : str
        The path by which front matter defaults name it.
    inner : str
        The path below the collection's folder.
    above : tuple of str
        Of a post the folders above ``_posts``, which are categories.
    """

    collection: str | None
    relative: str
    inner: str
    above: tuple[str, ...] = ()


class JekyllFiles:
    """Sorts paths by the rules of Jekyll's reader.

    Parameters
    ----------
    include, exclude : sequence of str
        The settings of these names.
    collections : sequence of str
        Their labels.
    collections_folder : str
        The setting ``collections_dir``, without slashes at its ends.
    """

    def __init__(
        self, include: Sequence[str], exclude: Sequence[str], collections: Sequence[str], collections_folder: str
    ) -> None:
        self._include = tuple(include)
        self._exclude = tuple(pattern for pattern in (*exclude, *DEFAULT_EXCLUDES) if pattern not in include)
        self._collections = tuple(collections)
        self._folder = collections_folder

    def read_as(self, path: str) -> JekyllFile | str:
        """What a file is read as, or why it is not read."""
        parts = path.split("/")
        if "_posts" in parts[:-1] or "_drafts" in parts[:-1]:
            return self._post(path, parts)
        start = len(self._folder.split("/")) if self._folder else 0
        label = parts[start][1:] if len(parts) > start + 1 and parts[start][:1] == "_" else None
        if label in self._collections and (not self._folder or path.startswith(self._folder + "/")):
            inner = "/".join(parts[start + 1 :])
            if reason := self._filtered(inner, "/".join(parts[: start + 1]), whole=True):
                return reason
            return JekyllFile(label, "/".join(parts[start:]), inner)
        for depth, part in enumerate(parts):
            if reason := self._filtered(part, "/".join(parts[:depth])):
                return reason
        return JekyllFile(None, path, path)

    def _post(self, path: str, parts: list[str]) -> JekyllFile | str:
        at = next(position for position, part in enumerate(parts) if part in ("_posts", "_drafts"))
        for depth, part in enumerate(parts[:at]):
            if reason := self._filtered(part, "/".join(parts[:depth])):
                return reason
        inner = "/".join(parts[at + 1 :])
        if parts[at] == "_drafts":
            return "it is a draft by its folder"
        if reason := self._filtered(inner, "/".join(parts[: at + 1]), whole=True):
            return reason
        if self._folder and not f"{path}/".startswith(self._folder):
            return f"posts are read below {self._folder} alone"
        if _DATED.fullmatch(inner) is None:
            return "its name does not begin with a date, as a post's must"
        relative = path.removeprefix(self._folder + "/") if self._folder else path
        above = relative.split("_posts")[0].strip("/")
        return JekyllFile("posts", relative, inner, tuple(above.split("/")) if above else ())

    def _filtered(self, entry: str, folder: str, *, whole: bool = False) -> str | None:
        """Why an entry of a folder is left out, None where it is not.

        `whole` entries are paths below the folder that Jekyll lists at once: only their beginnings and names are
        looked at.
        """
        name = entry.rpartition("/")[2]
        included = any(_fits(pattern, one) for pattern in self._include for one in (entry, name))
        full = f"{folder}/{entry}" if folder else entry
        levels = [full]
        if whole:
            parts = entry.split("/")
            levels = [f"{folder}/{'/'.join(parts[:depth])}" for depth in range(1, len(parts) + 1)]
        if not included and any(_fits(pattern, level) for pattern in self._exclude for level in levels):
            return "exclude leaves it out"
        if not included and (entry[0] in "._#~" or name[0] in "._#~" or entry.endswith("~")):
            return f"Jekyll does not read {name if name[0] in '._#~' or entry.endswith('~') else entry}"
        return None


def _fits(pattern: str, entry: str) -> bool:
    pattern = pattern.removeprefix("./").removeprefix("/")
    if not pattern:
        return False
    return entry.startswith(pattern) or pattern == f"{entry}/" or fnmatch.fnmatchcase(entry, pattern)


def date_and_slug(name: str) -> tuple[str | None, str]:
    """The date in a post's file name, and what follows it; without a date the name without its suffix."""
    match = _DATED.fullmatch(name)
    if match is not None:
        return match[1], match[2].rstrip(".")
    base = name.rpartition("/")[2]
    dot = base.rfind(".")
    return None, (base[:dot] if dot > 0 else base).rstrip(".")
