"""First stage: a shard of files to its articles, their vectors and their terms."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from recommender.corpus.corpus import ReadFile, TextMark
from recommender.engine.tables import matrix, matrix_column, ragged_column, read_table
from recommender.errors import ProblemsError
from recommender.settings import ModelSettings, Settings
from recommender.stages.texts import EncodedTexts, count_files, encode_texts, own_encoder, read_files, texts_of

if TYPE_CHECKING:
    import pyarrow as pa

    from recommender.corpus.reader import FileDocument
    from recommender.embedder.encoder import Encoder

EMBED = "embed"
READ = "read"
ENCODE = "encode"


def embed(content: Path, paths: tuple[str, ...], settings: Settings, model: ModelSettings) -> pa.Table:
    """Read files, count their terms and encode their texts with a light model of this process' own.

    Returns
    -------
    pyarrow.Table
        One line per file, in the order of `paths`: the columns of `read` but the texts, and those of `encode`.

    Raises
    ------
    ProblemsError
        A file cannot be opened here.
    """
    files = _read_files(content, paths, settings)
    encoder = own_encoder(model)
    encoded = encode_texts(encoder, texts_of(files))
    columns = _read_columns(files, settings) | _vector_columns(
        [_digests(file) for file in files], sorted(settings.views), encoded, encoder.dim
    )
    return _table(columns)


def read(content: Path, paths: tuple[str, ...], settings: Settings) -> pa.Table:
    """Read files, count their terms and keep their texts for `encode`.

    Returns
    -------
    pyarrow.Table
        One line per file, in the order of `paths`: ``path``; ``key``, null where the file is no article; ``record``,
        a `ReadFile` in MessagePack; ``question``, a hash of the view of that name, 0 where it is empty; ``terms`` and
        packed ``counts`` as in `TermCounts`, empty where words do not count; and the text of each view as
        ``text.VIEW``, null where there is none.

    Raises
    ------
    ProblemsError
        A file cannot be opened here.
    """
    import pyarrow as pa

    from recommender.embedder.text import plain_text

    files = _read_files(content, paths, settings)
    columns = _read_columns(files, settings)
    for view in sorted(settings.views):
        texts = [None if file.document is None else plain_text(file.document.texts[view]) for file in files]
        columns[f"text.{view}"] = pa.array(texts, pa.large_string())
    return _table(columns)


def encode(read_path: Path, views: Sequence[str], encoder: Encoder) -> pa.Table:
    """Encode the texts that `read` kept.

    Returns
    -------
    pyarrow.Table
        One line per file, in the same order. For each view ``vector.VIEW`` of half precision, zero where there is no
        text, ``chunks.VIEW`` and ``cut.VIEW`` as in `recommender.embedder.encoder.Encoded`.
    """
    names = sorted(views)
    held = read_table(read_path, [f"text.{view}" for view in names])
    texts = {view: held.column(f"text.{view}").to_pylist() for view in names}
    # Names of texts within this shard: the texts themselves.
    distinct = list(dict.fromkeys(text for column in texts.values() for text in column if text is not None))
    found = encoder.encode(distinct)
    keys = {text: number.to_bytes(8, "big") for number, text in enumerate(distinct)}
    encoded = EncodedTexts(tuple(keys.values()), found.vectors.astype(np.float16), found.chunks, found.cut_ratio)
    lines = [
        {view: keys[text] for view in names if (text := texts[view][line]) is not None} for line in range(len(held))
    ]
    return _table(_vector_columns(lines, names, encoded, encoder.dim))


def encode_here(read_path: Path, views: tuple[str, ...], model: ModelSettings) -> pa.Table:
    """As `encode`, with a model of this process' own, which is loaded once."""
    return encode(read_path, views, own_encoder(model))


def records_of(path: Path) -> list[ReadFile]:
    """What reading a shard's files gave."""
    decoder = msgspec.msgpack.Decoder(ReadFile)
    return [decoder.decode(blob) for blob in read_table(path, ["record"]).column("record").to_pylist()]


def vectors_of(path: Path, view: str) -> NDArray[np.float32]:
    """Vectors of one view of a shard, one per file."""
    vectors: NDArray[np.float32] = matrix(read_table(path, [f"vector.{view}"]), f"vector.{view}").astype(np.float32)
    return vectors


def _read_files(content: Path, paths: Sequence[str], settings: Settings) -> list[FileDocument]:
    """As `read_files`, but what cannot be opened fails: that is no property of the file, and must not be kept."""
    files = read_files(content, paths, settings)
    problems = [problem for file in files if (problem := file.record.problem) and problem.rule == "unreadable"]
    if problems:
        raise ProblemsError(
            f"{content} on {platform.node()}: every machine that works must be able to read the files; "
            "make them readable, or leave them out by content.exclude:",
            problems,
        )
    return files


def _digests(file: FileDocument) -> dict[str, bytes]:
    return {} if file.document is None else {view: mark.digest for view, mark in file.record.texts.items()}


def _read_columns(files: Sequence[FileDocument], settings: Settings) -> dict[str, pa.Array]:
    import pyarrow as pa

    to_bytes = msgspec.msgpack.Encoder().encode
    articles = np.array([file.document is not None for file in files], dtype=np.bool_)
    sizes = np.zeros(len(files), dtype=np.int64)
    terms, counts = np.empty(0, np.uint32), np.empty(0, np.uint16)
    if settings.words.share > 0:
        counted = count_files(files, settings.word_fields).counts
        sizes[articles] = np.diff(counted.starts)
        terms, counts = counted.terms, counted.packed()
    starts = np.concatenate([[0], np.cumsum(sizes)])
    return {
        "path": pa.array([file.record.path for file in files], pa.string()),
        "key": pa.array([None if file.document is None else file.document.article.key for file in files], pa.string()),
        "record": pa.array([to_bytes(file.record) for file in files], pa.binary()),
        "question": pa.array([_hash(file.record.texts.get("question")) for file in files], pa.uint64()),
        "terms": ragged_column(terms, starts),
        "counts": ragged_column(counts, starts),
    }


def _hash(text: TextMark | None) -> int:
    return 0 if text is None or not text.chars else int.from_bytes(text.digest[:8], "little")


def _vector_columns(
    lines: Sequence[Mapping[str, bytes]], views: Sequence[str], encoded: EncodedTexts, dim: int
) -> dict[str, pa.Array]:
    import pyarrow as pa

    place = {name: number for number, name in enumerate(encoded.digests)}
    none = len(place)
    vectors = np.concatenate([encoded.vectors.reshape(none, dim), np.zeros((1, dim), np.float16)])
    chunks = np.append(encoded.chunks, 0).astype(np.int32)
    cut = np.append(encoded.cut_ratio, 0).astype(np.float32)
    columns = {}
    for view in views:
        rows = np.array([place[line[view]] if view in line else none for line in lines], dtype=np.int64)
        columns[f"vector.{view}"] = matrix_column(vectors[rows])
        columns[f"chunks.{view}"] = pa.array(chunks[rows])
        columns[f"cut.{view}"] = pa.array(cut[rows])
    return columns


def _table(columns: dict[str, pa.Array]) -> pa.Table:
    import pyarrow as pa

    return pa.table(columns)
