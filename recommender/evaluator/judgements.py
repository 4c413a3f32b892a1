"""Which proposals count as right: the curated links, filtered and counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.resolve import AMBIGUOUS, DANGLING, EXTERNAL, link_pairs
from recommender.neighbours.candidates import Candidates


@dataclass(frozen=True, slots=True)
class RowSets:
    """A set of rows for each of several owners, in compressed form.

    Attributes
    ----------
    indptr : int64 array of shape (n_owners + 1,)
        The rows of owner ``i`` are ``rows[indptr[i]:indptr[i + 1]]``.
    rows : int32 array
        Sorted and without repeats within an owner.
    """

    indptr: NDArray[np.int64]
    rows: NDArray[np.int32]

    @classmethod
    def from_pairs(cls, owners: NDArray[np.integer], rows: NDArray[np.integer], n_owners: int) -> RowSets:
        """Collect ``(owner, row)`` pairs in any order; a pair that occurs again changes nothing."""
        span = int(rows.max()) + 1 if len(rows) else 1
        pairs = np.unique(owners.astype(np.int64) * span + rows)
        counts = np.bincount(pairs // span, minlength=n_owners)
        return cls(
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            (pairs % span).astype(np.int32),
        )

    @classmethod
    def empty(cls, n_owners: int) -> RowSets:
        """Nothing for anybody."""
        return cls(np.zeros(n_owners + 1, dtype=np.int64), np.empty(0, dtype=np.int32))

    @property
    def counts(self) -> NDArray[np.int64]:
        """Number of rows of each owner."""
        return np.diff(self.indptr)

    @property
    def owners(self) -> NDArray[np.int64]:
        """The owner of each entry of `rows`."""
        return np.repeat(np.arange(len(self.indptr) - 1), self.counts)

    def of(self, owner: int) -> NDArray[np.int32]:
        """The rows of one owner."""
        return self.rows[self.indptr[owner] : self.indptr[owner + 1]]

    def take(self, owners: NDArray[np.integer]) -> RowSets:
        """The sets of some owners, renumbered in the order given."""
        counts = self.counts[owners]
        starts = np.repeat(self.indptr[:-1][owners], counts)
        within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        return RowSets(
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            self.rows[starts + within],
        )

    def contains(self, grid: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Whether each entry of line ``i`` of `grid` (shape ``(n_owners, depth)``) is in set ``i``; never for -1."""
        if not len(self.rows) or not grid.size:
            return np.zeros(grid.shape, dtype=np.bool_)
        span = max(int(self.rows.max()), int(grid.max())) + 1
        members = self.owners * span + self.rows
        wanted = np.arange(len(grid), dtype=np.int64)[:, None] * span + np.maximum(grid, 0)
        place = np.minimum(np.searchsorted(members, wanted), len(members) - 1)
        found: NDArray[np.bool_] = (members[place] == wanted) & (grid >= 0)
        return found


