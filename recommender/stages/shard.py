"""A shard of files, from its texts to what its articles are compared by: stages for sites whose parts are files."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from recommender.corpus.corpus import ReadFile
from recommender.errors import ProblemsError
from recommender.lexical.fingerprints import PACKED_BYTES
from recommender.lexical.letters import title_runs, title_sizes
from recommender.lexical.profiles import WordTable, rarest_of, word_rarity
from recommender.lexical.terms import TermCounts
from recommender.lexical.weights import Vocabulary, joined, vocabulary
from recommender.neighbours.fused import fused_vectors
from recommender.settings import ModelSettings, Settings
from recommender.stages.stage import Columns, Ragged, Stage
from recommender.stages.texts import count_files, encode_texts, own_encoder, read_files, texts_of

if TYPE_CHECKING:
    from recommender.corpus.reader import FileDocument
    from recommender.embedder.encoder import Encoder

_TERMS = 2**32


def embed(
    content: Path, paths: tuple[str, ...], settings: Settings, model: ModelSettings, before: Columns | None = None
) -> Columns:
    """Read files, count their terms and encode their texts with a light model of this process' own.

    Parameters
    ----------
    before : mapping, optional
        What the stage made of these files before some of them changed: its texts are not encoded again.

    Returns
    -------
    mapping
        One line per file, in the order of `paths`: the columns of `read` but the texts, and those of `encode`.

    Raises
    ------
    ProblemsError
        A file cannot be opened here.
    """
    files = _read_files(content, paths, settings)
    vectors = _encoded(
        [file.record for file in files], texts_of(files), sorted(settings.views), own_encoder(model), before
    )
    return _read_columns(files, settings) | vectors


def read(content: Path, paths: tuple[str, ...], settings: Settings) -> Columns:
    """Read files, count their terms and keep their texts for `encode`.

    Returns
    -------
    mapping
        One line per file, in the order of `paths`: ``record``, a `ReadFile` in MessagePack; ``terms`` and packed
        ``counts`` as in `TermCounts`, empty where words do not count or the file is no article; ``prints``, packed
        `Fingerprints`, zeros where it is none; and the text of each view as ``text.VIEW``, None where there is none.

    Raises
    ------
    ProblemsError
        A file cannot be opened here.
    """
    files = _read_files(content, paths, settings)
    columns = _read_columns(files, settings)
    for view in sorted(settings.views):
        columns[f"text.{view}"] = [None if file.document is None else file.document.texts[view] for file in files]
    return columns


def encode(held: Columns, views: Sequence[str], encoder: Encoder, before: Columns | None = None) -> Columns:
    """Encode the texts that `read` kept, but those that are known from before.

    Returns
    -------
    mapping
        One line per file, in the same order. For each view ``digest.VIEW``, the name of the text, zero where there is
        none; ``vector.VIEW`` of half precision, zero as well; ``chunks.VIEW`` and ``cut.VIEW`` as in
        `recommender.embedder.encoder.Encoded`.
    """
    records = records_of(held)
    texts: dict[bytes, str] = {}
    for view in views:
        for record, text in zip(records, held[f"text.{view}"], strict=True):
            if text is not None:
                texts[record.texts[view].digest] = text
    return _encoded(records, texts, sorted(views), encoder, before)


def encode_here(held: Columns, views: Sequence[str], model: ModelSettings, before: Columns | None = None) -> Columns:
    """As `encode`, with a model of this process' own, which is loaded once."""
    return encode(held, views, own_encoder(model), before)


def records_of(held: Columns) -> list[ReadFile]:
    """What reading a shard's files gave."""
    decoder = msgspec.msgpack.Decoder(ReadFile)
    return [decoder.decode(blob) for blob in held["record"]]


def count(shard: Columns, places: NDArray[np.int32]) -> Columns:
    """Every ``term`` of the articles at `places` of a shard, ascending, and the number of ``articles`` that hold it."""
    terms, articles = np.unique(_counts(shard, places).terms, return_counts=True)
    return {"term": terms, "articles": articles.astype(np.uint32)}


