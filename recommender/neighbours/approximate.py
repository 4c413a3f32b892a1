"""All nearest neighbours of a large site: nearly all of them, in time that grows little faster than the site."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.audit import Audit, exact_by_parts, recall
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.cells import cell_count, sample_rows
from recommender.neighbours.centroids import choose_centroids, sample_size
from recommender.neighbours.join import Effort, first_effort
from recommender.neighbours.search import CellSearch, Memo, ProbeSearch
from recommender.neighbours.space import Rows, Space
from recommender.processes import cpu_count
from recommender.progress import Advance

# Up to here an exact search is chosen: it takes less than three times as long, and is exact. docs/scale.md has the
# figures.
EXACT_UP_TO = 50_000

# Of vectors alone a GPU compares so many with each other in the time of reading a few thousand files.
EXACT_ON_GPU_UP_TO = 1_000_000

AUDITED = 1_000
AUDIT_DEPTH = 10
# Articles that the effort is chosen by, before all are searched.
TRIED = 250
# Centroids serve until the site has grown or shrunk by this factor.
_GROWTH = 1.5


@dataclass(frozen=True, slots=True)
class Layout:
    """What stays from run to run, so that an article more or less changes its own neighbourhood alone.

    Attributes
    ----------
    centroids : float32 array of shape (n_cells, dim)
    n_cells : int
    n : int
        Articles of the site for which the centroids were chosen.
    effort : Effort
    """

    centroids: NDArray[np.float32]
    n_cells: int
    n: int
    effort: Effort

    def serves(self, space: Space) -> bool:
        """Whether it is still the right one for a site of this size."""
        fits = self.centroids.shape[1] == space.vectors.shape[1]
        return fits and self.n / _GROWTH <= len(space) <= self.n * _GROWTH


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates of all articles, how they were found, and how many were missed."""

    candidates: Candidates
    layout: Layout
    audit: Audit


def lay_out(space: Space, hashes: NDArray[np.uint64]) -> Layout:
    """Choose cells for a site, from a sample of its articles.

    Parameters
    ----------
    space : Space
    hashes : uint64 array of shape (n,)
        See `cells.key_hashes`.
    """
    n = len(space)
    n_cells = cell_count(n)
    sample = sample_rows(hashes, sample_size(n_cells), n)
    return Layout(choose_centroids(space.vectors[sample], n_cells), n_cells, n, first_effort(space))


def nearly_nearest(
    space: Space,
    depth: int,
    hashes: NDArray[np.uint64],
    *,
    targets: Rows,
    least_recall: float,
    layout: Layout | None = None,
    memo: Memo | None = None,
    threads: int | None = None,
    advance: Advance | None = None,
) -> Found:
    """The `depth` best targets of every article, nearly all of them.

    The effort is raised until the audit finds at least `least_recall` of the ten nearest of about a thousand articles,
    chosen by their keys; with enough effort the search is exact.

    Parameters
    ----------
    space : Space
    depth : int
    hashes : uint64 array of shape (n,)
        See `cells.key_hashes`.
    targets : integer array
        Rows that may be proposed.
    least_recall : float
        0 to 1.
    layout : Layout, optional
        Of an earlier run; a new one if None.
    memo : Memo, optional
    threads : int, optional
    advance : Advance, optional
        Told of every article that is done.

    Returns
    -------
    Found
        Candidates of shape (n, min(depth, number of targets)), at least one column wide. Scores are exact.
    """
    layout = layout or lay_out(space, hashes)
    threads = threads or cpu_count()
    with _one_thread_each(), ThreadPoolExecutor(threads) as pool:
        search = (ProbeSearch if space.words is None else CellSearch)(
            space, depth, hashes, targets, layout, pool, threads
        )
        audited = search.askers[sample_rows(hashes[search.askers], AUDITED, len(search.askers))]
        exact = exact_by_parts(space, audited, search.targets, min(depth, AUDIT_DEPTH), pool)
        tried = audited[np.sort(np.argsort(hashes[audited], kind="stable")[:TRIED])]
        known = exact.scores[np.searchsorted(audited, tried)]
        while not search.is_exact and recall(search.of(tried).scores, known, AUDIT_DEPTH).recall_ratio < least_recall:
            search.raise_effort()
        while True:
            candidates = search.all(memo, advance)
            audit = recall(candidates.scores[audited], exact.scores, AUDIT_DEPTH)
            if audit.recall_ratio >= least_recall or search.is_exact:
                return Found(candidates, search.layout, audit)
            search.raise_effort()


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Matrix products without threads of their own: every task has one."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
