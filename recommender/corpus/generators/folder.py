"""Which files lie in a site's folder, looked at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

MOST_BYTES = 1_000_000


class SiteFolder:
    """Answers about names and small files in the folder of a site without leaving it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._names: dict[str, frozenset[str]] = {}
        self._texts: dict[str, str | None] = {}

    def names(self, folder: str) -> frozenset[str]:
        """The names in a folder given relative to the site; none where there is no such folder."""
        if folder not in self._names:
            place = self._inside(folder)
            try:
                self._names[folder] = frozenset(os.listdir(place)) if place is not None else frozenset()
            except OSError:
                self._names[folder] = frozenset()
        return self._names[folder]

    def has(self, path: str) -> bool:
        """Whether there is a file or folder at a path relative to the site."""
        folder, _, name = path.rpartition("/")
        return name in self.names(folder)

    def text(self, path: str) -> str | None:
        """What a small file holds, None where it is absent or cannot be read."""
        if path not in self._texts:
            self._texts[path] = read_small(self._root, path)
        return self._texts[path]

    def walk(self, folder: str) -> Iterator[tuple[str, list[str]]]:
        """Each folder below one, it included, with the names of its files, in the order of their paths."""
        place = self._inside(folder)
        if place is None:
            return
        for found, folders, names in os.walk(place):
            folders[:] = sorted(one for one in folders if one[0] != "." and one != "node_modules")
            below = Path(found).relative_to(self._root).as_posix()
            yield ("" if below == "." else below), names

    def _inside(self, path: str) -> Path | None:
        return inside(self._root, path)


def inside(root: Path, path: str) -> Path | None:
    """The place of a path below a folder, None where it, or what it links to, lies elsewhere."""
    place = root / path
    try:
        return place if place.resolve().is_relative_to(root.resolve()) else None
    except (OSError, RuntimeError, ValueError):
        return None


def read_small(root: Path, path: str) -> str | None:
    """What a small text file below a folder holds, None where it is absent or cannot be read."""
    place = inside(root, path)
    try:
        if place is None or not place.is_file() or place.stat().st_size > MOST_BYTES:
            return None
        return place.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError):
        return None
