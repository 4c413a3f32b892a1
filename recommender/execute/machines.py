"""Whether a machine of a cluster can do the work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from recommender.version import __version__


@dataclass(frozen=True, slots=True)
class Seen:
    """What a machine has."""

    version: str
    workdir: bool
    content: bool


def look(marker: str, article: str | None) -> Seen:
    """Look for a file of the work folder and one of the content folder."""
    return Seen(__version__, Path(marker).is_file(), article is None or Path(article).is_file())


def refused(found: Mapping[str, Seen | str], workdir: Path, content: Path) -> list[str]:
    """What is wrong with each machine, a line each, by what `look` saw there or why it could not."""
    lines = []
    for name, seen in sorted(found.items()):
        if isinstance(seen, str):
            lines.append(f"  {name}: {seen}")
            continue
        if seen.version != __version__:
            lines.append(f"  {name}: has recommender {seen.version}, expected {__version__}")
        if not seen.workdir:
            lines.append(f"  {name}: does not see the work folder {workdir}; name a shared one with --workdir")
        if not seen.content:
            lines.append(f"  {name}: does not see the content folder {content}; share it under the same path")
    return lines
