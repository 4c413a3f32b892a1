"""The last run over a content folder, taken back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from recommender.corpus.table import require_folder
from recommender.digest import digest
from recommender.errors import InputError, InterruptedRunError, OutputError
from recommender.links.front_matter import EditError, Splice, spliced
from recommender.links.writing.edits import RunReport, replace_files
from recommender.links.writing.journal import Change, End, Journals, Writer, locked, read_run
from recommender.links.writing.replace import clean_up
from recommender.progress import Reporter, Silent, stage


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back.

    Attributes
    ----------
    command, time : str
        The run that was.
    report : RunReport
        `unchanged` are files that the run never reached, or that were taken back before.
    """

    command: str
    time: str
    report: RunReport


@dataclass(frozen=True, slots=True)
class Restorer:
    """Makes the texts that files had before a run."""

    changes: dict[str, tuple[Change, ...]]

    def share(self, paths: Sequence[str]) -> Restorer:
        return Restorer({path: self.changes[path] for path in paths})

    def edit(self, path: str, text: str) -> tuple[Splice, ...]:
        now = text
        for change in reversed(self.changes[path]):
            found = _digest(now)
            if found == change.after:
                now = _before(now, change)
            elif found != change.before:
                raise EditError("edited", "the file was edited since; it is left as it is")
        return () if now == text else (Splice(0, len(text), now),)


def undo(
    content: str | Path,
    *,
    state_dir: str | Path | None = None,
    jobs: int | None = None,
    reporter: Reporter | None = None,
) -> Undone:
    """Give all files that the last run changed the bytes that they had before.

    A file that was edited since is left as it is and reported; the journal then stays, so that it can be taken back
    later.

    Parameters
    ----------
    content : str or Path
    state_dir : str or Path, optional
        Where journals are; by default the platform's folder for state.
    jobs : int, optional
        Processes; by default one per processor.
    reporter : Reporter, optional

    Raises
    ------
    InputError
        There is no run to take back, or its journal cannot be read.
    OutputError
        The disk is full, or another run is at work.
    """
    content = Path(content)
    require_folder(content)
    if not content.is_dir():
        raise InputError(
            f"expected a folder of articles at {content}; found {'a file' if content.exists() else 'nothing'}"
        )
    root = Path(os.path.realpath(content))
    report = RunReport()
    with locked(root):
        journals = Journals(root, state_dir)
        journal = journals.last()
        if journal is None:
            raise InputError(f"no run over {content} is known that could be taken back; looked in {journals.folder}")
        run = read_run(journal)
        clean_up(root)
        changes: dict[str, tuple[Change, ...]] = {}
        for change in run.changes:
            changes[change.path] = (*changes.get(change.path, ()), change)
        paths = sorted(changes)
        writer = _begun(journals, journal)
        try:
            with stage(reporter or Silent(), "restore", len(paths)) as advance:
                replace_files(root, paths, Restorer(changes), report, writer=None, jobs=jobs, advance=advance)
        except KeyboardInterrupt:
            raise InterruptedRunError(f"interrupted: {_so_far(report)}") from None
        except OutputError as error:
            raise OutputError(f"{error}; {_so_far(report)}") from None
        else:
            if report.problems and writer is not None:
                # What could not be taken back is a run of its own again, to be taken back later.
                writer.add([End(len(report.problems))])
        finally:
            if writer is not None:
                writer.close()
        if not report.problems:
            journal.unlink()
        else:
            report.journal = journal
    report.changed.sort()
    report.problems.sort()
    return Undone(run.command, run.time, report)


def _begun(journals: Journals, journal: Path) -> Writer | None:
    """The journal with a note that it is being taken back; None on a full disk, where taking back goes on without."""
    try:
        return journals.undoing(journal)
    except OutputError:
        return None


def _so_far(report: RunReport) -> str:
    return f"{len(report.changed):,} files were taken back; run undo again for the others"


def _before(text: str, change: Change) -> str:
    before = spliced(text, [Splice(one.start, one.end, one.text) for one in change.replaced])
    if _digest(before) != change.before:
        raise EditError("journal", "the journal does not fit the file; it is left as it is")
    return before


def _digest(text: str) -> str:
    return digest(text.encode("utf-8")).hex()
