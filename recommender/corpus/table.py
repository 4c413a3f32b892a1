"""A table of articles in one file instead of a folder: JSON Lines, CSV or Parquet, read row by row.

A row is called by the table's name and the line on which it begins, such as ``articles.jsonl:12``; of a Parquet file,
which has no lines, by its number.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from recommender.errors import InputError

_ROW = re.compile(r".+\.(?:jsonl|ndjson|csv|tsv|parquet):\d+", re.IGNORECASE)
# What Arrow may hold of a file at once, and of rows in a batch.
_BATCH_BYTES = 1 << 30
_BATCH_ROWS = 512


class Row(NamedTuple):
    """A row as it is in the table.

    Attributes
    ----------
    line : int
        One-based.
    raw : bytes
        Its fields as JSON; empty where it cannot be used.
    wrong : str
        Why it cannot be used.
    """

    line: int
    raw: bytes
    wrong: str = ""


def is_table(content: Path) -> bool:
    """Whether this is a table and not a folder."""
    return content.suffix.lower() in _READERS and content.is_file()


def home_of(content: Path) -> Path:
    """The folder in which a site's configuration and decisions are sought: the content folder, or the table's."""
    return content.parent if is_table(content) else content


def require_folder(content: Path) -> None:
    """Raise `InputError` where the site's articles are in a table, which is never written."""
    if is_table(content):
        raise InputError(
            f"{content} is a table, which is read and never written: its links are in the links file "
            "(recommender links), for the program that fills the table"
        )


def is_row(path: str) -> bool:
    """Whether this is the name of a row and not the path of a file."""
    # Asked for every field of every file.
    return path[-1:].isdigit() and _ROW.fullmatch(path) is not None


def row_path(table: Path, line: int) -> str:
    """What a row is called."""
    return f"{table.name}:{line}"


def rows_of(table: Path, max_bytes: int) -> Iterator[Row]:
    """All rows of a table, in their order.

    Parameters
    ----------
    max_bytes : int
        A larger row cannot be used.

    Raises
    ------
    InputError
        The file cannot be read, or is not a table.
    """
    try:
        for row in _READERS[table.suffix.lower()](table, max_bytes):
            if len(row.raw) > max_bytes:
                yield Row(row.line, b"", _too_large(max_bytes))
            else:
                yield row
    except OSError as error:
        raise InputError(f"{table} cannot be read: {error.strerror or error}") from None


def _lines(table: Path, max_bytes: int) -> Iterator[Row]:
    with table.open("rb") as file:
        number = 0
        while line := file.readline(max_bytes + 2):
            number += 1
            wrong = ""
            if not line.endswith(b"\n") and len(line) > max_bytes:
                wrong = _too_large(max_bytes)
                while line and not line.endswith(b"\n"):
                    line = file.readline(max_bytes)
            raw = line.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else line.strip()
            if wrong or raw:
                yield Row(number, b"" if wrong else raw, wrong)


def _cells(table: Path, max_bytes: int) -> Iterator[Row]:
    csv.field_size_limit(max(max_bytes, 131_072))
    with table.open(encoding="utf-8-sig", newline="") as file:
        begun = 1
        try:
            head = file.readline(max_bytes)
            file.seek(0)
            reader = csv.reader(file, delimiter=_delimiter(head, table), strict=True)
            names = [name.strip() for name in next(reader, [])]
            _check_names(table, names)
            begun = reader.line_num + 1
            for cells in reader:
                line, begun = begun, reader.line_num + 1
                if not any(cells):
                    continue
                if len(cells) != len(names):
                    message = f"expected {len(names):,} cells, as the first line names them; found {len(cells):,}"
                    yield Row(line, b"", message)
                    continue
                values = {name: _cell(cell) for name, cell in zip(names, cells, strict=True)}
                yield Row(line, _json({name: value for name, value in values.items() if value is not None}))
        except UnicodeDecodeError:
            raise InputError(f"{table}:{begun}: not valid UTF-8; save the file as UTF-8") from None
        except csv.Error as error:
            raise InputError(f"{table}:{begun}: not valid CSV: {error}") from None


def _delimiter(head: str, table: Path) -> str:
    """The character between cells: that which the first line has most often."""
    return "\t" if table.suffix.lower() == ".tsv" else max(",;\t", key=head.count)


def _check_names(table: Path, names: list[str]) -> None:
    if not any(names):
        raise InputError(f"{table}:1: expected a first line that names the columns; found none")
    repeated = sorted(name for name, count in Counter(names).items() if count > 1)
    if repeated:
        raise InputError(f"{table}:1: expected a name of its own for each column; {repeated[0]!r} is there twice")


def _cell(text: str) -> Any:
    """What a cell holds: nothing, true or false, a list or a mapping in JSON, else the text as it is."""
    stripped = text.strip()
    if not stripped:
        return None
    if stripped.casefold() in ("true", "false"):
        return stripped.casefold() == "true"
    if stripped[0] + stripped[-1] in ("[]", "{}"):
        try:
            return json.loads(stripped)
        except (ValueError, RecursionError):
            return text
    return text


def _parquet(table: Path, max_bytes: int) -> Iterator[Row]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise InputError(
            f"{table}: Parquet files are read by pyarrow, which is not installed: pip install 'recommender[tables]'"
        ) from None
    try:
        with pq.ParquetFile(table) as file:
            number = 0
            for group in range(file.num_row_groups):
                for batch in file.iter_batches(_rows_at_once(file.metadata.row_group(group)), row_groups=[group]):
                    for values in batch.to_pylist():
                        number += 1
                        yield Row(number, _json({name: value for name, value in values.items() if value is not None}))
    except pa.ArrowException as error:
        raise InputError(f"{table}: not a Parquet file that can be read: {error}") from None


def _rows_at_once(group: Any) -> int:
    """A batch's rows: as many as fit, should each of them hold the longest value that its column can have."""
    columns = (group.column(number).total_uncompressed_size for number in range(group.num_columns))
    return int(max(1, min(_BATCH_ROWS, _BATCH_BYTES // max(1, sum(columns)))))


def _json(values: dict[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")


def _too_large(max_bytes: int) -> str:
    return f"the row is larger than {max_bytes:,} bytes, which is as much as is read (content.max_file_bytes)"


_READERS: dict[str, Callable[[Path, int], Iterator[Row]]] = {
    ".jsonl": _lines,
    ".ndjson": _lines,
    ".csv": _cells,
    ".tsv": _cells,
    ".parquet": _parquet,
}

TABLES = tuple(_READERS)
"""Suffixes of tables."""
