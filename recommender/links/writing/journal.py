"""What runs changed, kept until it is taken back: one file per run, in a folder per content folder.

A change is on the disk here before it is made there, so that a run that ends in the middle of anything can go on or be
taken back. Only the text that was replaced is kept, with digests of the file before and after.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shlex
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from recommender.digest import digest
from recommender.errors import InputError, OutputError
from recommender.locks import BINARY, CLOSE_ON_EXEC, folder_lock, sync_folder

KEPT_RUNS = 10
_FLAGS = CLOSE_ON_EXEC | BINARY


class Begin(msgspec.Struct, frozen=True, tag="begin"):
    """A run began, or an interrupted one went on."""

    content: str
    command: str
    time: str
    format: Literal[1] = 1


class Replaced(msgspec.Struct, frozen=True, array_like=True):
    """Characters `start` to `end` of the new text were `text` before."""

    start: int
    end: int
    text: str


class Change(msgspec.Struct, frozen=True, tag="change"):
    """One file is about to change; digests are hexadecimal."""

    path: str
    before: str
    after: str
    replaced: tuple[Replaced, ...]


class Withdrawn(msgspec.Struct, frozen=True, tag="withdrawn"):
    """The last change of this file was not made after all."""

    path: str


class Undoing(msgspec.Struct, frozen=True, tag="undoing"):
    """The run is being taken back. Where that is cut off, the next run goes on in this journal, so that one undo takes
    back both.
    """

    time: str


class End(msgspec.Struct, frozen=True, tag="end"):
    """The run came to its end."""

    files: int


Record = Begin | Change | Withdrawn | Undoing | End

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Record).decode


@dataclass(frozen=True, slots=True)
class Run:
    """A run as its journal has it.

    Attributes
    ----------
    time : str
        When it began.
    changes : tuple of Change
        In the order in which they were made.
    complete : bool
        It came to its end.
    """

    command: str
    time: str
    changes: tuple[Change, ...]
    complete: bool


def default_state_dir() -> Path:
    """The platform's folder for what programs must not lose."""
    from platformdirs import user_state_path

    return user_state_path("recommender")


class Journals:
    """The journals of one content folder.

    Parameters
    ----------
    state_dir : Path
        Where all journals are; by default `default_state_dir`.
    """

    def __init__(self, content: Path, state_dir: str | Path | None = None) -> None:
        self._content = os.path.realpath(content)
        name = f"{Path(self._content).name[:40]}-{digest(os.fsencode(self._content)).hex()}"
        self.folder = Path(state_dir or default_state_dir()) / "journals" / name

    def last(self) -> Path | None:
        """The journal of the last run that changed anything."""
        found = sorted(self.folder.glob("[0-9]*.jsonl"))
        return found[-1] if found else None

    def interrupted(self) -> bool:
        """Whether the last run did not come to its end."""
        last = self.last()
        return last is not None and not read_run(last).complete

    def begin(self, command: str) -> Writer:
        """Open a journal for a run; an interrupted run goes on in its own.

        Raises
        ------
        OutputError
            The folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            last = self.last()
            if last is not None and not read_run(last).complete:
                writer = Writer(last, fresh=False)
            else:
                number = int(last.stem) + 1 if last else 1
                writer = Writer(self.folder / f"{number:06}.jsonl", fresh=True)
            writer.add([Begin(self._content, command, _now())])
            return writer
        except OSError as error:
            raise unwritable(self.folder, error) from None

    def undoing(self, journal: Path) -> Writer:
        """Open the journal of a run that is being taken back.

        Raises
        ------
        OutputError
            It cannot be written.
        """
        try:
            writer = Writer(journal, fresh=False)
            writer.add([Undoing(_now())])
            return writer
        except OSError as error:
            raise unwritable(journal, error) from None

    def forget_old(self) -> None:
        """Remove all journals but those of the last `KEPT_RUNS` runs."""
        for path in sorted(self.folder.glob("[0-9]*.jsonl"))[:-KEPT_RUNS]:
            with contextlib.suppress(OSError):
                path.unlink()


class Writer:
    """Appends to a journal; what was added is on the disk when `add` returns."""

    def __init__(self, path: Path, *, fresh: bool) -> None:
        self.path = path
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _FLAGS | (os.O_EXCL if fresh else 0), 0o600)
        if not fresh:
            # A line that the kill of a run cut off.
            raw = path.read_bytes()
            os.ftruncate(self._descriptor, raw.rfind(b"\n") + 1)
        os.lseek(self._descriptor, 0, os.SEEK_END)
        if fresh:
            sync_folder(path.parent)

    def add(self, records: Iterable[Record]) -> None:
        """Append records.

        Raises
        ------
        OutputError
            They cannot be written, and none of them is there.
        """
        data = b"".join(_encode(record) + b"\n" for record in records)
        start = os.lseek(self._descriptor, 0, os.SEEK_CUR)
        try:
            written = 0
            while written < len(data):
                written += os.write(self._descriptor, data[written:])
            os.fsync(self._descriptor)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, start)
                os.lseek(self._descriptor, start, os.SEEK_SET)
            raise unwritable(self.path, error) from None

    def close(self) -> None:
        os.close(self._descriptor)


def read_run(path: Path) -> Run:
    """Read a journal; a last line that was cut off is left out.

    Raises
    ------
    InputError
        It cannot be read, or is none.
    """
    try:
        lines = path.read_bytes().split(b"\n")
        records = [_decode(line) for line in lines[:-1]]
    except OSError as error:
        raise InputError(f"the journal {path} cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise InputError(f"{path} is not a journal of this version: {error}") from None
    begin = next((record for record in records if isinstance(record, Begin)), None)
    changes: list[Change] = []
    for record in records:
        if isinstance(record, Change):
            changes.append(record)
        elif isinstance(record, Withdrawn):
            at = max(index for index, change in enumerate(changes) if change.path == record.path)
            del changes[at]
    complete = bool(records) and isinstance(records[-1], End)
    return Run(begin.command if begin else "", begin.time if begin else "", tuple(changes), complete)


@contextmanager
def locked(content: Path) -> Iterator[None]:
    """Keep other runs of this program out of a content folder.

    Raises
    ------
    OutputError
        Another run is at work there.
    """
    with folder_lock(content) as is_free:
        # Without locks, each file is still checked before it is replaced.
        if not is_free:
            raise OutputError(f"another run is writing to {content}; wait until it has ended, then run again")
        yield


def undo_command(content: Path, state_dir: Path | None = None) -> str:
    """The command that takes back the last run over a content folder."""
    place = [] if state_dir is None else ["--state-dir", str(state_dir)]
    return shlex.join(["recommender", "undo", str(content), *place])


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def unwritable(path: Path, error: OSError) -> OutputError:
    """The error for a journal that cannot be written."""
    return OutputError(
        f"the journal {path} cannot be written: {error.strerror}; nothing more was changed; free some space, or name "
        "another folder with --state-dir"
    )
