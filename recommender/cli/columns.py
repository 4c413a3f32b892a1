"""Plain columns on standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

# A pipe has no width of its own; what reads it can wrap lines better than this.
PIPE_WIDTH = 160


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
