"""A look at a few files of a folder: whether it has the shape that needs no configuration."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from recommender.corpus.recognition.fields import has_default_shape
from recommender.corpus.recognition.survey import Survey, sample_files

_FILES = 60
_FILES_OF_A_FOLDER = 3
_FOLDERS = 200
_SUFFIXES = (".md", ".markdown", ".mdx")


def glance(content: Path) -> tuple[str, ...]:
    """Some files from the first folders of `content`, by which a large site is recognised without a walk through
    all of it.
    """
    return tuple(islice(_some_files(content), _FILES))


def have_default_shape(content: Path, paths: tuple[str, ...]) -> bool:
    """Whether these files have the fields that the default settings expect."""
    files = sample_files(content, paths, _FILES)
    return bool(files) and len(files) > 0.8 * len(paths) and has_default_shape(Survey(files))


def _some_files(content: Path) -> Iterator[str]:
    pending = deque([""])
    for _ in range(_FOLDERS):
        if not pending:
            return
        folder = pending.popleft()
        try:
            with os.scandir(content / folder) as entries:
                found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
        except OSError:
            continue
        pending.extend(folder + name + "/" for name, is_folder in found if is_folder and not name.startswith("."))
        files = [folder + name for name, is_folder in found if not is_folder and name.lower().endswith(_SUFFIXES)]
        step = max(1, len(files) // _FILES_OF_A_FOLDER)
        yield from files[::step][:_FILES_OF_A_FOLDER]
