"""What a command shows: progress on a terminal, a summary at the end."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

import typer

from recommender.errors import Problem, ProblemsError
from recommender.processes import peak_bytes
from recommender.progress import Advance, Silent

if TYPE_CHECKING:
    from rich.progress import Progress

    from recommender.selection.eligibility import Reason
    from recommender.site.reading import ReadSite
    from recommender.site.site import Site


_PROBLEMS_SHOWN = 20
# Where what a line of a summary says begins.
_LABEL = 14
_SUFFIXES_SHOWN = 6
_ALIKE_SHOWN = 3
_BY_REASON: dict[Reason, str] = {
    "no_index": "with no_index",
    "draft": "drafts",
    "future date": "with a date in the future",
    "expired": "no longer published",
    "language": "in other languages",
    "group": "by their group",
    "path": "by their path",
    "id": "by their id",
}
# A pipe has no width of its own; what reads it can wrap lines better than this.
PIPE_WIDTH = 160


class Console(Silent):
    """A reporter that draws progress bars on a terminal and nothing in a pipe.

    Parameters
    ----------
    quiet : bool
        Neither bars nor summaries.
    to_stderr : bool
        The summary goes to the error stream, because the result takes the other.
    """

    def __init__(self, *, quiet: bool, to_stderr: bool = False) -> None:
        super().__init__()
        self._quiet = quiet
        self._to_stderr = to_stderr
        self._progress: Progress | None = None
        if not quiet and sys.stderr.isatty():
            self._progress = _progress()

    def __enter__(self) -> Console:
        if self._progress is not None:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def started(self, stage: str, total: int | None) -> Advance:
        progress = self._progress
        if progress is None:
            return super().started(stage, total)
        for task in progress.task_ids:
            progress.remove_task(task)
        task = progress.add_task(stage, total=total)
        return lambda count=1: progress.advance(task, count)

    def say(self, text: str = "") -> None:
        """Print a line of the summary."""
        if not self._quiet:
            typer.echo(_wrapped(text, sys.stderr if self._to_stderr else sys.stdout), err=self._to_stderr)

    def say_next(self, *commands: tuple[str, str]) -> None:
        """Print commands that make sense now, each with what it is for, in a form that a shell takes."""
        for place, (purpose, command) in enumerate(commands):
            self.say(f"{'' if place else 'next':{_LABEL}}{command}  # {purpose}")

    def warn(self, text: str) -> None:
        """Print something that must not be missed."""
        typer.echo(_wrapped(text, sys.stderr), err=True)

    def show_site(self, site: Site) -> None:
        """Print what was read and left out, which articles get links and are linked, and the recall of the search."""
        self.show_files(site)
        for label, who in (("no links for", site.admitted_sources), ("not proposed", site.admitted_targets)):
            if who.left_out:
                self.say(f"{label:13} {', '.join(f'{n:,} {_BY_REASON[reason]}' for reason, n in who.left_out.items())}")
        for name in dict.fromkeys((*site.admitted_sources.unmatched, *site.admitted_targets.unmatched)):
            self.warn(f"warning: {name}")
        from recommender.site.coverage import coverage, told

        known = told(list(coverage(site)))
        if known is not None:
            self.say(f"known words   {known}")
        for view, audit in site.audits.items():
            self.say(f"neighbours    {audit}{'' if view is None else f', by {view} alone'}")
        self.show_problems(site)

    def show_files(self, site: Site | ReadSite) -> None:
        """Print what was read and what was left out."""
        corpus = site.corpus
        for line in site.settings.recognised:
            self.say(f"recognised    {line}")
        self.say(
            f"articles      {len(corpus):,} of {site.ingested.files:,} files ({site.ingested.files_read:,} read anew)"
        )
        suffixes = list(corpus.unread.items())
        unread = ", ".join(f"{count:,} {suffix or 'without a suffix'}" for suffix, count in suffixes[:_SUFFIXES_SHOWN])
        others = sum(count for _, count in suffixes[_SUFFIXES_SHOWN:])
        left_out = [
            f"{len(corpus.problems):,} that cannot be used" if corpus.problems else "",
            f"{corpus.without_front_matter:,} without front matter" if corpus.without_front_matter else "",
            f"not read {unread}" if unread else "",
            f"{others:,} of other kinds" if others else "",
        ]
        if any(left_out):
            self.say(f"left out      {', '.join(part for part in left_out if part)}")
        if (settled := corpus.settled) is not None:
            self.say(f"addresses     {settled}")

    def show_problems(self, site: Site | ReadSite) -> None:
        """Name the files that cannot be used, and what else the user must see."""
        corpus = site.corpus
        self.warn_of(corpus.problems, "files that cannot be used")
        self.warn_of(corpus.warnings, "values that are not read")
        for note in dict.fromkeys(self.notes):
            self.warn(f"note: {note}")

    def warn_of(self, problems: Sequence[Problem], what: str) -> None:
        """Name problems; of a cause that is met often one example, and how many there are."""
        by_rule: dict[str, list[Problem]] = {}
        for problem in problems:
            by_rule.setdefault(problem.rule, []).append(problem)
        for alike in by_rule.values():
            if len(alike) <= _ALIKE_SHOWN:
                for problem in alike:
                    self.warn(f"warning: {problem}")
            else:
                self.warn(f"warning: {alike[0]}; {len(alike) - 1:,} more {what} for the same cause")

    def show_seconds(self, total_seconds: float) -> None:
        """Print how long each stage took."""
        by_name: Counter[str] = Counter()
        for stage in self.stages:
            by_name[stage.stage] += stage.seconds  # type: ignore[assignment]
        stages = ", ".join(f"{name} {seconds:.1f}" for name, seconds in by_name.items() if seconds >= 0.05)
        self.say(f"seconds       {total_seconds:.1f}" + (f" ({stages})" if stages else ""))

    def show_cost(self, site: Site, total_seconds: float) -> None:
        """Print how long each stage took, and the memory."""
        self.show_seconds(total_seconds)
        own, workers = peak_bytes(), site.ingested.workers_peak_bytes
        beside = f" ({own / 2**20:,.0f} here, {workers / 2**20:,.0f} in workers)" if workers else ""
        self.say(f"peak memory   {(own + workers) / 2**20:,.0f} MiB{beside}")


def _wrapped(text: str, stream: TextIO) -> str:
    """Text whose lines break between words on a terminal, below the beginning of what they say; as it is in a pipe."""
    if not stream.isatty():
        return text
    width = shutil.get_terminal_size().columns
    indent = " " * _LABEL if text[_LABEL - 1 : _LABEL] == " " else "  "
    lines = (
        textwrap.wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
        for line in text.splitlines()
    )
    return "\n".join(chain.from_iterable(found or [""] for found in lines))


def problems_error(what: str, problems: Sequence[Problem]) -> ProblemsError:
    """The error for files that were not written: the first by name, all by their rules."""
    count = len(problems)
    summary = f"{count:,} file{'s' * (count != 1)} {what}"
    if count <= _PROBLEMS_SHOWN:
        return ProblemsError(summary + ":", problems)
    rules = Counter(problem.rule for problem in problems)
    by_rule = ", ".join(f"{rule} {number:,}" for rule, number in sorted(rules.items()))
    return ProblemsError(f"{summary} ({by_rule}), the first:", problems[:_PROBLEMS_SHOWN])


def _progress() -> Progress:
    from rich.console import Console as RichConsole
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=RichConsole(stderr=True),
        transient=True,
    )


def print_columns(rows: Iterable[Sequence[str]]) -> None:
    """Print rows of text; the last column breaks between words where the terminal ends."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    found = list(rows)
    table = Table.grid(padding=(0, 2))
    for column in range(len(found[0]) if found else 0):
        table.add_column(no_wrap=column < len(found[0]) - 1)
    for row in found:
        table.add_row(*map(Text, row))
    Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH).print(table)
