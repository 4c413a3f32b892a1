"""What holds a site's articles, a folder of files or a table of rows: listed, opened and taken apart alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from recommender.corpus.folder import Listing, list_files
from recommender.corpus.html_page import is_built, read_html
from recommender.corpus.rows import list_rows, read_rows, row_source
from recommender.corpus.source import Source, read_source
from recommender.corpus.table import is_row, is_table
from recommender.settings import ContentSettings


def list_content(content: Path, settings: ContentSettings) -> Listing:
    """The files of a folder that may be articles, or the rows of a table.

    Raises
    ------
    InputError
        `content` is neither a folder nor a table that can be read.
    """
    return list_rows(content, settings) if is_table(content) else list_files(content, settings)


def contents(content: Path, paths: Sequence[str], max_bytes: int) -> Iterator[tuple[str, bytes | OSError]]:
    """The contents of files or rows, in no particular order, or why they cannot be read.

    Parameters
    ----------
    paths : sequence of str
        As `list_content` names them.
    max_bytes : int
        A larger row cannot be used.
    """
    if is_table(content):
        left = set(paths)
        for path, row in read_rows(content, paths, max_bytes):
            left.discard(path)
            yield path, row.raw
        yield from ((path, OSError(0, "the table changed while it was read")) for path in sorted(left))
        return
    for path in paths:
        try:
            yield path, (content / path).read_bytes()
        except OSError as error:
            yield path, error


def source_of(path: str, text: str, *, bare: bool) -> Source | None:
    """Take a file or a row apart; see `recommender.corpus.source.read_source`."""
    if is_row(path):
        return row_source(path, text)
    if is_built(path, text):
        return read_html(path, text)
    return read_source(path, text, bare=bare)
