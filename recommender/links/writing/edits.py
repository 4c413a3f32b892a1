"""A run over a content folder: staged in several processes, journalled, then put in place file by file."""

from __future__ import annotations

import os
import secrets
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from recommender.corpus.table import require_folder
from recommender.errors import InterruptedRunError, OutputError, Problem
from recommender.links.writing.journal import End, Journals, Withdrawn, Writer, locked, undo_command
from recommender.links.writing.replace import FileError, Staged, clean_up, swap_in, sync
from recommender.links.writing.stage import Maker, StagedFile, stage_files
from recommender.processes import shared_out
from recommender.progress import Advance, Reporter, Silent, stage

_FILES_PER_TASK = 64
_FILES_PER_SYNC = 2_048
_IN_PROCESS_LIMIT = 256
_SWAPS_AT_ONCE = 16


@dataclass(slots=True)
class RunReport:
    """What a run did.

    Attributes
    ----------
    changed : list of str
        Paths of the files that were changed, or would be.
    unchanged : int
        Files that were as they should be.
    problems : list of Problem
        Files that were left as they were, with the reason.
    diffs : dict of str to str
        In a dry run, by path.
    resumed : bool
        The run before had been interrupted; both are taken back together.
    """

    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    diffs: dict[str, str] = field(default_factory=dict)
    journal: Path | None = None
    resumed: bool = False


def run_edits(
    content: Path,
    paths: Sequence[str],
    maker: Maker,
    *,
    command: str,
    state_dir: Path | None = None,
    dry_run: bool = False,
    jobs: int | None = None,
    reporter: Reporter | None = None,
) -> RunReport:
    """Change files of a content folder, each whole or not at all.

    Parameters
    ----------
    paths : sequence of str
        Files below it that may have to change, with forward slashes.
    maker : Maker
        Says what changes in a file.
    command : str
        Is noted in the journal.
    state_dir : Path, optional
        Where journals are; by default the platform's folder for state.
    dry_run : bool
        Write nothing and give diffs.
    jobs : int, optional
        Processes; by default one per processor.

    Raises
    ------
    OutputError
        The disk is full, the journal cannot be written, or another run is at work. Files that were changed until then
        are in the journal.
    InterruptedRunError
        Ctrl-C.
    """
    require_folder(content)
    root = Path(os.path.realpath(content))
    report = RunReport()
    if dry_run:
        with stage(reporter or Silent(), "compare", len(paths)) as advance:
            for files in _staged(root, paths, maker, None, jobs):
                _count(report, files)
                advance(len(files))
        report.changed.sort()
        report.problems.sort()
        return report
    with locked(root):
        journals = Journals(root, state_dir)
        report.resumed = journals.interrupted()
        # What a run that was killed left beside its files.
        clean_up(root)
        if not paths:
            if report.resumed:
                _finish(journals, command)
            return report
        with stage(reporter or Silent(), "write", len(paths)) as advance:
            _go(root, journals, command, undo_command(content, state_dir), paths, maker, jobs, report, advance)
    report.changed.sort()
    report.problems.sort()
    return report


def _finish(journals: Journals, command: str) -> None:
    """End a journal that was cut off, where nothing is left to do."""
    writer = journals.begin(command)
    writer.add([End(0)])
    writer.close()


def _go(
    root: Path,
    journals: Journals,
    command: str,
    back: str,
    paths: Sequence[str],
    maker: Maker,
    jobs: int | None,
    report: RunReport,
    advance: Advance,
) -> None:
    # Begun before anything is written beside a file, so that a run that is killed leaves a trace.
    writer = journals.begin(command)
    report.journal = writer.path
    try:
        replace_files(root, paths, maker, report, writer=writer, jobs=jobs, advance=advance)
        writer.add([End(len(report.changed))])
    except (KeyboardInterrupt, OutputError) as error:
        how = f"{len(report.changed):,} files were changed; run again to go on, or take them back with: {back}"
        if isinstance(error, KeyboardInterrupt):
            raise InterruptedRunError(f"interrupted: {how}") from None
        raise OutputError(f"{error}; {how}") from None
    finally:
        writer.close()
    if not report.changed and not report.resumed:
        writer.path.unlink()
        report.journal = None
    journals.forget_old()


def replace_files(
    root: Path,
    paths: Sequence[str],
    maker: Maker,
    report: RunReport,
    *,
    writer: Writer | None,
    jobs: int | None,
    advance: Advance,
) -> None:
    """Put new versions of files in place, in groups: staged, journalled, brought onto the disk, swapped in.

    Parameters
    ----------
    root : Path
        The content folder, with symbolic links resolved; it is locked.
    paths, maker, jobs
        As for `run_edits`.
    report : RunReport
        Is filled, also where this ends early.
    writer : Writer or None
        The journal.
    """
    name = secrets.token_hex(4)
    staged = _staged(root, paths, maker, name, jobs)
    pending: list[StagedFile] = []
    try:
        for files in staged:
            _count(report, files)
            pending += [file for file in files if file.change is not None]
            advance(len(files))
            if len(pending) >= _FILES_PER_SYNC:
                _put_in_place(root, pending, report, writer)
                pending = []
        _put_in_place(root, pending, report, writer)
    except BaseException:
        staged.close()
        clean_up(root, name)
        raise


def _put_in_place(root: Path, files: Sequence[StagedFile], report: RunReport, writer: Writer | None) -> None:
    if writer is not None:
        writer.add([file.change for file in files if file.change is not None])
    sync([file.staged for file in files if file.staged is not None])
    withdrawn: list[Withdrawn] = []

    def swap(staged: Staged) -> None:
        try:
            swap_in(str(root), staged)
            report.changed.append(staged.path)
        except FileError as error:
            report.problems.append(error.problem(staged.path))
            withdrawn.append(Withdrawn(staged.path))

    # A file system may take its time to free the old version; it frees several at once as quickly as one.
    with ThreadPoolExecutor(_SWAPS_AT_ONCE) as pool:
        for _ in pool.map(swap, [file.staged for file in files if file.staged is not None]):
            pass
    if withdrawn and writer is not None:
        writer.add(withdrawn)


def _count(report: RunReport, files: Sequence[StagedFile]) -> None:
    for file in files:
        if file.problem is not None:
            report.problems.append(file.problem)
        elif file.diff:
            report.changed.append(file.path)
            report.diffs[file.path] = file.diff
        elif file.change is None:
            report.unchanged += 1


def _staged(
    root: Path, paths: Sequence[str], maker: Maker, run: str | None, jobs: int | None
) -> Generator[list[StagedFile], None, None]:
    """Stage files in as many processes as pay."""
    tasks = [paths[start : start + _FILES_PER_TASK] for start in range(0, len(paths), _FILES_PER_TASK)]
    calls = [(str(root), task, maker.share(task), run) for task in tasks]
    return shared_out(stage_files, calls, jobs=jobs, alone=len(paths) <= _IN_PROCESS_LIMIT)
