"""Versions of the same documents in folders beside each other, of which the newest is meant for readers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from recommender.corpus.urls import stem_of

# A number and another word, as in "6-islands", is a part of a series.
_NUMBERED = re.compile(
    r"(?:version-|v)?(\d+(?:\.\d+)*)(?:\.x)?(?:-(?:alpha|beta|rc|pre|preview|dev|snapshot|lts|stable)[\w.]*)?",
    re.IGNORECASE,
)
# Pages of these names say nothing of what a folder is.
_IN_ANY_FOLDER = frozenset({"index", "_index", "readme"})
_NEWEST = ("latest", "stable", "current")
_UNRELEASED = ("next", "dev", "main", "master", "nightly", "edge", "canary", "unreleased")
_LEAST_SHARED = 0.3
# Docusaurus keeps the unreleased version apart from the others.
_VERSIONED, _UNVERSIONED, _TRANSLATED = "versioned_docs", "docs", "current"


@dataclass(frozen=True, slots=True)
class VersionsFound:
    """Versions of a site's documents.

    Attributes
    ----------
    newest : tuple of str
        Folders of the versions that are meant for readers.
    others : tuple of str
        Folders of older and unreleased ones.
    """

    newest: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def globs(self) -> tuple[str, ...]:
        """Patterns of the pages of `others`."""
        return tuple(f"{folder}/**" for folder in self.others)


NO_VERSIONS = VersionsFound()


def find_versions(paths: Sequence[str], *, is_docusaurus: bool = False) -> VersionsFound:
    """Folders that are called like versions, are beside each other and hold pages of the same names."""
    beside: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for path in paths:
        parts = stem_of(path).split("/")
        for depth, folder in enumerate(parts[:-1]):
            if _rank(folder, is_docusaurus=is_docusaurus) is not None:
                beside["/".join(parts[:depth])][folder].add("/".join(parts[depth + 1 :]))
                break
    newest, others = [], []
    for place, versions in sorted(beside.items()):
        if len(versions) < 2 or not _share(list(versions.values())):
            continue
        ordered = sorted(versions, key=lambda folder: _rank(folder, is_docusaurus=is_docusaurus) or ())
        start = f"{place}/" if place else ""
        newest.append(start + ordered[-1])
        others += [start + folder for folder in ordered[:-1]]
    if is_docusaurus and any(folder.startswith(f"{_VERSIONED}/") for folder in (*newest, *_only_version(paths))):
        newest = newest or _only_version(paths)
        others.append(_UNVERSIONED)
    return VersionsFound(tuple(newest), tuple(dict.fromkeys(others)))


def _only_version(paths: Sequence[str]) -> list[str]:
    """The one version that was released."""
    found = {"/".join(path.split("/")[:2]) for path in paths if path.startswith(f"{_VERSIONED}/")}
    return sorted(found) if len(found) == 1 else []


def _rank(folder: str, *, is_docusaurus: bool) -> tuple[int, ...] | None:
    """The place of a version among others; None for a folder that is none."""
    if is_docusaurus and folder == _TRANSLATED:
        return (-1,)
    if folder.casefold() in _NEWEST:
        return (1,)
    if folder.casefold() in _UNRELEASED:
        return (-1,)
    match = _NUMBERED.fullmatch(folder)
    return None if match is None else (0, *(min(int(part[:9]), 10**9) for part in match[1].split(".")))


def _share(pages: list[set[str]]) -> bool:
    """Whether a good part of the pages of each are in another one too."""
    named = [{page for page in own if page.casefold() not in _IN_ANY_FOLDER} for own in pages]
    return all(
        own and len(own & set().union(*(other for other in named if other is not own))) >= _LEAST_SHARED * len(own)
        for own in named
    )