@dataclass(frozen=True, slots=True)
class LinkCounts:
    """What became of the curated links: each that was written is in exactly one of the other counts.

    Attributes
    ----------
    written
        All, as the files have them, and with them what editors accepted or pinned since.
    kept
        Those that judge, before links back are added.
    repeated
        To a target that the same article names before.
    to_self, dangling, ambiguous, external
        To the article itself; to nothing; by a name that several articles have; to another site.
    not_eligible
        To an article that may not be proposed, so that no system could find it.
    accepted, refused
        Beside these: how many of `written` come from editors' decisions, and how many curated links are not among
        `written` because editors rejected them since.
    """

    written: int
    kept: int
    repeated: int
    to_self: int
    dangling: int
    ambiguous: int
    external: int
    not_eligible: int
    accepted: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Hits:
    """A run as the judgements see it; line ``i`` belongs to query ``i``.

    Attributes
    ----------
    relevant, rejected : bool arrays of shape (n_queries, depth)
        What is known of the proposal at each place: judged relevant, judged not relevant, neither.
    proposed : int64 array of shape (n_queries,)
        Length of each list.
    n_relevant, n_rejected : int64 arrays of shape (n_queries,)
        How many judgements of each kind the query has, found or not.
    """

    relevant: NDArray[np.bool_]
    rejected: NDArray[np.bool_]
    proposed: NDArray[np.int64]
    n_relevant: NDArray[np.int64]
    n_rejected: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Judgements:
    """The right answers of each query.

    Attributes
    ----------
    queries : int32 array of shape (n_queries,)
        Rows of the articles that have at least one relevant article, ascending.
    relevant : RowSets
        Per query, the rows of the articles that belong in its list. All are worth the same.
    rejected : RowSets
        Per query, the rows that somebody judged and refused. Curated links hold no refusals, editors' decisions do.
    symmetric : bool
        Whether a link also judges in the other direction.
    """

    queries: NDArray[np.int32]
    relevant: RowSets
    rejected: RowSets
    symmetric: bool
    counts: LinkCounts

    def restrict(self, rows: NDArray[np.integer]) -> Judgements:
        """Only the queries that are among `rows`; what judges them stays as it is."""
        kept = np.flatnonzero(np.isin(self.queries, rows))
        return Judgements(
            self.queries[kept],
            self.relevant.take(kept),
            self.rejected.take(kept),
            self.symmetric,
            self.counts,
        )

    def judge(self, candidates: Candidates) -> Hits:
        """Look up the proposals of a run whose lines are aligned with `queries`."""
        return Hits(
            relevant=self.relevant.contains(candidates.indices),
            rejected=self.rejected.contains(candidates.indices),
            proposed=(candidates.indices >= 0).sum(axis=1),
            n_relevant=self.relevant.counts,
            n_rejected=self.rejected.counts,
        )

    def best_possible(self, depth: int) -> Hits:
        """A run that proposes the relevant articles and nothing else: no measure can be higher."""
        counts = self.relevant.counts
        return Hits(
            relevant=np.arange(depth)[None, :] < counts[:, None],
            rejected=np.zeros((len(counts), depth), dtype=np.bool_),
            proposed=np.minimum(counts, depth),
            n_relevant=counts,
            n_rejected=self.rejected.counts,
        )


@dataclass(frozen=True, slots=True)
class Refusals:
    """Pairs that editors refused.

    Attributes
    ----------
    sources, targets : int64 arrays of shape (n_refused,)
        Rows.
    """

    sources: NDArray[np.int64]
    targets: NDArray[np.int64]


def judge_by_links(
    targets: Sequence[NDArray[np.int32]],
    eligible: NDArray[np.bool_],
    *,
    symmetric: bool = False,
    rejected: Refusals | None = None,
) -> Judgements:
    """Make judgements of curated links.

    Parameters
    ----------
    targets : sequence of int32 arrays
        Per article, the rows that its links name, in the order written, or negative codes of
        `recommender.corpus.resolve`.
    eligible : bool array of shape (n_articles,)
        Which articles may be proposed.
    symmetric : bool
        Let each link also judge in the other direction.
    rejected : Refusals, optional
        Pairs that editors refused; none of them is among `targets`.
    """
    n_articles = len(targets)
    links = link_pairs(targets)
    sources, rows = links.sources, links.targets
    found = rows >= 0
    to_self = found & (rows == sources)
    not_eligible = found & ~to_self & ~eligible[np.maximum(rows, 0)]
    usable = found & ~to_self & ~not_eligible
    sources, kept_rows = sources[usable], rows[usable]
    relevant = RowSets.from_pairs(sources, kept_rows, n_articles)
    counts = LinkCounts(
        written=len(rows),
        kept=len(relevant.rows),
        repeated=len(kept_rows) - len(relevant.rows),
        to_self=int(to_self.sum()),
        dangling=int((rows == DANGLING).sum()),
        ambiguous=int((rows == AMBIGUOUS).sum()),
        external=int((rows == EXTERNAL).sum()),
        not_eligible=int(not_eligible.sum()),
    )
    if symmetric:
        back = eligible[sources]
        if rejected is not None:
            # What an editor refused is not made right by a link the other way.
            back &= ~np.isin(kept_rows * n_articles + sources, rejected.sources * n_articles + rejected.targets)
        owners = np.concatenate([sources, kept_rows[back]])
        relevant = RowSets.from_pairs(owners, np.concatenate([kept_rows, sources[back]]), n_articles)
    queries = np.flatnonzero(relevant.counts).astype(np.int32)
    refused = RowSets.empty(len(queries))
    if rejected is not None and len(rejected.sources):
        refused = RowSets.from_pairs(rejected.sources, rejected.targets, n_articles).take(queries)
    return Judgements(queries, relevant.take(queries), refused, symmetric, counts)
