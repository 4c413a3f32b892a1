"""From a folder to a corpus, reading only what no earlier run has read."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from recommender.corpus.content import list_content
from recommender.corpus.corpus import Corpus, ReadFile, assemble
from recommender.corpus.folder import Listing
from recommender.corpus.generated import generator_name
from recommender.corpus.sharing import SharedValues
from recommender.corpus.table import is_table
from recommender.digest import digest
from recommender.execute.manifest import keep_manifest, name_contents, recall_manifest
from recommender.execute.read_before import ReadBefore
from recommender.execute.settle import settle
from recommender.execute.terms import TermShelf
from recommender.execute.vectors import VectorShelf
from recommender.processes import shared_out
from recommender.progress import Reporter, stage
from recommender.settings import ModelSettings, Settings
from recommender.stages.cache import Cache
from recommender.stages.texts import WorkResult, plain_texts, work

# Part of the names of remembered articles: to be raised when reading finds something else in the same file.
READER_VERSION = b"articles 12"
_FILES_PER_TASK = 64
_ROWS_PER_TASK = 4_096
_IN_PROCESS_LIMIT = 256
# From here on the memory that is saved by holding equal texts once is worth the time that it takes.
_MANY_FILES = 100_000


@dataclass(frozen=True, slots=True)
class Ingested:
    """A corpus and how it came about.

    Attributes
    ----------
    files : int
        Files that were looked at.
    files_read : int
        Those of them that were read and parsed anew.
    workers_peak_bytes : int
        Sum of the largest resident sizes of the worker processes.
    """

    corpus: Corpus
    files: int
    files_read: int
    workers_peak_bytes: int


def ingest(
    content: Path,
    settings: Settings,
    cache: Cache,
    reporter: Reporter,
    *,
    shelf_of: Callable[[str | None], VectorShelf] | None = None,
    encode_with: ModelSettings | None = None,
    by_language: bool = False,
    terms: TermShelf | None = None,
    jobs: int | None = None,
) -> Ingested:
    """Read a content folder; with `encode_with`, a light model, files that are read are encoded in passing, those that
    name a language with the shipped model for it if `by_language` is set. `shelf_of` gives the shelf of the model of a
    name. Terms are counted into `terms` where it is set.

    Raises
    ------
    InputError
        `content` is not a folder.
    """
    space = article_space(settings, content)
    manifest_key = digest(os.fsencode(os.path.realpath(content)), space)
    with stage(reporter, "list files"):
        listed_ns = time.time_ns()
        listing = list_content(content, settings.content)
        last = recall_manifest(cache, manifest_key)
        seen = last.names_of(listing.files)
        max_bytes = settings.content.max_file_bytes
        names = name_contents(content, listing.files, seen, max_bytes, open_changed=not cache.is_empty(space))
        share = SharedValues().file if len(names) > _MANY_FILES else _as_it_is
        before = ReadBefore(cache, space, manifest_key, len(listing.files))
        records = before.recall(names, share)
    to_read = [file.path for file in listing.files if file.path not in records]
    peaks: dict[int, int] = {}
    if to_read:
        with stage(reporter, "read and encode" if encode_with else "read", len(to_read)) as advance:
            for result in run(
                content, to_read, settings, encode_with, jobs, count_terms=terms is not None, by_language=by_language
            ):
                before.remember(result.records, result.digests)
                for record, name in zip(result.records, result.digests, strict=True):
                    records[record.path] = share(record)
                    names[record.path] = name
                if shelf_of is not None:
                    for model, encoded in result.encoded.items():
                        shelf_of(model).add(encoded)
                if result.counted is not None and terms is not None:
                    terms.add(result.counted)
                peaks[result.process] = result.peak_bytes
                advance(len(result.records))
    before.remember_together(records, names)
    if None in seen or len(seen) != len(last.paths):
        keep_manifest(cache, manifest_key, listed_ns, listing.files, names)
    peaks.pop(os.getpid(), None)
    corpus = settled_corpus(content, settings, records.values(), listing, cache, reporter, jobs)
    return Ingested(corpus, len(listing.files), len(to_read), sum(peaks.values()))


def settled_corpus(
    content: Path,
    settings: Settings,
    files: Iterable[ReadFile],
    listing: Listing,
    cache: Cache,
    reporter: Reporter,
    jobs: int | None = None,
) -> Corpus:
    """What was read, put together; with the addresses of a built site where the settings name one."""

    def read(folder: Path, how: Settings) -> Corpus:
        return ingest(folder, how, cache, reporter, jobs=jobs).corpus

    found, settled = settle(content, settings, files, read)
    return assemble(found, listing, settled)


def run(
    content: Path,
    paths: Sequence[str],
    settings: Settings,
    encode_with: ModelSettings | None,
    jobs: int | None = None,
    *,
    count_terms: bool = False,
    by_language: bool = False,
) -> Iterator[WorkResult]:
    """Read files in as many processes as pay, results in no particular order; see `work`."""
    calls = [(content, task, settings, encode_with, count_terms, by_language) for task in _tasks(content, paths)]
    return shared_out(work, calls, jobs=jobs, alone=len(paths) <= _IN_PROCESS_LIMIT)


def read_texts(
    content: Path, paths: Sequence[str], settings: Settings, jobs: int | None = None
) -> Iterator[tuple[str | None, ...]]:
    """The plain texts of files, in their order and in as many processes as pay; None for one that cannot be used."""
    calls = [(content, task, settings) for task in _tasks(content, paths)]
    return shared_out(plain_texts, calls, jobs=jobs, alone=len(paths) <= _IN_PROCESS_LIMIT, ordered=True)


def _tasks(content: Path, paths: Sequence[str]) -> Iterator[tuple[str, ...]]:
    # Each task goes through a table from its first row.
    size = _ROWS_PER_TASK if is_table(content) else _FILES_PER_TASK
    for start in range(0, len(paths), size):
        yield tuple(paths[start : start + size])


def article_space(settings: Settings, content: Path) -> bytes:
    """Names the way in which the files of a folder are read."""
    of_reading = (settings.content, settings.fields, settings.related, settings.urls, settings.languages)
    relevant = [*of_reading, sorted(settings.views)]
    return digest(READER_VERSION, msgspec.msgpack.encode(relevant), generator_name(settings, content))


def _as_it_is(file: ReadFile) -> ReadFile:
    return file
