"""What an export would write and has written, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from recommender.review.list_diff import ListDiff

Kind = Literal["front-matter", "links-file"]
Scope = Literal["decided", "all"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MOST_UNASKED = 20
"""Files that are written without the editor having to confirm their number."""
SCOPES: tuple[Scope, ...] = get_args(Scope)


@dataclass(frozen=True, slots=True)
class FileDiff:
    """The change of one file, as lines of a unified diff."""

    path: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an export would write.

    Attributes
    ----------
    kind : {"front-matter", "links-file"}
    scope : {"decided", "all"}
    place : str
        Where it is written.
    name : str
        Names what was shown: only that is written.
    changes : int
        Files or lists that would change.
    new, removed : int
        Links that would be written and would go, in front matter.
    diffs : tuple of FileDiff
        The first files.
    lists : tuple of ListDiff
        The first lists of a links file.
    problems : tuple of str
        What cannot be written, links without a place among it.
    """

    kind: Kind
    scope: Scope
    place: str
    name: str
    changes: int
    new: int = 0
    removed: int = 0
    diffs: tuple[FileDiff, ...] = ()
    lists: tuple[ListDiff, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def needs_confirmation(self) -> bool:
        """Whether the editor has to confirm the number of files, because it is large."""
        return self.kind == "front-matter" and self.changes > MOST_UNASKED


@dataclass(frozen=True, slots=True)
class Written:
    """What an export wrote, what it could not write, and how to take it back."""

    kind: Kind
    place: str
    changes: int
    seconds: float
    undo: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportState:
    """What the page shows of an export: one thing at a time.

    Attributes
    ----------
    running : str
        What is being done; empty while nothing is.
    """

    running: str = ""
    preview: Preview | None = None
    written: Written | None = None
    failed: str = ""
