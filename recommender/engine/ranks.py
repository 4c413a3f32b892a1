"""What follows the neighbours of each article: their final order, and which of them say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.engine.join import load_neighbours, neighbours_table
from recommender.engine.space import SpaceFiles
from recommender.engine.tables import array, read_table
from recommender.lexical.mentions import mentions
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.hubness import crowding
from recommender.neighbours.rerank import RERANKED, rerank
from recommender.selection.duplicates import Duplicates, near_duplicates
from recommender.site.duplicates import LOOKED_AT, alike, likeness
from recommender.site.similarity import score_changes

if TYPE_CHECKING:
    import pyarrow as pa

CROWD = "crowd"
RANK = "rank"
ALIKE = "alike"
DUPLICATES = "duplicates"
_THRESHOLD = b"threshold"


def crowd(neighbours: Path) -> pa.Table:
    """How near the neighbours of each article of a block are, in the order of the rows: ``crowding``."""
    import pyarrow as pa

    return pa.table({"crowding": crowding(load_neighbours([neighbours]))})


def rank(neighbours: Path, space: SpaceFiles, crowds: tuple[Path, ...]) -> pa.Table:
    """Candidates of a block in their final order, as `TextSimilarity.propose` gives them; see `neighbours_table`."""
    rows, found = array(read_table(neighbours, ["row"]), "row"), load_neighbours([neighbours])
    line, place = np.nonzero(found.indices[:, :RERANKED] >= 0)
    targets = found.indices[line, place]
    named = np.zeros(len(targets), dtype=np.float32)
    if space.share > 0:
        named = mentions(space.titles(), space.words(), rows[line], targets, threads=1)
    added = np.zeros((len(rows), min(found.depth, RERANKED)))
    added[line, place] = score_changes(named, load_crowding(crowds)[targets])
    return neighbours_table(rows, rerank(found, added))


def find_alike(ranked: Path, space: SpaceFiles, views: tuple[tuple[str, float], ...]) -> pa.Table:
    """The first candidates of a block by the likeness of their texts; see `neighbours_table`."""
    rows = array(read_table(ranked, ["row"]), "row")
    proposed = load_neighbours([ranked]).indices[:, :LOOKED_AT]

    def likeness_of(left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.float64]:
        # Of the articles that are asked for alone: the vectors of all may be larger than the memory.
        asked, place = np.unique(np.concatenate([left, right]), return_inverse=True)
        return likeness(_some_views(space, views, asked), place[: len(left)], place[len(left) :])

    return neighbours_table(rows, alike(rows, proposed, likeness_of))


def mark_duplicates(alikes: tuple[Path, ...], space: SpaceFiles, threshold: float | None, questions: bool) -> pa.Table:
    """Number of each article's cluster of near-duplicates, in the order of the rows: ``cluster``.

    The similarity from which on two articles are near-duplicates stands in the schema.
    """
    import pyarrow as pa

    found = near_duplicates(load_neighbours(alikes), [_numbers(space)] if questions else [], threshold=threshold)
    table = pa.table({"cluster": found.labels})
    return table.replace_schema_metadata({_THRESHOLD: repr(found.threshold).encode()})


def load_duplicates(path: Path) -> Duplicates:
    """What `mark_duplicates` found."""
    table = read_table(path)
    return Duplicates(float(_metadata(table)[_THRESHOLD]), array(table, "cluster"))


@lru_cache(maxsize=1)
def load_crowding(paths: tuple[Path, ...]) -> NDArray[np.float64]:
    """The crowding of all articles; kept by the process for its next block."""
    return np.concatenate([array(read_table(path), "crowding") for path in paths])


def load_candidates(path: Path, depth: int) -> tuple[NDArray[np.int32], Candidates]:
    """Rows of a block and their first `depth` candidates."""
    found = load_neighbours([path])
    rows: NDArray[np.int32] = array(read_table(path, ["row"]), "row")
    return rows, Candidates(found.indices[:, :depth], found.scores[:, :depth])


def _some_views(
    space: SpaceFiles, views: tuple[tuple[str, float], ...], rows: NDArray[np.integer]
) -> Iterator[tuple[NDArray[np.float32], float]]:
    for view, weight in views:
        yield space.view(view)[rows].astype(np.float32), weight


def _numbers(space: SpaceFiles) -> NDArray[np.int64]:
    """A number for each question that articles ask, -1 for none."""
    hashes = space.questions()
    _, numbers = np.unique(hashes, return_inverse=True)
    return np.where(hashes == 0, -1, numbers.astype(np.int64))


def _metadata(table: pa.Table) -> Mapping[bytes, bytes]:
    found: Mapping[bytes, bytes] = table.schema.metadata or {}
    return found
