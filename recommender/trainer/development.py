"""How good a model is on the development part, while it is trained.

Only texts of that part compete, which keeps it quick; the figures of the finished model are taken among all articles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InputError
from recommender.evaluator.judgements import Judgements, RowSets
from recommender.evaluator.measures import parse_measure
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.exact import nearest
from recommender.neighbours.fused import fused_vectors
from recommender.trainer.pairs import SiteTexts, make_pairs
from recommender.trainer.parts import Parts

MEASURE = "nDCG@10"
_DEPTH = 10

Encode = Callable[[NDArray[np.int64]], NDArray[np.float32]]
"""Vectors of texts given by their numbers, L2-normalised."""


class DevelopmentTask(Protocol):
    """Something that a model is to find in the development part."""

    @property
    def what(self) -> str:
        """What is to be found."""

    @property
    def n_queries(self) -> int: ...

    def values(self, encode: Encode) -> NDArray[np.float64]:
        """nDCG@10 of each query."""


@dataclass(frozen=True, slots=True)
class FindLinked:
    """Find the articles that an article links to, by all views together.

    Attributes
    ----------
    judgements : Judgements
        Rows are places in the part.
    views : dict of str to int32 array of shape (n,)
        Numbers of the texts, -1 where there is none.
    """

    judgements: Judgements
    views: dict[str, NDArray[np.int32]]
    weights: dict[str, float]

    what = "linked articles"

    @property
    def n_queries(self) -> int:
        return len(self.judgements.queries)

    def values(self, encode: Encode) -> NDArray[np.float64]:
        """As `DevelopmentTask` says."""
        vectors = [_encoded(encode, numbers) for numbers in self.views.values()]
        joined = fused_vectors(vectors, [self.weights[view] for view in self.views])
        return _values(self.judgements, nearest(joined, _DEPTH, queries=self.judgements.queries))


@dataclass(frozen=True, slots=True)
class FindOther:
    """Find the other text of a pair among all other texts.

    Attributes
    ----------
    name : str
        Of the pairs.
    anchors, positives : int32 arrays of shape (n,)
        Numbers of the texts.
    """

    name: str
    anchors: NDArray[np.int32]
    positives: NDArray[np.int32]

    @property
    def what(self) -> str:
        return f"the other text of a pair ({self.name})"

    @property
    def n_queries(self) -> int:
        return len(self.anchors)

    def values(self, encode: Encode) -> NDArray[np.float64]:
        """As `DevelopmentTask` says."""
        answers, own = np.unique(self.positives, return_inverse=True)
        n = self.n_queries
        vectors = np.concatenate([encode(self.anchors.astype(np.int64)), encode(answers.astype(np.int64))])
        found = nearest(vectors, _DEPTH, queries=np.arange(n), targets=np.arange(n, len(vectors)))
        places = Candidates(np.where(found.indices >= 0, found.indices - n, -1), found.scores)
        return _values(_judgements(np.arange(n), own, n), places)


def development_task(
    site_texts: SiteTexts, parts: Parts, weights: dict[str, float], texts: list[str], *, seed: int = 0
) -> DevelopmentTask:
    """The task of the development part: by its links where it has any, else by pairs of views or of passages.

    Raises
    ------
    InputError
        The part has none of these.
    """
    rows = parts.development
    own = parts.judgements.restrict(rows)
    owners, targets = own.queries[own.relevant.owners], own.relevant.rows
    inside = np.isin(targets, rows)
    if inside.any():
        sources, found = np.searchsorted(rows, owners[inside]), np.searchsorted(rows, targets[inside])
        views = {view: numbers[rows] for view, numbers in site_texts.views.items()}
        return FindLinked(_judgements(sources, found, len(rows)), views, dict(weights))
    return find_other(site_texts, rows, texts, seed=seed)


def find_other(site_texts: SiteTexts, rows: NDArray[np.int64], texts: list[str], *, seed: int = 0) -> FindOther:
    """The task by pairs of views where articles have two, else by pairs of passages, which are appended to `texts`.

    Raises
    ------
    InputError
        There are neither.
    """
    no_links = np.empty((0, 2), dtype=np.int64)
    try:
        pairs = make_pairs(site_texts, rows, no_links, ("views",), texts, seed=seed)
    except InputError:
        pairs = make_pairs(site_texts, rows, no_links, ("passages",), texts, seed=seed)
    longest = max(pairs, key=len)
    return FindOther(longest.name, longest.anchors, longest.positives)


def _judgements(owners: NDArray[np.integer], rows: NDArray[np.integer], n: int) -> Judgements:
    from recommender.evaluator.judgements import LinkCounts

    sets = RowSets.from_pairs(owners, rows, n)
    queries = np.flatnonzero(sets.counts).astype(np.int32)
    counts = LinkCounts(len(rows), len(sets.rows), 0, 0, 0, 0, 0, 0)
    return Judgements(queries, sets.take(queries), RowSets.empty(len(queries)), False, counts)


def _values(judgements: Judgements, found: Candidates) -> NDArray[np.float64]:
    return parse_measure(MEASURE).per_query(judgements.judge(found))


def _encoded(encode: Encode, numbers: NDArray[np.int32]) -> NDArray[np.float32]:
    there = np.flatnonzero(numbers >= 0)
    encoded = encode(numbers[there].astype(np.int64))
    vectors = np.zeros((len(numbers), encoded.shape[1]), dtype=np.float32)
    vectors[there] = encoded
    return vectors
