"""Candidates that share an article's strongest words, from posting lists of bounded length.

Of every term only the articles in which it weighs most are kept (an impact-ordered index, cut; Anh et al. 2001, SIGIR),
and of every query only its strongest terms are looked up, so that the work grows with the number of articles and not
with its square.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.scratch import StackedRows

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Rows = NDArray[np.integer]

_LISTED_AT_ONCE = 131_072
_ENTRIES_AT_ONCE = 16_000_000


def heaviest(matrix: csr_matrix, most: int) -> csr_matrix:
    """Each row's `most` largest entries, of equal ones those of the smaller columns.

    Parameters
    ----------
    matrix : float32 csr_matrix of shape (n, m)
        Entries above 0, columns ascending within a row.

    Returns
    -------
    float32 csr_matrix of shape (n, m)
        Columns ascending within a row.
    """
    from scipy.sparse import csr_matrix

    counts = np.diff(matrix.indptr)
    kept = np.ones(matrix.nnz, dtype=np.bool_)
    long = np.flatnonzero(counts > most)
    for start, end in zip(matrix.indptr[long].tolist(), matrix.indptr[long + 1].tolist(), strict=True):
        values = matrix.data[start:end]
        least = np.partition(values, len(values) - most)[len(values) - most]
        above = values > least
        ties = np.flatnonzero(values == least)
        above[ties[: most - int(above.sum())]] = True
        kept[start:end] = above
    starts = np.concatenate([[0], np.cumsum(np.minimum(counts, most), dtype=np.int64)])
    return csr_matrix((matrix.data[kept], matrix.indices[kept], starts), shape=matrix.shape)


def posting_lists(words: csr_matrix, limit: int, targets: Rows) -> csr_matrix:
    """Of every term the `limit` targets in which it weighs most, of equal ones the first.

    Some terms are listed at a time: of a large site neither the lists nor the words turned into columns are held whole.

    Parameters
    ----------
    words : float32 csr_matrix of shape (n, n_terms)
    targets : integer array
        Rows that may be found, ascending.

    Returns
    -------
    float32 csr_matrix of shape (n_terms, len(targets))
        Columns are positions in `targets`, ascending within a row.
    """
    from scipy.sparse import csr_matrix, vstack

    if not len(targets):
        return csr_matrix((words.shape[1], 0), dtype=np.float32)

    ends = np.cumsum(_entries_of_columns(words))
    bounds = np.searchsorted(ends, np.arange(_ENTRIES_AT_ONCE, words.nnz, _ENTRIES_AT_ONCE), side="right")
    lists = StackedRows(len(targets))
    starts = range(0, len(targets), _LISTED_AT_ONCE)
    for first, last in pairwise(np.unique([0, *bounds.tolist(), words.shape[1]]).tolist()):
        parts = [words[targets[start : start + _LISTED_AT_ONCE]][:, first:last] for start in starts]
        lists.add(heaviest(vstack(parts, format="csr").T.tocsr(), limit))
    return lists.whole()


def found_by_words(queries: csr_matrix, postings: csr_matrix, most: int, *, threads: int = 1) -> csr_matrix:
    """The `most` targets of every query that have most in common with it, as far as the lists tell.

    Parameters
    ----------
    queries : float32 csr_matrix of shape (n, n_terms)
        The `heaviest` terms of each.
    postings : float32 csr_matrix of shape (n_terms, n_targets)
        From `posting_lists`.

    Returns
    -------
    float32 csr_matrix of shape (n, n_targets)
        In no particular order within a row.
    """
    from sparse_dot_topn import sp_matmul_topn

    return sp_matmul_topn(queries, postings, most, threshold=0.0, n_threads=threads)


def _entries_of_columns(matrix: csr_matrix) -> NDArray[np.int64]:
    counts = np.zeros(matrix.shape[1], dtype=np.int64)
    for start in range(0, matrix.nnz, _ENTRIES_AT_ONCE):
        counts += np.bincount(matrix.indices[start : start + _ENTRIES_AT_ONCE], minlength=len(counts))
    return counts
