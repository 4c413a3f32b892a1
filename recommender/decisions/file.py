"""The file of decisions: read with every problem reported, added to so that nothing is lost."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from recommender.decisions.record import CutShortError, Decision, dump_line, parse_line
from recommender.decisions.standing import Standing
from recommender.errors import Problem, ProblemsError
from recommender.files import unwritable
from recommender.inputs import read_input
from recommender.locks import BINARY, file_lock, sync_folder

FILE_NAME = "decisions.jsonl"
MAX_BYTES = 1_000_000_000


class Conflict(Exception):
    """What was to be decided rests on something that has changed since; nothing was written."""


@dataclass(frozen=True, slots=True)
class ReadDecisions:
    """What a file of decisions holds.

    Attributes
    ----------
    decisions : tuple of Decision
        In the order of their lines.
    cut_short : tuple of Problem
        Lines whose writing was interrupted. They stay in the file and decide nothing.
    """

    decisions: tuple[Decision, ...]
    cut_short: tuple[Problem, ...]


def parse_decisions(raw: bytes, name: str = FILE_NAME, *, first_line: int = 1) -> ReadDecisions:
    """Decisions from the bytes of a file; messages use `name`, and `first_line` is the number of its first line.

    Raises
    ------
    ProblemsError
        Lines hold no decision that can be used; all are named.
    """
    decisions: list[Decision] = []
    cut_short: list[Problem] = []
    problems: list[Problem] = []
    for number, line in enumerate(raw.split(b"\n"), start=first_line):
        if not line.strip():
            continue
        try:
            decisions.append(parse_line(line))
        except CutShortError as error:
            cut_short.append(Problem(name, number, "cut-short", f"{error}; it is passed over and stays in the file"))
        except ValueError as error:
            problems.append(Problem(name, number, "no-decision", f"expected a decision; {error}"))
    if problems:
        count = len(problems)
        raise ProblemsError(
            f"{count} line{'s' * (count != 1)} of {name} hold{'s' * (count == 1)} no decision; mend or delete "
            f"{'it' if count == 1 else 'them'}:",
            problems,
        )
    return ReadDecisions(tuple(decisions), tuple(cut_short))


class DecisionFile:
    """A file of decisions at work: those in force, kept up with lines that other processes add.

    Each line is appended under a lock on the file and is on the disk before `append` returns. A line that was cut short
    is left as it is and closed by a line break before the next.

    Parameters
    ----------
    path : Path
        It and its folder need not be there yet; nothing is written before the first decision.

    Raises
    ------
    InputError
        It is there and cannot be read, is larger than `MAX_BYTES`, or is no plain file.
    ProblemsError
        As for `parse_decisions`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mark: _Mark | None = None
        self._load()

    def refresh(self) -> bool:
        """Read what others have added since; whether anything was there."""
        mark = _mark(self.path)
        if mark == self._mark:
            return False
        before = self._mark
        if mark is None or before is None or mark.inode != before.inode or mark.bytes <= before.bytes:
            self._load()
            return True
        with open(self.path, "rb") as file:
            file.seek(self._offset)
            raw = file.read()
        try:
            self._take(raw)
        except ProblemsError:
            # Not added to, but written anew.
            self._load()
        self._mark = mark
        return True

    @property
    def cut_short(self) -> tuple[Problem, ...]:
        """Lines whose writing was interrupted."""
        return (*self._cut_short, *self._last_cut)

    def append(self, make: Callable[[Standing], Sequence[Decision]]) -> tuple[Decision, ...]:
        """Add decisions.

        Parameters
        ----------
        make : callable
            Called with the decisions in force once no one else can write; returns new ones, or raises `Conflict`.

        Raises
        ------
        Conflict
            `make` does; nothing was written.
        OutputError
            The file cannot be written; what was written of the decisions is taken back.
        """
        try:
            with self._locked() as descriptor:
                self.refresh()
                made = tuple(make(self.standing))
                block = b"".join(map(dump_line, made))
                if self._open_line:
                    block = b"\n" + block
                end = os.fstat(descriptor).st_size
                try:
                    _write(descriptor, block)
                    os.fsync(descriptor)
                except OSError:
                    # On a full disk: of several decisions all are written or none.
                    with suppress(OSError):
                        os.ftruncate(descriptor, end)
                    raise
                self.refresh()
        except OSError as error:
            raise unwritable(self.path, error) from None
        return made

    def _load(self) -> None:
        self.standing = Standing()
        self._cut_short: tuple[Problem, ...] = ()
        self._last_cut: tuple[Problem, ...] = ()
        self._offset = 0
        self._lines = 0
        self._open_line = False
        self._mark = _mark(self.path)
        if self._mark is not None:
            self._take(read_input(self.path, "a file of decisions", MAX_BYTES, plain=True))

    def _take(self, raw: bytes) -> None:
        """Decisions from the bytes after `_offset`. A last line without an end is read again when there is more: it
        may be in the middle of being written.
        """
        whole, _, rest = raw.rpartition(b"\n")
        found = parse_decisions(whole, str(self.path), first_line=self._lines + 1)
        self.standing.extend(found.decisions)
        self._cut_short += found.cut_short
        if raw:
            self._lines += raw.count(b"\n")
            self._offset += len(raw) - len(rest)
        self._open_line = bool(rest)
        last = parse_decisions(rest, str(self.path), first_line=self._lines + 1)
        self.standing.extend(last.decisions)
        self._last_cut = last.cut_short

    @contextmanager
    def _locked(self) -> Iterator[int]:
        while True:
            is_new = not self.path.exists()
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | BINARY, 0o666)
            try:
                with file_lock(descriptor, self.path):
                    # Another file may have taken its place while this one was waited for.
                    now = _mark(self.path)
                    if now is not None and now.inode == os.fstat(descriptor).st_ino:
                        if is_new:
                            sync_folder(self.path.parent)
                        yield descriptor
                        return
            finally:
                os.close(descriptor)


@dataclass(frozen=True, slots=True)
class _Mark:
    inode: int
    bytes: int
    modified_ns: int


def _mark(path: Path) -> _Mark | None:
    try:
        return _mark_of(path.stat())
    except FileNotFoundError:
        return None


def _mark_of(status: os.stat_result) -> _Mark:
    return _Mark(status.st_ino, status.st_size, status.st_mtime_ns)


def _write(descriptor: int, block: bytes) -> None:
    while block:
        block = block[os.write(descriptor, block) :]
