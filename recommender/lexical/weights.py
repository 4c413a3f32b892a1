"""From counts of terms to weights: one sparse row per article, whose inner products are a lexical similarity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.lexical.parts import Parts, SharedTerms, shared_terms
from recommender.lexical.terms import TermCounts
from recommender.scratch import StackedRows

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Part of the names of remembered neighbours: to be raised when the same counts give other weights.
WEIGHTS_VERSION = b"weights 1"

# Chosen on development parts of three sites; models/README.md has the figures.
TERM_FREQUENCY_POWER = 0.6
PAIR_WEIGHT = 0.8
MAX_TERMS = 128
MAX_ARTICLE_RATIO = 0.2
# With fewer articles than this, a word of a fifth of them can still be a topic.
_FEW_ARTICLES = 50
_IDF_STEP = 0.5
_ROWS_AT_ONCE = 65_536
# Titles whose terms weigh less together say little by being named, however fully.
_LEAST_TITLE_WEIGHT = 4.0
_POWERS = (np.arange(65_536) ** TERM_FREQUENCY_POWER).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms that compare a site's articles.

    Attributes
    ----------
    terms : uint32 array of shape (n_terms,)
        Their numbers, ascending; see `recommender.lexical.terms`.
    rarity : float32 array of shape (n_terms,)
        By what a term's frequency in an article is multiplied, above 0.
    too_common : uint32 array
        Numbers of the terms that too many articles hold to say anything, ascending.
    """

    terms: NDArray[np.uint32]
    rarity: NDArray[np.float32]
    too_common: NDArray[np.uint32]

    def weigh(self, counts: TermCounts) -> csr_matrix:
        """Weights of articles' terms, float32 of shape (len(counts), n_terms), rows as in `TermWeights.matrix`."""
        from scipy.sparse import csr_matrix

        used, columns = self._columns(counts.terms)
        starts = np.concatenate([[0], np.cumsum(used)])[counts.starts]
        values = _POWERS[counts.counts[used]] * self.rarity[columns]
        return _strongest(csr_matrix((values, columns, starts), shape=(len(counts), len(self.terms))))

    def weigh_titles(self, counts: TermCounts) -> csr_matrix:
        """Which part of an article's title each of its terms is.

        Returns
        -------
        float32 csr_matrix of shape (len(counts), n_terms)
            Shares of a title's rarity, column numbers ascending within a row. Terms that no other article holds are as
            rare as the rarest that compare, so that a title with such terms sums up to less than 1; so does one whose
            terms all say little.
        """
        from scipy.sparse import csr_matrix

        owner = np.repeat(np.arange(len(counts)), np.diff(counts.starts))[counts.in_title]
        terms = counts.terms[counts.in_title]
        used, columns = self._columns(terms)
        rarest = np.where(terms & 1, PAIR_WEIGHT, 1.0) * self.rarity.max(initial=0.0)
        rarity = np.where(np.isin(terms, self.too_common), 0.0, rarest)
        rarity[used] = self.rarity[columns]
        total = np.maximum(np.bincount(owner, rarity, len(counts)), _LEAST_TITLE_WEIGHT)
        shares = (rarity[used] / total[owner[used]]).astype(np.float32)
        starts = np.searchsorted(owner[used], np.arange(len(counts) + 1))
        return csr_matrix((shares, columns, starts), shape=(len(counts), len(self.terms)))

    def _columns(self, terms: NDArray[np.uint32]) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
        """Which of some terms compare articles, and the columns of these."""
        places = _places(self.terms, terms)
        places[places == len(self.terms)] = 0
        used = self.terms[places] == terms if len(self.terms) else np.zeros(len(places), dtype=np.bool_)
        return used, places[used].astype(np.int32)


@dataclass(frozen=True, slots=True)
class TermWeights:
    """The strongest terms of every article.

    Attributes
    ----------
    matrix : float32 csr_matrix of shape (n, n_terms)
        Column numbers ascend within a row. A row holds at most `MAX_TERMS` entries, divided by the length of the row
        with all its terms, so that its own length is at most 1; inner products are cosines cut at the strongest terms.
    titles : float32 csr_matrix of shape (n, n_terms)
        As of `Vocabulary.weigh_titles`.
    vocabulary : Vocabulary
        What the columns are.
    """

    matrix: csr_matrix
    titles: csr_matrix
    vocabulary: Vocabulary


def row_digests(matrix: csr_matrix, vocabulary: Vocabulary) -> list[bytes]:
    """16 bytes per article that name its row of weights, whatever the other articles are."""
    digests: list[bytes] = []
    for first in range(0, matrix.shape[0], _ROWS_AT_ONCE):
        bounds = matrix.indptr[first : first + _ROWS_AT_ONCE + 1].astype(np.int64)
        part = slice(int(bounds[0]), int(bounds[-1]))
        numbers = vocabulary.terms[matrix.indices[part]].tobytes()
        values = matrix.data[part].tobytes()
        digests += [
            blake2b(numbers[start:end] + values[start:end], digest_size=16).digest()
            for start, end in pairwise(((bounds - bounds[0]) * 4).tolist())
        ]
    return digests


