"""The words of all articles, counted once for all systems that compare words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Texts = Callable[[], Iterator[str]]
"""Gives an iterator over the texts of all articles in row order, at each call from the start."""


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
