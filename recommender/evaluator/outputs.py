"""The files that an evaluation writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from recommender.errors import OutputError
from recommender.evaluator import render
from recommender.evaluator.compare import Changes
from recommender.evaluator.measured import EvaluationRun
from recommender.evaluator.result import encode_evaluation
from recommender.evaluator.tables import all_tables, change_tables, slice_tables
from recommender.evaluator.trec import qrels_lines, run_lines
from recommender.files import check_writable, is_standard_output, write_output
from recommender.tables import Table


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where to write what; None for nowhere.

    Attributes
    ----------
    json : Path or None
        All figures.
    qrels, run : Path or None
        The judgements, and the main system's lists of all articles that were measured, in TREC form.
    markdown, latex : Path or None
        The tables.
    report : Path or None
        The page.
    """

    json: Path | None = None
    qrels: Path | None = None
    run: Path | None = None
    markdown: Path | None = None
    latex: Path | None = None
    report: Path | None = None

    def check(self) -> None:
        """See that each can be written, before long work is done for nothing, and that one at most is standard output.

        Raises
        ------
        OutputError
        """
        for path in self._named():
            check_writable(path)
        if sum(map(is_standard_output, self._named())) > 1:
            raise OutputError("two outputs cannot both go to standard output (-); name a file for one of them.")

    @property
    def to_standard_output(self) -> bool:
        """Whether one of them goes to standard output."""
        return any(map(is_standard_output, self._named()))

    def _named(self) -> list[Path]:
        every = (self.json, self.qrels, self.run, self.markdown, self.latex, self.report)
        return [path for path in every if path is not None]


def write_outputs(found: EvaluationRun, outputs: Outputs, earlier: Sequence[Changes] = ()) -> list[Path]:
    """Write the files that were wanted, each whole or not at all.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    OutputError
        A file cannot be written.
    """
    from recommender.evaluator.report import report_page

    makers: tuple[tuple[Path | None, Callable[[], Iterator[bytes]]], ...] = (
        (outputs.json, lambda: iter([encode_evaluation(found.evaluation)])),
        (outputs.qrels, lambda: _encoded(qrels_lines(found.bench.judgements, found.bench.task.articles))),
        (outputs.run, lambda: _encoded(_run_lines(found))),
        (outputs.markdown, lambda: _encoded(iter([render.markdown(_tables(found, earlier))]))),
        (outputs.latex, lambda: _encoded(iter([render.latex(_tables(found, earlier))]))),
        (outputs.report, lambda: _encoded(iter([report_page(found, earlier)]))),
    )
    written = []
    for path, make in makers:
        if path is not None:
            write_output(path, make())
            if not is_standard_output(path):
                written.append(path)
    return written


def _tables(found: EvaluationRun, earlier: Sequence[Changes]) -> list[Table]:
    return [*all_tables(found.evaluation), *slice_tables(found.evaluation), *change_tables(earlier)]


def _run_lines(found: EvaluationRun) -> Iterator[str]:
    # All lists and not those of the queries alone, so that what is read back has the same link graph.
    main, task = found.evaluation.main, found.bench.task
    return run_lines(found.runs[main].candidates, task.sources, task.articles, main)


def _encoded(lines: Iterator[str]) -> Iterator[bytes]:
    return (line.encode() for line in lines)
