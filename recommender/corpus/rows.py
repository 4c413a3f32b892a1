"""The rows of a table as the pages of a folder are: listed, opened and taken apart."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from recommender.corpus.folder import Listing, SourceFile
from recommender.corpus.problems import FileProblemError
from recommender.corpus.source import Source
from recommender.corpus.table import Row, row_path, rows_of
from recommender.corpus.values import nodes_of
from recommender.corpus.yaml_nodes import YamlProblem
from recommender.errors import InputError, Problem
from recommender.settings import ContentSettings

# The columns that may hold the text of an article, in any case of letters and with any separators.
_BODIES = (
    "body",
    "bodytext",
    "content",
    "text",
    "markdown",
    "html",
    "bodyhtml",
    "contenthtml",
    "article",
    "articlebody",
)
# A table's lines are in the names of its rows: nothing in a row has a line of its own.
_NO_LINE = -2


def list_rows(table: Path, settings: ContentSettings) -> Listing:
    """The rows of a table, those that cannot be used as problems.

    Raises
    ------
    InputError
        The file cannot be read, or is not a table.
    """
    try:
        status = table.stat()
    except OSError as error:
        raise InputError(f"{table} cannot be read: {error.strerror}") from None
    marks = (status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    files, problems = [], []
    for row in rows_of(table, settings.max_file_bytes):
        if row.wrong:
            problems.append(Problem(row_path(table, row.line), 0, "invalid-row", row.wrong))
        else:
            files.append(SourceFile(row_path(table, row.line), len(row.raw), *marks))
    return Listing(tuple(files), tuple(problems))


def read_rows(table: Path, paths: Sequence[str], max_bytes: int) -> Iterator[tuple[str, Row]]:
    """The rows of these names, in the order of the table; one that is not there any more is left out."""
    wanted = {int(path.rpartition(":")[2]): path for path in paths}
    last = max(wanted, default=0)
    for row in rows_of(table, max_bytes):
        if row.line in wanted and not row.wrong:
            yield wanted[row.line], row
        if row.line >= last:
            return


def row_source(path: str, text: str) -> Source:
    """Take a row apart: its fields, and its text, which is the column of a usual name.

    Raises
    ------
    FileProblemError
        It is not a mapping in JSON.
    """
    try:
        values = json.loads(text)
        root = nodes_of(values, {}, _NO_LINE)
    except (ValueError, RecursionError) as error:
        raise _wrong(path, f"not valid JSON: {error}") from None
    except YamlProblem as error:
        raise _wrong(path, error.message) from None
    if not isinstance(values, dict):
        raise _wrong(path, f"expected a mapping of fields; found {type(values).__name__}")
    return Source(path, root, _body(values))


def _body(values: Mapping[str, Any]) -> str:
    by_name = {re.sub(r"[\W_]+", "", name.casefold()): value for name, value in values.items()}
    return next((by_name[name] for name in _BODIES if isinstance(by_name.get(name), str)), "")


def _wrong(path: str, message: str) -> FileProblemError:
    return FileProblemError(Problem(path, 0, "invalid-row", message))
