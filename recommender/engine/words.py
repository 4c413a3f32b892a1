"""Reduce: how many articles each term stands in, and what the terms of each article weigh."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.engine.order import count_rows, rows_of
from recommender.engine.tables import array, matrix_column, ragged, ragged_column, read_range, read_table
from recommender.lexical.terms import TermCounts
from recommender.lexical.weights import Vocabulary, joined, vocabulary

if TYPE_CHECKING:
    import pyarrow as pa

COUNT = "count"
VOCABULARY = "vocabulary"
WEIGH = "weigh"
_TERMS = 2**32
_TOO_COMMON = b"too common"
_NO_WORDS = Vocabulary(np.empty(0, np.uint32), np.empty(0, np.float32), np.empty(0, np.uint32))


def count(shard_path: Path, order_path: Path, shard: int) -> pa.Table:
    """In how many articles of a shard each term stands: ``term``, ascending, and ``articles``."""
    import pyarrow as pa

    places, _ = rows_of(order_path, shard)
    counts = _take(_counts_of(shard_path), places)
    terms, articles = np.unique(counts.terms, return_counts=True)
    return pa.table({"term": terms, "articles": articles.astype(np.uint32)})


def weigh_terms(count_paths: Sequence[Path], order_path: Path, part: int, parts: int) -> pa.Table:
    """The terms of one of `parts` ranges that compare articles: ``term``, ascending, and ``rarity``; those that are too
    common to compare are in the metadata.
    """
    import pyarrow as pa

    first, last = part * _TERMS // parts, (part + 1) * _TERMS // parts
    found = [read_range(path, "term", first, last) for path in count_paths]
    terms, place = np.unique(
        np.concatenate([np.empty(0, np.uint32), *(array(one, "term") for one in found)]), return_inverse=True
    )
    articles = np.concatenate([np.empty(0, np.uint32), *(array(one, "articles") for one in found)])
    frequency = np.bincount(place, weights=articles, minlength=len(terms)).astype(np.int64)
    kept = vocabulary(terms, frequency, count_rows(order_path))
    common = {_TOO_COMMON: kept.too_common.astype("<u4").tobytes()}
    return pa.table({"term": kept.terms, "rarity": kept.rarity}).replace_schema_metadata(common)


def weigh(
    shard_path: Path,
    vector_path: Path,
    order_path: Path,
    shard: int,
    vocabulary_paths: tuple[Path, ...],
    views: tuple[tuple[str, float], ...],
) -> pa.Table:
    """What articles of a shard are compared by.

    Parameters
    ----------
    shard_path, vector_path : Path
        Terms, and vectors: of `recommender.engine.embed`.
    order_path : Path
    shard : int
    vocabulary_paths : tuple of Path
        None of them: words do not count.
    views : tuple of (str, float)
        Weight of each view, in the settings' order.

    Returns
    -------
    pyarrow.Table
        ``row``, ascending; ``hash`` of the key; ``question``, the hash of the view of that name, 0 where it is empty or
        there is none; ``vector`` in single precision, L2-normalised or zero; ``view.VIEW``, the view's vector in half
        precision; ``terms`` and ``weights``, the strongest terms by their numbers; ``title_terms`` and ``title_shares``
        of the title.
    """
    import pyarrow as pa

    from recommender.engine.embed import vectors_of
    from recommender.neighbours.cells import key_hashes
    from recommender.neighbours.fused import fused_vectors

    places, rows = rows_of(order_path, shard)
    by_row = np.argsort(rows)
    places, rows = places[by_row], rows[by_row]
    held = read_table(shard_path, ["key", "question"]).take(places)
    by_view = {view: vectors_of(vector_path, view)[places] for view, _ in views}
    vectors = fused_vectors(list(by_view.values()), [weight for _, weight in views])
    known, counts = _NO_WORDS, _take(_counts_of(shard_path), places)
    if vocabulary_paths:
        known = load_vocabulary(vocabulary_paths)
    words, titles = known.weigh(counts), known.weigh_titles(counts)
    return pa.table(
        {
            "row": rows,
            "hash": key_hashes(key.encode() for key in held.column("key").to_pylist()),
            "question": held.column("question"),
            "vector": matrix_column(vectors),
            **{f"view.{view}": matrix_column(found.astype(np.float16)) for view, found in by_view.items()},
            "terms": ragged_column(known.terms[words.indices], words.indptr),
            "weights": ragged_column(words.data, words.indptr),
            "title_terms": ragged_column(known.terms[titles.indices], titles.indptr),
            "title_shares": ragged_column(titles.data, titles.indptr),
        }
    )


@lru_cache(maxsize=1)
def load_vocabulary(paths: tuple[Path, ...]) -> Vocabulary:
    """The terms of all ranges; kept by the process for its next shard."""
    tables = [read_table(path) for path in paths]
    return joined(
        [
            Vocabulary(
                array(table, "term"),
                array(table, "rarity"),
                np.frombuffer(table.schema.metadata[_TOO_COMMON], dtype="<u4"),
            )
            for table in tables
        ]
    )


def count_terms(paths: Sequence[Path]) -> int:
    """How many terms compare articles."""
    import pyarrow.parquet as pq

    return sum(pq.read_metadata(path).num_rows for path in paths)


def _counts_of(shard_path: Path) -> TermCounts:
    held = read_table(shard_path, ["terms", "counts"])
    terms, starts = ragged(held, "terms")
    return TermCounts.unpacked(terms, ragged(held, "counts")[0], starts)


def _take(counts: TermCounts, articles: NDArray[np.integer]) -> TermCounts:
    sizes = np.diff(counts.starts)[articles]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    place = np.repeat(counts.starts[articles] - starts[:-1], sizes) + np.arange(starts[-1])
    return TermCounts(counts.terms[place], counts.counts[place], counts.in_title[place], starts)
