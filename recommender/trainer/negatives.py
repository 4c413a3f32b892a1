"""Which articles may serve as wrong answers, and which of them are hard to tell from the right ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recommender.neighbours.candidates import Candidates
from recommender.trainer.pairs import TrainingPairs

NEAR_DUPLICATE_SCORE = 0.95
"""From this cosine on two articles say the same: neither is a wrong answer to the other."""

HARDEST_RATIO = 0.95
"""A mined negative is at most so near to the anchor as this share of what the positive is: nearer ones are often right
answers that nobody has linked (Moreira et al. 2024, NV-Retriever, arXiv:2407.15831)."""


def related_rows(
    n_articles: int, links: NDArray[np.int64], neighbours: Candidates, rows: NDArray[np.int64]
) -> csr_matrix:
    """Which articles are never a wrong answer to which.

    Parameters
    ----------
    links : int64 array of shape (n_links, 2)
        Known links.
    neighbours : Candidates
        The nearest articles of `rows`, scores being cosines.
    rows : int64 array of shape (n,)

    Returns
    -------
    bool csr matrix of shape (n_articles, n_articles)
        Symmetric, true for an article and itself, two linked articles, and near-duplicates.
    """
    near = (neighbours.indices >= 0) & (neighbours.scores >= NEAR_DUPLICATE_SCORE)
    owners = np.repeat(rows, near.sum(axis=1))
    every = np.arange(n_articles)
    first = np.concatenate([every, links[:, 0], owners])
    second = np.concatenate([every, links[:, 1], neighbours.indices[near]])
    ones = np.ones(2 * len(first), dtype=np.bool_)
    pairs = (np.concatenate([first, second]), np.concatenate([second, first]))
    return csr_matrix((ones, pairs), shape=(n_articles, n_articles), dtype=np.bool_)


def excluded(related: csr_matrix, anchors: NDArray[np.integer], answers: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Which answers of a batch are no wrong answers to which anchors.

    Parameters
    ----------
    related : bool csr matrix
        As `related_rows` makes it.
    anchors : integer array of shape (b,)
        Rows of the anchors' articles.
    answers : integer array of shape (m,), m at least b
        Rows of the positives' articles, in the anchors' order, then those of mined negatives.

    Returns
    -------
    bool array of shape (b, m)
        Never true for an anchor's own positive.
    """
    columns = csr_matrix(
        (np.ones(len(answers), dtype=np.int32), (answers, np.arange(len(answers)))),
        shape=(related.shape[1], len(answers)),
    )
    mask: NDArray[np.bool_] = (related[anchors].astype(np.int32) @ columns).toarray() > 0
    own = np.arange(len(anchors))
    mask[own, own] = False
    return mask


def mine(
    pairs: TrainingPairs,
    positive_scores: NDArray[np.floating],
    neighbours: Candidates,
    rows: NDArray[np.int64],
    related: csr_matrix,
    count: int,
    rng: np.random.Generator,
) -> NDArray[np.int32]:
    """Hard negatives for each pair: articles near to the anchor that are no right answers, as far as is known.

    Parameters
    ----------
    positive_scores : array of shape (n_pairs,)
        Cosine of each pair's articles.
    neighbours : Candidates
        The nearest articles of `rows` among `rows`.
    rows : int64 array of shape (n,)
        Of the training part, ascending.
    related : bool csr matrix
        As `related_rows` makes it.
    count : int
        Negatives per pair.
    rng : numpy.random.Generator
        Draws among those that qualify; where too few do, among all that are not related.

    Returns
    -------
    int32 array of shape (n_pairs, count)
        Rows of articles that have an answer.
    """
    able = rows[pairs.answers[rows] >= 0]
    chosen = np.empty((len(pairs), count), dtype=np.int32)
    lines = np.searchsorted(rows, pairs.anchor_rows)
    for place, (line, anchor, positive) in enumerate(
        zip(lines.tolist(), pairs.anchor_rows.tolist(), pairs.positive_rows.tolist(), strict=True)
    ):
        right = {*_of(related, anchor), *_of(related, positive)}
        found = neighbours.indices[line]
        near = found[(found >= 0) & (neighbours.scores[line] <= HARDEST_RATIO * positive_scores[place])]
        fit = [row for row in near[pairs.answers[near] >= 0].tolist() if row not in right]
        taken = rng.permutation(fit)[:count].tolist() if fit else []
        if len(taken) < count:
            others = able[~np.isin(able, list(right))]
            taken += rng.choice(others if len(others) else able, size=count - len(taken)).tolist()
        chosen[place] = taken
    return chosen


def _of(matrix: csr_matrix, row: int) -> list[int]:
    indices: list[int] = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]].tolist()
    return indices
