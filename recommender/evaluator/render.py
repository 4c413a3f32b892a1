"""Tables as Markdown, as LaTeX, and on a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from recommender.tables import Table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as RichTable

_LATEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"$<$",
    ">": r"$>$",
    "–": "--",
}


def markdown(tables: Iterable[Table]) -> str:
    """Tables with headings, best figures bold."""
    parts = []
    for table in tables:
        rows = [[_markdown(cell) for cell in row] for row in table.rows]
        for row, column in table.best:
            rows[row][column] = f"**{rows[row][column]}**"
        head = "| " + " | ".join(_markdown(column) for column in table.columns) + " |"
        rule = "|---|" + "---:|" * (len(table.columns) - 1)
        lines = [f"| {' | '.join(row)} |" for row in rows]
        notes = [_markdown(note) for note in table.notes]
        parts.append(
            "\n".join([f"## {_markdown(table.title)}", "", head, rule, *lines, *(f"\n{note}" for note in notes)])
        )
    return "\n\n".join(parts) + "\n"


def latex(tables: Iterable[Table]) -> str:
    """Floating tables for the package booktabs, best figures bold."""
    parts = []
    for table in tables:
        rows = [[_latex(cell) for cell in row] for row in table.rows]
        for row, column in table.best:
            rows[row][column] = rf"\textbf{{{rows[row][column]}}}"
        parts.append(
            "\n".join(
                [
                    r"\begin{table}",
                    r"\centering",
                    rf"\caption{{{_latex(' '.join([table.title + '.', *table.notes]))}}}",
                    rf"\begin{{tabular}}{{l{'r' * (len(table.columns) - 1)}}}",
                    r"\toprule",
                    " & ".join(_latex(column) for column in table.columns) + r" \\",
                    r"\midrule",
                    *(" & ".join(row) + r" \\" for row in rows),
                    r"\bottomrule",
                    r"\end{tabular}",
                    r"\end{table}",
                ]
            )
        )
    return "% needs \\usepackage{booktabs}\n" + "\n\n".join(parts) + "\n"


def show(tables: Sequence[Table], console: Console) -> None:
    """Print tables; one that is too wide is continued below itself, so that no figure is cut."""
    from rich.text import Text

    for table in tables:
        for part in stacked(table, console):
            console.print(_rich(part))
        for note in table.notes:
            console.print(Text(note, style="dim"))
        console.print()


def fits(table: Table, console: Console) -> bool:
    """Whether a table can be shown in full width."""
    from rich.measure import Measurement

    unlimited = console.options.update(max_width=100_000)
    return Measurement.get(console, unlimited, _rich(table)).maximum <= console.width


def stacked(table: Table, console: Console) -> list[Table]:
    """A table in parts that fit, each with the first column and as many others as there is room for."""
    parts: list[Table] = []
    first = 1
    while first < len(table.columns) or not parts:
        last = min(first + 1, len(table.columns))
        while last < len(table.columns) and fits(_columns(table, first, last + 1), console):
            last += 1
        parts.append(_columns(table, first, last))
        first = last
    return [parts[0], *(replace(part, title="") for part in parts[1:])]


def _columns(table: Table, first: int, last: int) -> Table:
    """The first column and those from `first` to before `last`."""
    kept = [0, *range(first, last)]
    return Table(
        table.title,
        tuple(table.columns[column] for column in kept),
        tuple(tuple(row[column] for column in kept) for row in table.rows),
        table.notes,
        frozenset((row, kept.index(column)) for row, column in table.best if column in kept),
    )


def _rich(table: Table) -> RichTable:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table as RichTable
    from rich.text import Text

    title = Text(table.title) if table.title else None
    shown = RichTable(box=SIMPLE_HEAD, pad_edge=False, title=title, title_justify="left", title_style="bold")
    for number, column in enumerate(table.columns):
        shown.add_column(Text(column), justify="right" if number else "left", no_wrap=number == 0)
    for row, cells in enumerate(table.rows):
        shown.add_row(
            *(Text(cell, style="bold" if (row, column) in table.best else "") for column, cell in enumerate(cells))
        )
    return shown


def _markdown(text: str) -> str:
    return re.sub(r"([\\`*_|<>\[\]])", r"\\\1", text).replace("\n", " ") if not _is_figure(text) else text


def _is_figure(text: str) -> bool:
    """Numbers and intervals need no escaping and read better without."""
    return re.fullmatch(r"[-+0-9.,% \[\]<–]*", text) is not None and not text.startswith("<")


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text)
