"""The task of every system: lists of the same length, for the same articles, from the same candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.article import Article
from recommender.evaluator.systems.words import Words
from recommender.neighbours.candidates import Candidates


@dataclass(frozen=True, slots=True)
class Task:
    """One task for many systems.

    Attributes
    ----------
    articles : sequence of Article
        All of the site, sorted by key.
    sources : int32 array of shape (n_sources,)
        Rows of the articles that want a list, ascending.
    eligible : bool array of shape (n_articles,)
        Which articles may be proposed.
    depth : int
        Longest list.
    cutoff : int
        Places that the deepest cut-off of the measures reads; lists that a site shows shorter go on to there.
    words : Words
        Of the articles' texts.
    seed : int
        Seed of the systems that draw.
    threads : int
        Most threads at once; no result depends on it.
    """

    articles: Sequence[Article]
    sources: NDArray[np.int32]
    eligible: NDArray[np.bool_]
    depth: int
    words: Words
    cutoff: int = 0
    seed: int = 0
    threads: int = 1

    @property
    def pool(self) -> NDArray[np.int64]:
        """Rows that may be proposed, ascending."""
        return np.flatnonzero(self.eligible)


def nothing(n_sources: int, depth: int) -> Candidates:
    """Empty lists."""
    return Candidates(
        np.full((n_sources, depth), -1, dtype=np.int32),
        np.full((n_sources, depth), -np.inf, dtype=np.float64),
    )
