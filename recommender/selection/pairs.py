"""Possible links, one a line: what all rules of the selection are applied to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates

Rows = NDArray[np.integer]

Similarity = Callable[[Rows, Rows], NDArray[np.floating]]
"""How alike the articles of two arrays of rows are, pair by pair, at most 1; the same pair gives the same number."""

PairScores = Callable[[Rows, Rows], NDArray[np.float64]]
"""What a proposal of each of the second rows to a reader of the first would score."""


@dataclass(frozen=True, slots=True)
class LinkPairs:
    """Possible links.

    Attributes
    ----------
    sources, targets : int32 arrays of shape (m,)
        Row numbers; no pair is there twice.
    scores : float64 array of shape (m,)
        As the pairs were proposed.
    values : float64 array of shape (m,)
        What the selection compares: the scores, corrected by what the rules ask for.
    """

    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    scores: NDArray[np.float64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.sources)

    def take(self, kept: NDArray[np.bool_] | NDArray[np.intp]) -> LinkPairs:
        """Some of the pairs, by mask or position."""
        return LinkPairs(self.sources[kept], self.targets[kept], self.scores[kept], self.values[kept])

    def valued(self, values: NDArray[np.float64]) -> LinkPairs:
        """The same pairs with other values."""
        return replace(self, values=values)

    def best_first(self) -> LinkPairs:
        """In the order of ``(source, -value, target)``."""
        return self.take(np.lexsort((self.targets, -self.values, self.sources)))

    def codes(self, n: int) -> NDArray[np.int64]:
        """One number for each pair of `n` articles."""
        return self.sources.astype(np.int64) * n + self.targets


def pairs_of(candidates: Candidates, rows: Rows) -> LinkPairs:
    """The candidates of some rows, ascending, as pairs, best first; `candidates` has one line per article."""
    indices = candidates.indices[rows]
    there = (indices >= 0) & (indices != np.asarray(rows)[:, None])
    sources = np.broadcast_to(np.asarray(rows, dtype=np.int32)[:, None], indices.shape)[there]
    scores = candidates.scores[rows][there]
    return LinkPairs(sources, indices[there], scores, scores)


def joined(first: LinkPairs, second: LinkPairs, n: int) -> LinkPairs:
    """The pairs of both, best first; of a pair that is in both the first's scores stay."""
    both = LinkPairs(*(np.concatenate([getattr(first, name), getattr(second, name)]) for name in LinkPairs.__slots__))
    _, places = np.unique(both.codes(n), return_index=True)
    return both.take(places).best_first()


def places_in_line(sources: Rows) -> NDArray[np.int64]:
    """Which of its source's pairs each pair is, from 0, for pairs that are sorted by source."""
    starts = np.flatnonzero(np.r_[True, sources[1:] != sources[:-1]]) if len(sources) else np.empty(0, np.int64)
    counts = np.diff(np.r_[starts, len(sources)])
    return np.arange(len(sources), dtype=np.int64) - np.repeat(starts, counts)


def firsts_of_clusters(pairs: LinkPairs, clusters: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which pairs are the first of their source with a target of that cluster."""
    _, first = np.unique(pairs.sources.astype(np.int64) * len(clusters) + clusters[pairs.targets], return_index=True)
    firsts = np.zeros(len(pairs), dtype=np.bool_)
    firsts[first] = True
    return firsts
