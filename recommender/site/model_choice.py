"""Which of the shipped models a site is compared by, where its settings name none: that of the language it is in."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from recommender.corpus.table import is_table, rows_of
from recommender.embedder.load import DEFAULT_MODEL, MULTILINGUAL_MODEL
from recommender.lexical.languages import detect_language
from recommender.settings import ContentSettings

# Some files of each of the first folders, the upper ones first.
_FILES_PER_FOLDER = 3
_MOST_FILES = 45
_MOST_FOLDERS = 300
_READ_CHARS = 6_000
_LEAST_BODY = 200
_ENGLISH_RATIO = 0.9


def model_of_language(content: Path, settings: ContentSettings) -> str:
    """The shipped model for the language of most of the files that are looked at: the English one, or the one of many
    languages.

    Parameters
    ----------
    content : Path
        The folder; a look at a few files is all that is taken, so that a run that changes nothing stays quick.
    settings : ContentSettings
        Says which suffixes articles have.
    """
    if is_table(content):
        return _model_of(_languages_of_rows(content, settings.max_file_bytes))
    suffixes = tuple({Path(pattern).suffix for pattern in settings.include} - {""})
    return _model_of(map(_language, _some_files(content, suffixes)))


def _model_of(languages: Iterable[str | None]) -> str:
    spoken = [language for language in languages if language is not None]
    english = sum(language == "en" for language in spoken)
    return DEFAULT_MODEL if english >= _ENGLISH_RATIO * len(spoken) else MULTILINGUAL_MODEL


def _languages_of_rows(table: Path, max_bytes: int) -> Iterator[str | None]:
    """The languages of the longest text of each of the first rows."""
    for row in islice(rows_of(table, max_bytes), _MOST_FILES):
        try:
            values = json.loads(row.raw or b"{}")
        except (ValueError, RecursionError):  # reported where the table is read
            continue
        texts = [value for value in values.values() if isinstance(value, str)] if isinstance(values, dict) else []
        yield detect_language(max(texts, key=len)[:_READ_CHARS]) if texts else None


def _some_files(content: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """Files of these suffixes, from many folders, the same ones each time."""
    folders, seen, given = deque([content]), 0, 0
    while folders and seen < _MOST_FOLDERS and given < _MOST_FILES:
        seen += 1
        try:
            entries = sorted(os.scandir(folders.popleft()), key=lambda entry: entry.name)
        except OSError:  # reported where the folder is read
            continue
        names = [entry for entry in entries if entry.name.endswith(suffixes) and entry.is_file(follow_symlinks=False)]
        for entry in names[: min(_FILES_PER_FOLDER, _MOST_FILES - given)]:
            given += 1
            yield Path(entry.path)
        for entry in entries:
            if not entry.name.startswith((".", "node_modules")) and entry.is_dir(follow_symlinks=False):
                folders.append(Path(entry.path))


def _language(path: Path) -> str | None:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            text = file.read(_READ_CHARS)
    except OSError:
        return None
    _, fence, rest = text.partition("\n---")
    body = rest if fence and len(rest) >= _LEAST_BODY else text
    return detect_language(body)
