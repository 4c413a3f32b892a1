"""The settings of a site: those of its configuration, else what its folder looks like."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from recommender.corpus.built_pages import built_settings
from recommender.corpus.content import list_content
from recommender.corpus.corpus import Corpus
from recommender.corpus.generators import read_generator
from recommender.corpus.html_page import SUFFIXES
from recommender.corpus.recognition import Recognised, glance, have_default_shape, recognise, summary_lines
from recommender.corpus.table import is_table
from recommender.digest import digest
from recommender.execute.ingest import ingest
from recommender.progress import Reporter, stage
from recommender.settings import Settings
from recommender.settings_file import configuration_file, load_settings
from recommender.stages.cache import Cache, recall, remember

# To be raised when the same folder is recognised otherwise.
_SPACE = b"recognised 8"
_GLANCE = b"glance 1"


def site_settings(
    content: Path,
    file: Path | None = None,
    *,
    cache: Cache,
    reporter: Reporter,
    jobs: int | None = None,
    built: Path | None = None,
    sitemap: Path | None = None,
) -> Settings:
    """The settings of a site.

    Without a configuration the folder is recognised as `init` does it, and the settings say how in `recognised`; of a
    folder that has not changed since it is remembered.

    Parameters
    ----------
    content : Path
        The content folder.
    file : Path, optional
        The configuration; by default `recommender.yaml` in the content folder, else in the current folder.
    built, sitemap : Path, optional
        A folder of built pages and a sitemap that settle addresses, instead of those that the configuration names.

    Raises
    ------
    SettingsError
        The configuration says something that cannot be used.
    InputError
        The folder or the configuration cannot be read, or no file is an article.
    """
    if configuration_file(content, file) is not None:
        return settled_by(load_settings(content, file), built, sitemap)
    if not (content.is_dir() or is_table(content)) or _has_default_shape(content, cache):
        return settled_by(Settings(), built, sitemap)
    with stage(reporter, "recognise"):
        key = _name(content, built, sitemap)
        known = recall(cache, _SPACE, key, Settings)
    if known is not None:
        return known
    found = recognise_folder(content, cache=cache, reporter=reporter, jobs=jobs, built=built, sitemap=sitemap)
    settings = replace(found.settings, recognised=summary_lines(found))
    remember(cache, _SPACE, key, settings)
    return settings


def settled_by(settings: Settings, built: Path | None, sitemap: Path | None) -> Settings:
    """The settings with what addresses are settled by, where that is given."""
    urls = settings.urls
    if built is not None:
        urls = replace(urls, built=str(built))
    if sitemap is not None:
        urls = replace(urls, sitemap=str(sitemap))
    return replace(settings, urls=urls)


def recognise_folder(
    content: Path,
    *,
    cache: Cache,
    reporter: Reporter,
    jobs: int | None = None,
    built: Path | None = None,
    sitemap: Path | None = None,
) -> Recognised:
    """Look at a content folder and say what its configuration would be.

    Raises
    ------
    InputError
        The folder cannot be read, or no file is an article.
    """

    def read(settings: Settings) -> Corpus:
        return ingest(content, settled_by(settings, built, sitemap), cache, reporter, jobs=jobs).corpus

    found = recognise(content, read, reporter)
    return replace(found, settings=settled_by(found.settings, built, sitemap))


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


def _name(content: Path, built: Path | None, sitemap: Path | None) -> bytes:
    """Names the folder and all that it is recognised by."""
    content_settings = Settings().content
    pages = (*content_settings.include, *(f"**/*{suffix}" for suffix in SUFFIXES))
    listing = list_content(content, replace(content_settings, include=pages))
    marks = "\n".join(f"{file.path} {file.size_bytes} {file.modified_ns}" for file in listing.files)
    generator = read_generator(content)
    files = [] if generator is None else [generator.root / path for path in generator.files]
    if built is not None:
        files += [built / file.path for file in list_content(built, built_settings().content).files]
    if sitemap is not None:
        files.append(sitemap)
    own = "\n".join(f"{path} {path.stat().st_mtime_ns}" for path in files if path.is_file())
    return digest(os.fsencode(os.path.realpath(content)), os.fsencode(marks), own.encode("utf-8", "surrogateescape"))
