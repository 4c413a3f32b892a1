"""Baselines that compare words: TF-IDF and BM25 over the whole text of the articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.evaluator.systems.task import Task, nothing
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.order import best_first, rounded

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_SPARE = 8
_BLOCK_CELLS = 4_000_000


def tfidf(task: Task) -> Candidates:
    """Cosine of TF-IDF vectors: sublinear counts, English stop words left out, words of at least two articles."""
    from sklearn.feature_extraction.text import TfidfTransformer

    counts = task.words.counts
    shared = counts[:, counts.getnnz(axis=0) >= 2]
    if not shared.shape[1]:
        return nothing(len(task.sources), task.depth)
    weights = TfidfTransformer(sublinear_tf=True).fit_transform(shared)
    return _best_products(weights, weights, task)


def bm25(task: Task) -> Candidates:
    """BM25 (Robertson and Zaragoza 2009) as Lucene scores it; the whole text of an article is the query.

    The words are those of `tfidf`. Where this was chosen, questions alone as queries found less: R@5 was 0.128, of
    whole articles 0.150.
    """
    import bm25s
    from scipy.sparse import csc_matrix

    counts = task.words.counts
    if not counts.shape[1]:
        return nothing(len(task.sources), task.depth)
    words = np.repeat(counts.indices, counts.data.astype(np.int64))
    ends = np.cumsum(np.asarray(counts.sum(axis=1), dtype=np.int64))
    ids = [part.tolist() for part in np.split(words, ends[:-1])]
    index = bm25s.BM25(method="lucene")
    # The words themselves are of no matter here, their numbers name them.
    index.index((ids, {str(number): number for number in range(counts.shape[1])}), show_progress=False)
    found = index.scores
    weights = csc_matrix((found["data"], found["indices"], found["indptr"][: counts.shape[1] + 1]), shape=counts.shape)
    return _best_products(counts, weights.tocsr(), task)


def _best_products(queries: csr_matrix, weights: csr_matrix, task: Task) -> Candidates:
    """The best candidates by inner product of sparse rows; a candidate that shares no word is none.

    A few more than wanted are taken, since the library's order among equals is not ours; a line whose last
    place is not certain even so is taken deeper.
    """
    from sparse_dot_topn import sp_matmul_topn

    result = nothing(len(task.sources), task.depth)
    pool = task.pool
    postings = weights[pool].T.tocsr()
    pending = np.arange(len(task.sources))
    reach = min(len(pool), task.depth + 1 + _SPARE)
    while len(pending) and reach:
        unsure = []
        for lines in np.array_split(pending, max(1, -(-len(pending) * reach // _BLOCK_CELLS))):
            wanted = queries[task.sources[lines]]
            found = sp_matmul_topn(wanted, postings, top_n=reach, sort=True, n_threads=task.threads)
            certain = _fill(result, lines, task.sources, pool, found, reach)
            unsure.append(lines[~certain])
        pending = np.concatenate(unsure)
        reach = 0 if reach == len(pool) else min(len(pool), reach * 4)
    return result


def _fill(
    result: Candidates,
    lines: NDArray[np.intp],
    sources: NDArray[np.int32],
    pool: NDArray[np.int64],
    found: csr_matrix,
    reach: int,
) -> NDArray[np.bool_]:
    """Write what was found into some lines of the result, and return which of them are certain."""
    counts = np.diff(found.indptr)
    rows = np.full((len(lines), reach), -1, dtype=np.int64)
    scores = np.full((len(lines), reach), -np.inf)
    filled = np.arange(reach)[None, :] < counts[:, None]
    rows[filled] = pool[found.indices]
    scores[filled] = rounded(found.data)
    last = scores[:, -1].copy()
    scores[(rows == sources[lines][:, None]) | (scores <= 0)] = -np.inf
    order = best_first(rows, scores)[:, : result.depth]
    best = np.take_along_axis(scores, order, axis=1)
    width = best.shape[1]
    result.indices[lines, :width] = np.where(np.isfinite(best), np.take_along_axis(rows, order, axis=1), -1)
    result.scores[lines, :width] = best
    # A line with fewer than `reach` holds all there is; in another, what was left out scores at most its last one.
    certain: NDArray[np.bool_] = (counts < reach) | (width < reach) & (best[:, -1] > last)
    return certain
