"""What one process does with a handful of files: read them, and encode them where the encoder is light."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.corpus import ReadFile, TextMark
from recommender.corpus.fields import DocumentReader
from recommender.corpus.reader import FileDocument, read_documents
from recommender.digest import digest
from recommender.embedder.encoder import Encoder
from recommender.embedder.load import load_encoder, shipped_model
from recommender.lexical.languages import language_of
from recommender.lexical.terms import TermCounter, TermCounts
from recommender.processes import peak_bytes
from recommender.settings import TITLE_FIELDS, ModelSettings, Settings


@dataclass(frozen=True, slots=True)
class EncodedTexts:
    """Vectors of distinct texts.

    Attributes
    ----------
    digests : tuple of bytes
        Names of the texts.
    vectors : float16 array of shape (n, dim)
        L2-normalised before they were rounded to half precision.
    chunks : int32 array of shape (n,)
    cut_ratio : float32 array of shape (n,)
        As in `recommender.embedder.encoder.Encoded`.
    """

    digests: tuple[bytes, ...]
    vectors: NDArray[np.float16]
    chunks: NDArray[np.int32]
    cut_ratio: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class CountedTexts:
    """Term counts of articles that are named as `terms_name` names them."""

    names: tuple[bytes, ...]
    counts: TermCounts


def terms_name(texts: Mapping[str, TextMark], fields: Mapping[str, int], language: str | None) -> bytes:
    """Names what the terms of an article are counted from: its texts, and the language that it names."""
    return digest(*(texts[field].digest for field in fields), (language or "").encode())


@dataclass(frozen=True, slots=True)
class WorkResult:
    """What came of a handful of files.

    Attributes
    ----------
    digests : tuple of bytes
        Aligned with `records`: the names of the files' contents.
    encoded : mapping of str or None to EncodedTexts
        By the name of the model.
    process : int
        Number of the process that did it.
    peak_bytes : int
        Its largest resident size so far.
    """

    records: tuple[ReadFile, ...]
    digests: tuple[bytes, ...]
    encoded: Mapping[str | None, EncodedTexts]
    counted: CountedTexts | None
    process: int
    peak_bytes: int


def work(
    content: Path,
    paths: tuple[str, ...],
    settings: Settings,
    encode_with: ModelSettings | None,
    count_terms: bool = False,
    by_language: bool = False,
) -> WorkResult:
    """Read files, encode their texts with a model of this process' own if one is named, and count their terms.

    Parameters
    ----------
    by_language : bool
        Articles that name their language are encoded with the shipped model for it.
    """
    files = read_files(content, paths, settings)
    by_model = {} if encode_with is None else _by_model(files, encode_with, by_language=by_language)
    encoded = {model.name: encode_texts(own_encoder(model), texts_of(of)) for model, of in by_model.items()}
    counted = count_files(files, settings.word_fields) if count_terms else None
    return WorkResult(
        records=tuple(file.record for file in files),
        digests=tuple(file.digest for file in files),
        encoded=encoded,
        counted=counted,
        process=os.getpid(),
        peak_bytes=peak_bytes(),
    )


def _by_model(
    files: Sequence[FileDocument], model: ModelSettings, *, by_language: bool
) -> dict[ModelSettings, list[FileDocument]]:
    found: dict[ModelSettings, list[FileDocument]] = {}
    for file in files:
        language = file.record.article.language if file.record.article is not None and by_language else None
        own = replace(model, name=shipped_model(language)) if language else model
        found.setdefault(own, []).append(file)
    return found


def read_files(content: Path, paths: Sequence[str], settings: Settings) -> list[FileDocument]:
    """Read files of a site, in the order of their paths."""
    by_path = {file.record.path: file for file in read_documents(content, paths, _reader(settings))}
    return [by_path[path] for path in paths]


def texts_of(files: Sequence[FileDocument]) -> dict[bytes, str]:
    """The distinct texts of all views by their digests, as the files have them."""
    return {
        file.record.texts[view].digest: text
        for file in files
        if file.document is not None
        for view, text in file.document.texts.items()
    }


def plain_texts(content: Path, paths: tuple[str, ...], settings: Settings) -> tuple[str | None, ...]:
    """The texts of each file as a model reads them, one below the other; None where a file cannot be used."""
    from recommender.embedder.text import plain_text

    documents = [file.document for file in read_files(content, paths, settings)]
    return tuple(
        None if document is None else "\n".join(map(plain_text, document.texts.values())) for document in documents
    )


def encode_texts(encoder: Encoder, texts: dict[bytes, str]) -> EncodedTexts:
    """Prepare and encode texts given by their digests."""
    from recommender.embedder.text import plain_text

    encoded = encoder.encode([plain_text(text) for text in texts.values()])
    return EncodedTexts(tuple(texts), encoded.vectors.astype(np.float16), encoded.chunks, encoded.cut_ratio)


def count_files(files: Sequence[FileDocument], fields: Mapping[str, int]) -> CountedTexts:
    """Count the terms of the articles among files that were read."""
    from recommender.embedder.text import plain_text

    names, texts, languages = [], [], []
    for file in files:
        if file.document is None:
            continue
        plain = {field: plain_text(text) for field, text in file.document.texts.items()}
        tag = None if file.record.article is None else file.record.article.language
        names.append(terms_name(file.record.texts, fields, tag))
        texts.append(plain)
        languages.append(language_of(tag, "\n".join(plain.values())))
    return CountedTexts(tuple(names), _counter().count(texts, fields, TITLE_FIELDS, languages))


class _Readers:
    """The reader of the site at hand: settings hold dictionaries, which `lru_cache` cannot hash."""

    last: tuple[Settings, DocumentReader] | None = None


def _reader(settings: Settings) -> DocumentReader:
    if _Readers.last is None or _Readers.last[0] != settings:
        _Readers.last = (settings, DocumentReader(settings))
    return _Readers.last[1]


@lru_cache(maxsize=1)
def _counter() -> TermCounter:
    return TermCounter()


@lru_cache(maxsize=2)
def own_encoder(model: ModelSettings) -> Encoder:
    """An encoder of this process' own, loaded once."""
    return load_encoder(model.name, device=model.device, precision=model.precision)
