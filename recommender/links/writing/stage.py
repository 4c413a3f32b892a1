"""One process' share of a run: files read, edited, and their new versions written beside them."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from recommender.digest import digest
from recommender.errors import Problem
from recommender.links.front_matter import EditError, Splice, spliced
from recommender.links.writing.journal import Change, Replaced
from recommender.links.writing.replace import FileError, Staged, put_beside, read_source

_NO_END = "\\ No newline at end of file\n"


class Maker(Protocol):
    """Says what changes in files. Goes to other processes, so it must be picklable."""

    def share(self, paths: Sequence[str]) -> Maker:
        """As much of this as these files need."""

    def edit(self, path: str, text: str) -> tuple[Splice, ...]:
        """What is to change in a file's text; raises `EditError` where it cannot be."""


@dataclass(frozen=True, slots=True)
class StagedFile:
    """What became of one file.

    Attributes
    ----------
    change : Change or None
        None where nothing is to be changed or nothing can be.
    staged : Staged or None
        None in a dry run.
    diff : str
        In a dry run.
    """

    path: str
    change: Change | None = None
    staged: Staged | None = None
    diff: str = ""
    problem: Problem | None = None


def stage_files(root: str, paths: Sequence[str], maker: Maker, run: str | None) -> list[StagedFile]:
    """Edit files without putting anything into its place yet.

    Parameters
    ----------
    root : str
        The content folder, with symbolic links resolved.
    run : str or None
        The run's name; None for a dry run, which writes nothing and gives diffs.

    Raises
    ------
    OutputError
        The disk is full or read-only; new versions of this share are then gone.
    """
    known: set[str] = set()
    return [_stage(root, path, maker, run, known) for path in paths]


def _stage(root: str, path: str, maker: Maker, run: str | None, known: set[str]) -> StagedFile:
    try:
        source = read_source(root, path, known, to_write=run is not None)
        before = source.raw.decode("utf-8")
        splices = maker.edit(path, before)
        if not splices:
            return StagedFile(path)
        after = spliced(before, list(splices))
        if run is None:
            return StagedFile(path, diff=unified_diff(path, before, after))
        new = after.encode("utf-8")
        change = Change(path, digest(source.raw).hex(), digest(new).hex(), _replaced(before, splices))
        return StagedFile(path, change, put_beside(root, source, new, run))
    except UnicodeDecodeError:
        return StagedFile(path, problem=Problem(path, 0, "invalid-utf8", "not valid UTF-8; save the file as UTF-8"))
    except EditError as error:
        return StagedFile(path, problem=Problem(path, error.line, error.rule, error.message))
    except FileError as error:
        return StagedFile(path, problem=error.problem(path))


def _replaced(text: str, splices: Sequence[Splice]) -> tuple[Replaced, ...]:
    """How to get back to a text from what the splices make of it."""
    replaced: list[Replaced] = []
    longer = 0
    for splice in sorted(splices, key=lambda one: (one.start, one.end)):
        start = splice.start + longer
        replaced.append(Replaced(start, start + len(splice.text), text[splice.start : splice.end]))
        longer += len(splice.text) - (splice.end - splice.start)
    return tuple(replaced)


def unified_diff(path: str, before: str, after: str) -> str:
    """The difference between two texts of one file; lines end with LF for this purpose, a CR before it stays."""
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}", lineterm="\n")
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_END}" for line in lines)


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + lines[-1:] * bool(lines[-1])
