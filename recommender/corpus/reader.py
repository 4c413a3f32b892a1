"""Files and rows to documents."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from recommender.corpus.article import Document
from recommender.corpus.content import contents
from recommender.corpus.corpus import ReadFile, TextMark
from recommender.corpus.fields import DocumentReader
from recommender.corpus.problems import FileProblemError
from recommender.corpus.table import is_row
from recommender.digest import digest
from recommender.errors import Problem


@dataclass(frozen=True, slots=True)
class FileDocument:
    """What was read, and the document with its texts where there is one.

    Attributes
    ----------
    digest : bytes
        Names the file's path and content.
    """

    record: ReadFile
    digest: bytes
    document: Document | None


def read_document(content: Path, path: str, reader: DocumentReader) -> FileDocument:
    """Read one file or row; whatever is wrong with it is in the record's problem."""
    return next(read_documents(content, (path,), reader))


def read_documents(content: Path, paths: Sequence[str], reader: DocumentReader) -> Iterator[FileDocument]:
    """Read files or rows, in no particular order."""
    for path, raw in contents(content, paths, reader.max_bytes):
        yield _document(content, path, raw, reader)


def _document(content: Path, path: str, raw: bytes | OSError, reader: DocumentReader) -> FileDocument:
    if isinstance(raw, OSError):
        problem = Problem(path, 0, "unreadable", f"cannot be read: {raw.strerror}")
        # Not a property of the content: the empty digest is never remembered.
        return FileDocument(ReadFile(path, problem=problem), b"", None)
    name = content_digest(path, raw)
    try:
        document = reader.read(path, raw.decode("utf-8"), content)
    except UnicodeDecodeError as error:
        line = 0 if is_row(path) else raw.count(b"\n", 0, error.start) + 1
        message = f"not valid UTF-8: byte 0x{raw[error.start]:02x} at offset {error.start}; save the file as UTF-8"
        return FileDocument(ReadFile(path, problem=Problem(path, line, "invalid-utf8", message)), name, None)
    except FileProblemError as error:
        return FileDocument(ReadFile(path, problem=error.problem), name, None)
    if document is None:
        return FileDocument(ReadFile(path), name, None)
    marks = {view: TextMark(text_digest(text), len(text)) for view, text in document.texts.items()}
    return FileDocument(ReadFile(path, document.article, marks, None, document.warnings), name, document)


def content_digest(path: str, raw: bytes) -> bytes:
    """Names a file by its path and its content."""
    return digest(os.fsencode(path), raw)


def text_digest(text: str) -> bytes:
    """Names a text."""
    return digest(text.encode("utf-8", "surrogatepass"))