def weigh_terms(counted: Sequence[Columns], part: int, parts: int, n: int) -> Columns:
    """The terms of one of `parts` ranges that compare `n` articles: ``term``, ascending, ``rarity``, 0 for those
    that are too common to compare, and ``word_rarity``, the rarity of each in profiles.
    """
    bounds = np.array([part * _TERMS // parts, (part + 1) * _TERMS // parts], dtype=np.uint64)
    found: list[tuple[NDArray[np.uint32], NDArray[np.uint32]]] = []
    for columns in counted:
        terms, articles = columns["term"], columns["articles"]
        own = slice(*np.searchsorted(terms, bounds))
        found.append((terms[own], articles[own]))
    none = np.empty(0, np.uint32)
    terms, place = np.unique(np.concatenate([none, *(one for one, _ in found)]), return_inverse=True)
    articles = np.concatenate([none, *(one for _, one in found)])
    frequency = np.bincount(place, weights=articles, minlength=len(terms)).astype(np.int64)
    kept = vocabulary(terms, frequency, n)
    every = np.concatenate([kept.terms, kept.too_common])
    rarity = np.concatenate([kept.rarity, np.zeros(len(kept.too_common), np.float32)])
    order = np.argsort(every)
    every = every[order]
    of_words = word_rarity(frequency[np.searchsorted(terms, every)], n)
    return {"term": every, "rarity": rarity[order], "word_rarity": of_words}


def weigh(
    shard: Columns,
    vectors: Columns,
    places: NDArray[np.int32],
    terms: Sequence[Columns],
    views: tuple[tuple[str, float], ...],
    title_count: int,
    n: int,
) -> Columns:
    """What articles of a shard are compared by.

    Parameters
    ----------
    shard, vectors : mapping
        Terms, and vectors: of `read` and `encode`, or of `embed`.
    places : int32 array
        Which lines are articles of the site.
    terms : sequence of mapping
        Of `weigh_terms`, all of them; none where words do not count.
    views : tuple of (str, float)
        Weight of each view, in the settings' order.
    title_count : int
        As how many each occurrence in a title was counted.
    n : int
        Articles of the site.

    Returns
    -------
    mapping
        One line per place: ``vectors`` in single precision, L2-normalised or zero; ``view.VIEW``, the view's vector
        in half precision; ``chunks.VIEW`` and ``cut.VIEW``; ``terms`` and ``weights``, the strongest terms by their
        columns; ``title_terms`` and ``title_shares`` of the title; the columns of articles in `profile_columns`;
        ``letters`` of the title and ``title_sizes``, its words; ``prints``, packed `Fingerprints`.
    """
    columns: dict[str, Any] = {}
    by_view = []
    for view, _ in views:
        found = vectors[f"vector.{view}"][places]
        by_view.append(found.astype(np.float32))
        columns[f"view.{view}"] = found
        columns[f"chunks.{view}"] = vectors[f"chunks.{view}"][places]
        columns[f"cut.{view}"] = vectors[f"cut.{view}"][places]
    columns["vectors"] = fused_vectors(by_view, [weight for _, weight in views])
    columns["prints"] = shard["prints"][places]
    known, counts = vocabulary_of(terms), _counts(shard, places)
    words, titles = known.weigh(counts), known.weigh_titles(counts)
    columns["terms"], columns["weights"] = Ragged(words.indices, words.indptr), Ragged(words.data, words.indptr)
    columns["title_terms"] = Ragged(titles.indices, titles.indptr)
    columns["title_shares"] = Ragged(titles.data, titles.indptr)
    profiles = _word_table(terms, n).profiles(counts, title_count)
    columns["words"], columns["marks"] = (
        Ragged(profiles.words, profiles.starts),
        Ragged(profiles.marks, profiles.starts),
    )
    columns["lengths"] = profiles.lengths
    columns["title_rarity"], columns["title_names"] = profiles.title_rarity, profiles.title_names
    records = records_of(shard)
    articles = (records[place].article for place in places.tolist())
    titles = ["" if article is None else article.title for article in articles]
    columns["letters"], columns["title_sizes"] = Ragged(*title_runs(titles)), title_sizes(titles)
    return columns


def put_together(weighed: Sequence[Columns], rows: Sequence[NDArray[np.int32]], terms: Sequence[Columns]) -> Columns:
    """The columns of `recommender.stages.space.Texts`, from the articles of all shards, in the order of their rows.

    Parameters
    ----------
    weighed : sequence of mapping
        Of `weigh`, all of them.
    rows : sequence of int32 array
        Rows of the articles of each.
    terms : sequence of mapping
        Of `weigh_terms`.
    """
    from recommender import scratch

    n = sum(map(len, rows))
    columns: dict[str, Any] = {}
    for shard, own in zip(weighed, rows, strict=True):
        for name in shard:
            values = shard[name]
            if isinstance(values, Ragged):
                continue
            if name not in columns:
                columns[name] = scratch.empty((n, *values.shape[1:]), values.dtype)
            columns[name][own] = values
    for name, of in _LISTS.items():
        columns[name] = _listed(weighed, rows, name, n)
        if of is not None:
            columns[of] = _listed(weighed, rows, of, n).values
    known = vocabulary_of(terms)
    words = _word_table(terms, n)
    columns["word_terms"], columns["word_rarity"] = words.terms, words.rarity
    return columns | {"vocabulary": known.terms, "rarity": known.rarity, "too_common": known.too_common}


def _listed(weighed: Sequence[Columns], rows: Sequence[NDArray[np.int32]], name: str, n: int) -> Ragged:
    """The lists of all shards in the order of their rows."""
    from recommender import scratch

    sizes = np.zeros(n, dtype=np.int64)
    for shard, own in zip(weighed, rows, strict=True):
        sizes[own] = np.diff(shard[name].starts)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    dtype = weighed[0][name].values.dtype if weighed else np.int32
    every = scratch.empty((int(starts[-1]),), dtype)
    for shard, own in zip(weighed, rows, strict=True):
        values, begins = shard[name]
        every[np.repeat(starts[own] - begins[:-1], np.diff(begins)) + np.arange(len(values))] = values
    return Ragged(every, starts)


def _word_table(terms: Sequence[Columns], n: int) -> WordTable:
    """The words of all ranges."""
    every = np.concatenate([np.empty(0, np.uint32), *(columns["term"] for columns in terms)])
    rarity = np.concatenate([np.empty(0, np.float32), *(columns["word_rarity"] for columns in terms)])
    single = every & 1 == 0
    return WordTable(every[single], rarity[single], rarest_of(n))


def vocabulary_of(terms: Sequence[Columns]) -> Vocabulary:
    """The terms of all ranges; kept by the process for its next shard."""
    key = tuple(map(id, terms))
    if _Kept.key != key:
        _Kept.key, _Kept.terms = key, terms
        _Kept.vocabulary = joined([_range(columns) for columns in terms]) if terms else _NO_WORDS
    return _Kept.vocabulary


def _range(columns: Columns) -> Vocabulary:
    terms, rarity = columns["term"], columns["rarity"]
    return Vocabulary(terms[rarity > 0], rarity[rarity > 0], terms[rarity == 0])


_NO_WORDS = Vocabulary(np.empty(0, np.uint32), np.empty(0, np.float32), np.empty(0, np.uint32))
_NO_TEXT = bytes(16)
# Lists by their names, and what has an entry for each of theirs.
_LISTS = {"terms": "weights", "title_terms": "title_shares", "words": "marks", "letters": None}


class _Kept:
    """The vocabulary that a process put together last."""

    key: tuple[int, ...] = ()
    terms: Sequence[Columns] = ()
    vocabulary: Vocabulary = _NO_WORDS


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


def _read_columns(files: Sequence[FileDocument], settings: Settings) -> dict[str, Any]:
    to_bytes = msgspec.msgpack.Encoder().encode
    articles = np.array([file.document is not None for file in files], dtype=np.bool_)
    sizes = np.zeros(len(files), dtype=np.int64)
    terms, counts = np.empty(0, np.uint32), np.empty(0, np.uint16)
    prints = np.zeros((len(files), PACKED_BYTES), dtype=np.uint8)
    counted = count_files(files, settings.word_fields).counts
    if counted.prints is not None:
        prints[articles] = counted.prints.packed()
    if settings.words.share > 0:
        sizes[articles] = np.diff(counted.starts)
        terms, counts = counted.terms, counted.packed()
    starts = np.concatenate([[0], np.cumsum(sizes)])
    return {
        "record": [to_bytes(file.record) for file in files],
        "terms": Ragged(terms, starts),
        "counts": Ragged(counts, starts),
        "prints": prints,
    }


def _counts(shard: Columns, places: NDArray[np.int32]) -> TermCounts:
    terms, starts = shard["terms"]
    counts = TermCounts.unpacked(terms, shard["counts"].values, starts)
    sizes = np.diff(counts.starts)[places]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    place = np.repeat(counts.starts[places] - starts[:-1], sizes) + np.arange(starts[-1])
    return TermCounts(counts.terms[place], counts.counts[place], counts.in_title[place], counts.in_lead[place], starts)


def _encoded(
    records: Sequence[ReadFile],
    texts: Mapping[bytes, str],
    views: Sequence[str],
    encoder: Encoder,
    before: Columns | None,
) -> dict[str, Any]:
    """The columns of `encode`, given the distinct texts by their names."""
    known = _known(before, views)
    encoded = encode_texts(encoder, {name: text for name, text in texts.items() if name not in known})
    made = zip(encoded.vectors, encoded.chunks, encoded.cut_ratio, strict=True)
    known |= {name: _Text(*one) for name, one in zip(encoded.digests, made, strict=True)}
    nothing = _Text(np.zeros(encoder.dim, np.float16), 0, 0.0)
    columns: dict[str, Any] = {}
    for view in views:
        names = [record.texts[view].digest if record.article is not None else _NO_TEXT for record in records]
        found = [known.get(name, nothing) for name in names]
        columns[f"digest.{view}"] = np.frombuffer(b"".join(names), dtype=np.uint8).reshape(-1, len(_NO_TEXT))
        columns[f"vector.{view}"] = np.array([one.vector for one in found], np.float16).reshape(-1, encoder.dim)
        columns[f"chunks.{view}"] = np.array([one.chunks for one in found], np.int32)
        columns[f"cut.{view}"] = np.array([one.cut for one in found], np.float32)
    return columns


class _Text(NamedTuple):
    """What `encode` makes of a text."""

    vector: NDArray[np.float16]
    chunks: int
    cut: float


def _known(before: Columns | None, views: Sequence[str]) -> dict[bytes, _Text]:
    """The texts that were encoded before, by their names."""
    known: dict[bytes, _Text] = {}
    if before is None:
        return known
    for view in views:
        if f"digest.{view}" in before:
            columns = (before[f"{name}.{view}"] for name in ("digest", "vector", "chunks", "cut"))
            for name, vector, chunks, cut in zip(*columns, strict=True):
                known[name.tobytes()] = _Text(vector, chunks, cut)
    known.pop(_NO_TEXT, None)
    return known


EMBED = Stage("embed", 5, embed, "read and encode", is_table=True)
READ = Stage("read", 5, read, "read", is_table=True)
ENCODE = Stage("encode", 3, encode_here, "encode", is_table=True, is_heavy=True)
COUNT = Stage("count", 2, count, "count terms", is_table=True)
VOCABULARY = Stage("vocabulary", 4, weigh_terms, "weigh terms", is_table=True)
WEIGH = Stage("weigh", 6, weigh, "weigh words", is_table=True)
SPACE = Stage("space", 6, put_together, "put together")