def term_weights(counts: TermCounts) -> TermWeights:
    """As `term_weights_by_parts`, of counts that are all at hand."""
    return term_weights_by_parts(lambda: (counts,))


def term_weights_by_parts(parts: Parts, shared: SharedTerms | None = None) -> TermWeights:
    """Weigh terms by frequency in the article and rarity in the site.

    The weight of a term in an article is ``count ** 0.6 * idf``, for a pair of words times 0.8, where
    ``idf = ln((1 + n) / (1 + df))`` as in scikit-learn's ``smooth_idf`` less its 1. The idf is rounded to halves, so
    that an article that comes or goes changes few weights of the others. Terms of a single article compare nothing and
    those of more than a fifth of a larger site's articles say nothing; both are left out.

    Parameters
    ----------
    parts : callable
        Gives the counts of the site's articles in their order, some at a time. Called more than once: the counts of a
        large site are not held.
    shared : SharedTerms, optional
        Of these parts, where it is at hand.
    """
    shared = shared or shared_terms(parts)
    found = site_vocabulary(shared)
    return TermWeights(weighed_by_parts(parts, found), titles_by_parts(parts, found), found)


def site_vocabulary(shared: SharedTerms) -> Vocabulary:
    """The terms that compare the articles of a site."""
    return joined([vocabulary(terms, frequency, shared.articles) for terms, frequency in shared.ranges])


def weighed_by_parts(parts: Parts, known: Vocabulary) -> csr_matrix:
    """`TermWeights.matrix` of the articles of all parts."""
    rows = StackedRows(len(known.terms))
    for part in parts():
        rows.add(known.weigh(part))
    return rows.whole()


def titles_by_parts(parts: Parts, known: Vocabulary) -> csr_matrix:
    """`TermWeights.titles` of the articles of all parts."""
    rows = StackedRows(len(known.terms))
    for part in parts():
        rows.add(known.weigh_titles(part))
    return rows.whole()


def vocabulary(terms: NDArray[np.uint32], frequency: NDArray[np.integer], n: int) -> Vocabulary:
    """The terms that compare `n` articles, with their rarity; see `term_weights_by_parts`.

    Parameters
    ----------
    terms : uint32 array of shape (m,)
        Ascending.
    frequency : integer array of shape (m,)
        Of how many articles each is a term.
    """
    idf = np.round(np.log((1 + n) / (1 + frequency)) / _IDF_STEP) * _IDF_STEP
    most = MAX_ARTICLE_RATIO * n if n >= _FEW_ARTICLES else n
    too_common = (frequency > 1) & ((frequency > most) | (idf <= 0))
    rarity = np.where((frequency > 1) & ~too_common, idf, 0.0)
    rarity *= np.where(terms & 1, PAIR_WEIGHT, 1.0)
    used = rarity > 0
    return Vocabulary(terms[used], rarity[used].astype(np.float32), terms[too_common])


def joined(parts: Sequence[Vocabulary]) -> Vocabulary:
    """One vocabulary of several, whose terms follow each other."""
    return Vocabulary(
        np.concatenate([part.terms for part in parts]),
        np.concatenate([part.rarity for part in parts]),
        np.concatenate([part.too_common for part in parts]),
    )


def _places(ascending: NDArray[np.uint32], sought: NDArray[np.uint32]) -> NDArray[np.int64]:
    """As `numpy.searchsorted`, in less than half of its time where both are long: in order, what is sought is met where
    memory was just read.
    """
    keys = (sought.astype(np.uint64) << np.uint64(32)) | np.arange(len(sought), dtype=np.uint64)
    keys.sort()
    numbers = (keys >> np.uint64(32)).astype(np.uint32)
    is_first = np.ones(len(numbers), dtype=np.bool_)
    is_first[1:] = numbers[1:] != numbers[:-1]
    places: NDArray[np.int64] = np.empty(len(sought), dtype=np.int64)
    found = np.searchsorted(ascending, numbers[is_first])
    places[(keys & np.uint64(0xFFFFFFFF)).astype(np.int64)] = found[np.cumsum(is_first) - 1]
    return places


def _strongest(matrix: csr_matrix) -> csr_matrix:
    """Divide each row by its length and keep its strongest entries."""
    from scipy.sparse import csr_matrix

    values: list[NDArray[np.float32]] = []
    columns: list[NDArray[np.int32]] = []
    starts = np.zeros(matrix.shape[0] + 1, dtype=np.int64)
    bounds = matrix.indptr.tolist()
    for row, (start, end) in enumerate(pairwise(bounds)):
        data, indices = matrix.data[start:end], matrix.indices[start:end]
        length = np.sqrt(np.dot(data, data))
        if end - start > MAX_TERMS:
            kept = np.sort(np.argpartition(-data, MAX_TERMS)[:MAX_TERMS])
            data, indices = data[kept], indices[kept]
        values.append(data / (length or np.float32(1)))
        columns.append(indices)
        starts[row + 1] = starts[row] + len(data)
    empty = np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int32)
    return csr_matrix(
        (np.concatenate([empty[0], *values]), np.concatenate([empty[1], *columns]), starts), shape=matrix.shape
    )
