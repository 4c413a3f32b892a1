"""The task of every system: lists of one length, for the same articles, from the same candidates and words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.article import Article
from recommender.neighbours.candidates import Candidates

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Texts = Callable[[], Iterator[str]]
"""Gives an iterator over the texts of all articles in row order, at each call from the start."""


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


class Words:
    """Counts of words, made when they are first used.

    Parameters
    ----------
    texts : callable
    """

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    @cached_property
    def counts(self) -> csr_matrix:
        """How often each article holds each word, float32 of shape ``(n_articles, n_words)``; no columns without words.

        Words are runs of two or more letters or digits in lower case; scikit-learn's English stop words are left out.
        """
        from scipy.sparse import csr_matrix
        from sklearn.feature_extraction.text import CountVectorizer

        vectorizer = CountVectorizer(stop_words="english", dtype=np.float32)
        n_articles = 0

        def counted() -> Iterator[str]:
            nonlocal n_articles
            for text in self._texts():
                n_articles += 1
                yield text

        try:
            return vectorizer.fit_transform(counted())
        except ValueError:  # no word is left
            return csr_matrix((n_articles, 0), dtype=np.float32)
