"""The settings of a site: those of its configuration, else what its folder looks like."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from recommender.corpus.content import list_content
from recommender.corpus.corpus import Corpus
from recommender.corpus.generators import read_generator
from recommender.corpus.html_page import SUFFIXES
from recommender.corpus.recognition import Recognised, glance, have_default_shape, recognise, told
from recommender.corpus.table import is_table
from recommender.digest import digest
from recommender.execute.ingest import ingest
from recommender.progress import Reporter, stage
from recommender.settings import Settings
from recommender.settings_file import configuration_file, load_settings
from recommender.stages.cache import Cache, recall, remember

# To be raised when the same folder is recognised otherwise.
_SPACE = b"recognised 4"
_GLANCE = b"glance 1"
_LAST = b"recognised last 1"


def site_settings(
    content: Path, file: Path | None = None, *, cache: Cache, reporter: Reporter, jobs: int | None = None
) -> Settings:
    """The settings of a site.

    Without a configuration the folder is recognised as `init` does it, and the settings say how in `recognised`; of a
    folder that has not changed since it is remembered, and what is recognised otherwise than last time is said.

    Parameters
    ----------
    content : Path
        The content folder.
    file : Path, optional
        The configuration; by default `recommender.yaml` in the content folder, else in the current folder.
    cache : Cache
    reporter : Reporter
    jobs : int, optional

    Raises
    ------
    SettingsError
        The configuration says something that cannot be used.
    InputError
        The folder or the configuration cannot be read, or no file is an article.
    """
    if configuration_file(content, file) is not None:
        return load_settings(content, file)
    if not (content.is_dir() or is_table(content)) or _has_default_shape(content, cache):
        return Settings()
    with stage(reporter, "recognise"):
        key = _name(content)
        known = recall(cache, _SPACE, key, Settings)
    if known is not None:
        return known
    found = recognise_folder(content, cache=cache, reporter=reporter, jobs=jobs)
    lines = told(found)
    place = digest(os.fsencode(os.path.realpath(content)))
    last = recall(cache, _LAST, place, Settings)
    if last is not None and replace(last, recognised=()) != found.settings:
        lines = (*lines, *(f"otherwise than last time: {line}" for line in last.recognised if line not in lines))
    settings = replace(found.settings, recognised=lines)
    remember(cache, _SPACE, key, settings)
    remember(cache, _LAST, place, settings)
    return settings


def recognise_folder(content: Path, *, cache: Cache, reporter: Reporter, jobs: int | None = None) -> Recognised:
    """Look at a content folder and say what its configuration would be.

    Raises
    ------
    InputError
        The folder cannot be read, or no file is an article.
    """

    def read(settings: Settings) -> Corpus:
        return ingest(content, settings, cache, reporter, jobs=jobs).corpus

    return recognise(content, read, reporter)


def _has_default_shape(content: Path, cache: Cache) -> bool:
    """Whether a few files have the shape that needs no configuration; files that have not changed are not opened."""
    paths = glance(content)
    statuses = ((path, (content / path).stat()) for path in paths)
    marks = "\n".join(f"{path} {status.st_size} {status.st_mtime_ns}" for path, status in statuses)
    key = digest(os.fsencode(os.path.realpath(content)), os.fsencode(marks))
    known = recall(cache, _GLANCE, key, bool)
    if known is None:
        known = have_default_shape(content, paths)
        remember(cache, _GLANCE, key, known)
    return known


def _name(content: Path) -> bytes:
    """Names the folder and all that it is recognised by."""
    content_settings = Settings().content
    pages = (*content_settings.include, *(f"**/*{suffix}" for suffix in SUFFIXES))
    listing = list_content(content, replace(content_settings, include=pages))
    marks = "\n".join(f"{file.path} {file.size_bytes} {file.modified_ns}" for file in listing.files)
    generator = read_generator(content)
    files = [] if generator is None else [generator.root / path for path in generator.files]
    own = "\n".join(f"{path} {path.stat().st_mtime_ns}" for path in files if path.is_file())
    return digest(os.fsencode(os.path.realpath(content)), os.fsencode(marks), own.encode("utf-8", "surrogateescape"))
