"""What the signals of a pair read: one record of arrays for all articles of a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.article import Article
from recommender.neighbours.exact import row_products, sparse_row_products

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Rows = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class ArticleFeatures:
    """Articles as numbers. No curated link is among them.

    Attributes
    ----------
    numbers : float64 array of shape (n,)
        The ids that are numbers; NaN where there is none.
    days : float64 array of shape (n,)
        Days of the dates; NaN where there is none.
    groups, folders : int32 arrays of shape (n,)
        Places in `group_names`, and numbers of the files' folders; -1 where there is none.
    titles : int64 array of shape (n,)
        Articles of one title, case and spaces aside, share a number.
    text : float32 array of shape (n, dim)
        All views as one vector; rows L2-normalised or zero.
    views : dict of str to float32 array of shape (n, dim)
        One vector per view; rows L2-normalised or zero.
    words : csr_matrix of shape (n, n_terms) or None
        Term weights; rows of length 1 at most.
    title_words : csr_matrix of shape (n, n_terms) or None
        Which part of an article's title each term is; rows sum up to 1 at most.
    share : float
        Of the words in the similarity of two texts, 0 to 1; the rest is that of `text`.
    """

    numbers: NDArray[np.float64]
    days: NDArray[np.float64]
    groups: NDArray[np.int32]
    folders: NDArray[np.int32]
    titles: NDArray[np.int64]
    group_names: tuple[str, ...]
    text: NDArray[np.float32]
    views: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    words: csr_matrix | None = None
    title_words: csr_matrix | None = None
    share: float = 0.0

    def __len__(self) -> int:
        return len(self.numbers)

    def similarity(self, left: Rows, right: Rows) -> NDArray[np.float32]:
        """Of the texts of pairs of articles, given by rows, shape (n_pairs,)."""
        dense = row_products(self.text, left, right)
        if self.words is None or self.share == 0:
            return dense
        words = sparse_row_products(self.words, left, right)
        mixed: NDArray[np.float32] = np.float32(self.share) * words + np.float32(1 - self.share) * dense
        return mixed


def article_features(
    articles: Sequence[Article],
    text: NDArray[np.float32],
    views: Mapping[str, NDArray[np.float32]],
    words: csr_matrix | None = None,
    title_words: csr_matrix | None = None,
    share: float = 0.0,
) -> ArticleFeatures:
    """Turn articles and their vectors into features.

    Parameters
    ----------
    text, views, words, title_words, share
        As `ArticleFeatures` has them, aligned with `articles`.
    """
    groups, group_names = _numbered([article.group for article in articles])
    folders, _ = _numbered([article.path.rpartition("/")[0] for article in articles])
    titles, _ = _numbered([" ".join(article.title.casefold().split()) for article in articles])
    return ArticleFeatures(
        numbers=np.array([_number_of(article) for article in articles], dtype=np.float64),
        days=np.array([np.nan if a.date is None else a.date.toordinal() for a in articles], dtype=np.float64),
        groups=groups.astype(np.int32),
        folders=folders.astype(np.int32),
        titles=titles,
        group_names=group_names,
        text=text,
        views=views,
        words=words,
        title_words=title_words,
        share=share,
    )


def _number_of(article: Article) -> float:
    """The id as a number; NaN if it is none, or too large to differ from its neighbours."""
    number = article.number
    return float(number) if number is not None and abs(number) < 2**53 else np.nan


def _numbered(names: Sequence[str | None]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    known = tuple(sorted({name for name in names if name is not None}))
    place = {name: number for number, name in enumerate(known)}
    return np.array([-1 if name is None else place[name] for name in names], dtype=np.int64), known
