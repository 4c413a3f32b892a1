"""Tables of text, as a notebook and pandas take them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from recommender.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pandas import DataFrame

_SHOWN_ROWS = 20


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text.

    Attributes
    ----------
    title : str
    columns : tuple of str
        The first names the row, the others hold figures.
    rows : tuple of tuple of str
    notes : tuple of str
        What a reader must know to read the figures.
    best : frozenset of (int, int)
        Row and column of the cells that hold the best figure of their column.

    Examples
    --------
    >>> table = Table("Fruit", ("name", "sold"), (("apple", "3"), ("<pear>", "1")))
    >>> print(table)
    Fruit
    name    sold
    apple      3
    <pear>     1
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    best: frozenset[tuple[int, int]] = frozenset()

    def __str__(self) -> str:
        lines = [self.columns, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.columns))]
        text = [
            "  ".join(cell.rjust(width) if place else cell.ljust(width) for place, (cell, width) in pairs).rstrip()
            for pairs in (enumerate(zip(line, widths, strict=True)) for line in lines)
        ]
        return "\n".join([self.title, *text, *self.notes])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(column)}</th>" for column in self.columns)
        body = "".join(f"<tr>{self._cells(row)}</tr>" for row in range(min(len(self.rows), _SHOWN_ROWS)))
        more = len(self.rows) - _SHOWN_ROWS
        notes = [*self.notes, *([f"… and {more:,} more rows"] if more > 0 else [])]
        below = "".join(f"<p>{escape(note)}</p>" for note in notes)
        return (
            f"<table><caption><b>{escape(self.title)}</b></caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"
        )

    def _cells(self, row: int) -> str:
        cells = []
        for column, cell in enumerate(self.rows[row]):
            text = escape(cell)
            side = "right" if column else "left"
            shown = f"<b>{text}</b>" if (row, column) in self.best else text
            cells.append(f'<td style="text-align: {side}">{shown}</td>')
        return "".join(cells)

    def to_pandas(self) -> DataFrame:
        """The rows as a data frame of text, its index named by the first column."""
        frame = data_frame({name: [row[place] for row in self.rows] for place, name in enumerate(self.columns)})
        return frame.set_index(self.columns[0])


def data_frame(columns: Mapping[str, Sequence[Any]]) -> DataFrame:
    """Columns as a data frame.

    Raises
    ------
    InputError
        pandas is not installed.
    """
    if find_spec("pandas") is None:
        raise InputError("to_pandas needs pandas, which is not installed; install it with: pip install pandas")
    from pandas import DataFrame

    return DataFrame(dict(columns))
