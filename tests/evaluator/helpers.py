"""Small made-up worlds for the tests of the evaluator."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.article import Article
from recommender.evaluator.judgements import Judgements, LinkCounts, RowSets
from recommender.evaluator.systems.task import Task, Words
from recommender.neighbours.candidates import Candidates

NO_LINKS = LinkCounts(0, 0, 0, 0, 0, 0, 0, 0)


def articles(n: int, **fields: Sequence[object]) -> list[Article]:
    """Articles with keys in order; `fields` give the other attributes row by row."""
    return [
        Article(
            key=f"/a/{row:05d}", path=f"a/{row:05d}.md", title=f"Title {row}", **{k: v[row] for k, v in fields.items()}
        )  # type: ignore[arg-type]
        for row in range(n)
    ]


def targets(*lists: Sequence[int]) -> list[NDArray[np.int32]]:
    return [np.array(rows, dtype=np.int32) for rows in lists]


def candidates(lists: Sequence[Sequence[int]], depth: int | None = None) -> Candidates:
    """Ranked lists with falling scores."""
    width = depth if depth is not None else max((len(rows) for rows in lists), default=0)
    indices = np.full((len(lists), width), -1, dtype=np.int32)
    for line, rows in enumerate(lists):
        indices[line, : len(rows)] = rows
    scores = np.where(indices >= 0, 1.0 - np.arange(width) / 1000, -np.inf)
    return Candidates(indices, scores)


def judgements(relevant: Sequence[Sequence[int]], rejected: Sequence[Sequence[int]] | None = None) -> Judgements:
    """Judgements whose queries are rows 0, 1, ..."""
    n = len(relevant)
    return Judgements(
        np.arange(n, dtype=np.int32), row_sets(relevant), row_sets(rejected or [[] for _ in range(n)]), False, NO_LINKS
    )


def row_sets(lists: Sequence[Sequence[int]]) -> RowSets:
    owners = np.repeat(np.arange(len(lists)), [len(rows) for rows in lists])
    return RowSets.from_pairs(owners, np.array([row for rows in lists for row in rows], dtype=np.int64), len(lists))


def task(found: Sequence[Article], depth: int = 5, texts: Sequence[str] | None = None, **changes: object) -> Task:
    given = list(texts) if texts is not None else [""] * len(found)

    def every() -> Iterator[str]:
        return iter(given)

    fields: dict[str, object] = {
        "articles": found,
        "sources": np.arange(len(found), dtype=np.int32),
        "eligible": np.ones(len(found), dtype=np.bool_),
        "depth": depth,
        "words": Words(every),
        **changes,
    }
    return Task(**fields)  # type: ignore[arg-type]


def ordered(scores: dict[int, float], depth: int) -> list[int]:
    """The one order of a ranking, naively."""
    return [row for row, _ in sorted(scores.items(), key=lambda item: (-item[1], item[0]))][:depth]


def as_lists(found: Candidates) -> list[list[int]]:
    return [[row for row in line if row >= 0] for line in found.indices.tolist()]


DAY = dt.date(2025, 1, 1)
