"""All nearest neighbours of a large site: nearly all of them, in time that grows little faster than the site.

Measured against faiss' IndexIVFFlat it takes less processor time for a similar recall; see docs/scale.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.audit import recall
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.cells import cell_count, sample_rows
from recommender.neighbours.centroids import choose_centroids, sample_size
from recommender.neighbours.join import Effort, first_effort
from recommender.neighbours.recall import Audit
from recommender.neighbours.search import CellSearch, Layout, Memo, cell_search
from recommender.neighbours.space import Rows, Space
from recommender.processes import cpu_count
from recommender.progress import Advance

AUDITED = 1_000
AUDIT_DEPTH = 10
# Articles that the effort is chosen by, before all are searched.
TRIED = 250


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates of all articles, how they were found, and how many were missed."""

    candidates: Candidates
    layout: Layout
    audit: Audit


def lay_out(space: Space, hashes: NDArray[np.uint64], effort: Effort | None = None) -> Layout:
    """Choose cells for a site, from a sample of its articles.

    Parameters
    ----------
    hashes : uint64 array of shape (n,)
        See `cells.key_hashes`.
    effort : Effort, optional
        Where to begin; by default `first_effort`.
    """
    n = len(space)
    n_cells = cell_count(n)
    sample = sample_rows(hashes, sample_size(n_cells), n)
    return Layout(choose_centroids(space.vectors[sample], n_cells), n_cells, n, effort or first_effort(space))


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
    hashes : uint64 array of shape (n,)
        See `cells.key_hashes`.
    targets : integer array
        Rows that may be proposed.
    least_recall : float
        0 to 1.
    layout : Layout, optional
        Of an earlier run; a new one if None.
    advance : Advance, optional
        Called for every article that is done.

    Returns
    -------
    Found
        Candidates of shape (n, min(depth, number of targets)), at least one column wide. Scores are exact.
    """
    layout = layout or lay_out(space, hashes)
    threads = threads or cpu_count()
    with one_thread_each(), ThreadPoolExecutor(threads) as pool:
        search = _Here(cell_search(space, depth, hashes, targets, layout, pool, threads), memo, advance)
        candidates, audit = found_enough(search, search.askers, hashes, least_recall)
    return Found(candidates, search.layout, audit)


Result = TypeVar("Result")


class Searched(Protocol[Result]):
    """A search whose effort can be raised."""

    @property
    def is_exact(self) -> bool:
        """Whether everything is compared with everything."""

    def raise_effort(self) -> None: ...

    def exact(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Scores of the `AUDIT_DEPTH` nearest of some rows, ascending, by exact search."""

    def of(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Scores of what `all` finds for some rows."""

    def all(self) -> Result:
        """What is found for all rows."""

    def scores_in(self, found: Result, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Scores of some rows in what `all` found."""


def found_enough(
    search: Searched[Result], askers: NDArray[np.int64], hashes: NDArray[np.uint64], least_recall: float
) -> tuple[Result, Audit]:
    """What a search finds with the least effort that finds enough, and how much that is.

    Parameters
    ----------
    askers : int64 array
        Rows that have neighbours, ascending.
    hashes : uint64 array of shape (n,)
    """
    audited = askers[sample_rows(hashes[askers], AUDITED, len(askers))]
    exact = search.exact(audited)
    tried = audited[np.sort(np.argsort(hashes[audited], kind="stable")[:TRIED])]
    known = exact[np.searchsorted(audited, tried)]
    while not search.is_exact and recall(search.of(tried), known, AUDIT_DEPTH).recall_ratio < least_recall:
        search.raise_effort()
    while True:
        found = search.all()
        audit = recall(search.scores_in(found, audited), exact, AUDIT_DEPTH)
        if audit.recall_ratio >= least_recall or search.is_exact:
            return found, audit
        search.raise_effort()


class _Here:
    """A search in this process."""

    def __init__(self, search: CellSearch, memo: Memo | None, advance: Advance | None) -> None:
        self._search = search
        self._memo = memo
        self._advance = advance
        self.askers = search.askers

    @property
    def layout(self) -> Layout:
        return self._search.layout

    @property
    def is_exact(self) -> bool:
        return self._search.is_exact

    def raise_effort(self) -> None:
        self._search.raise_effort()

    def exact(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return self._search.exactly(rows, AUDIT_DEPTH).scores

    def of(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return self._search.of(rows).scores

    def all(self) -> Candidates:
        return self._search.all(self._memo, self._advance)

    def scores_in(self, found: Candidates, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return found.scores[rows]


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Matrix products without threads of their own: every task has one."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
