"""Exact search by words and vectors, a block of queries with a block of targets at a time.

The similarity is symmetric: where all targets are queries, one product of two blocks serves the lists of both.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.exact import ORDER_NOISE
from recommender.neighbours.order import best_first
from recommender.neighbours.space import Rows
from recommender.neighbours.terms import Terms

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# A block has as many rows and columns; of few queries it has as many scores.
_ROWS_AT_ONCE = 1_024
# Both halves of a product are of use if at least this share of the queries may be found.
_SYMMETRIC_RATIO = 0.5


class Mixed(Protocol):
    """What is searched of a `recommender.neighbours.mixed.MixedSpace`."""

    vectors: NDArray[np.float32]
    words: csr_matrix
    share: float

    def __len__(self) -> int: ...

    def mixed(self, words: NDArray[np.floating], left: Rows, right: Rows) -> NDArray[np.float64]: ...


def search_blocks(
    space: Mixed, asked: Rows, allowed: Rows, width: int, run: Callable[..., Iterable[Any]]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """The `width` best targets of every query, itself excluded.

    Parameters
    ----------
    asked, allowed : integer arrays
        Queries, and rows that may be found, ascending; at least one of each.
    run : callable
        As `map`: calls a function with every block, in threads if it has some.

    Returns
    -------
    indices : int32 array of shape (len(asked), width)
        -1 past the last.
    scores : float64 array of shape (len(asked), width)
        See `MixedSpace.pairs`; ``-inf`` past the last.
    """
    is_symmetric = len(allowed) >= _SYMMETRIC_RATIO * len(asked) and bool(np.isin(allowed, asked).all())
    terms = Terms(space.words, asked) if len(asked) < len(space) else None
    queries = [_Queries(space, rows, terms, width) for rows in _cut(asked, _ROWS_AT_ONCE)]
    at_once = _ROWS_AT_ONCE if is_symmetric else _ROWS_AT_ONCE**2 // min(len(asked), _ROWS_AT_ONCE)
    blocks = _cut(asked if is_symmetric else allowed, at_once)
    may_be_found = np.zeros(len(space), dtype=np.bool_)
    may_be_found[allowed] = True

    def meet(number: int, others: Iterable[int]) -> None:
        targets = _Targets(space, blocks[number], terms)
        for other in others:
            rough, words = _products(queries[other], targets, space.share)
            queries[other].look(targets.rows, may_be_found[targets.rows], rough, words, 0)
            if is_symmetric and other != number:
                queries[number].look(queries[other].rows, may_be_found[queries[other].rows], rough, words, 1)

    def meet_itself(number: int) -> None:
        meet(number, (number,))

    def meet_others(number: int) -> None:
        meet(number, range(number - 1, -1, -1) if is_symmetric else range(len(queries)))

    # Near rows are of near files, and often similar: they set the floors that keep others out.
    if is_symmetric:
        deque(run(meet_itself, range(len(blocks))), maxlen=0)
    deque(run(meet_others, range(len(blocks))), maxlen=0)
    found = list(run(_Queries.best, queries))
    return np.concatenate([one[0] for one in found]), np.concatenate([one[1] for one in found])


class _Targets:
    """A block of rows that are compared with queries."""

    def __init__(self, space: Mixed, rows: Rows, terms: Terms | None) -> None:
        self.rows = rows
        self.vectors = _vectors(space, rows)
        self.postings = _words(space, rows, terms).T.tocsr()


@dataclass(slots=True)
class _Found:
    """Pairs of a query, by its place in the block, and a target: their rough scores and products of words."""

    queries: NDArray[np.int32]
    targets: NDArray[np.int32]
    rough: NDArray[np.float32]
    words: NDArray[np.float32]

    def take(self, places: NDArray[np.integer] | NDArray[np.bool_]) -> _Found:
        return _Found(self.queries[places], self.targets[places], self.rough[places], self.words[places])


class _Queries:
    """A block of queries, and what may be among the best of each: all that is not certainly below its floor."""

    def __init__(self, space: Mixed, rows: Rows, terms: Terms | None, width: int) -> None:
        self.rows = rows
        self.vectors = _vectors(space, rows)
        self.words = _words(space, rows, terms)
        self._space = space
        self._width = width
        self._floor = np.full(len(rows), -np.inf, dtype=np.float32)
        self._found: list[_Found] = []
        self._lock = Lock()

    def look(
        self,
        rows: Rows,
        is_allowed: NDArray[np.bool_],
        rough: NDArray[np.float32],
        words: NDArray[np.float32],
        axis: int,
    ) -> None:
        """Take what can be among the best from a block of scores.

        Parameters
        ----------
        rows : integer array
            The targets, of which some are allowed.
        rough, words : float32 arrays
            See `_products`.
        axis : int
            Of the queries: 0 if they are the rows of the block, 1 if they are its columns.
        """
        if self._floor.max() == -np.inf:
            self._floor = self._first_floor(is_allowed, rough, axis)
        places = np.flatnonzero(rough >= np.expand_dims(self._floor, 1 - axis))
        of_both = np.divmod(places.astype(np.uint32), np.uint32(rough.shape[1]))
        of_query, of_target = of_both[axis], of_both[1 - axis]
        found = _Found(
            of_query.astype(np.int32), rows[of_target].astype(np.int32), rough.take(places), words.take(places)
        )
        usable = is_allowed[of_target] & (found.rough > -np.inf)
        found = found if usable.all() else found.take(usable)
        with self._lock:
            self._found.append(found)
            if sum(len(one.queries) for one in self._found[1:]) > self._width * len(self.rows):
                self._keep_best()

    def best(self) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """The best targets and their scores, each summed in one fixed order."""
        self._keep_best()
        [found] = self._found
        counts = np.bincount(found.queries, minlength=len(self.rows))
        table = np.full((len(self.rows), max(int(counts.max()), self._width)), -1, dtype=np.int64)
        scores = np.full(table.shape, -np.inf)
        filled = np.arange(table.shape[1]) < counts[:, None]
        table[filled] = found.targets
        scores[filled] = self._space.mixed(found.words, self.rows[found.queries], found.targets)
        order = best_first(table, scores)[:, : self._width]
        best = np.take_along_axis(scores, order, axis=1)
        return np.where(np.isfinite(best), np.take_along_axis(table, order, axis=1), -1).astype(np.int32), best

    def _first_floor(self, is_allowed: NDArray[np.bool_], rough: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
        """What the list of each query reaches with the targets of one block alone."""
        of_query = rough.T if axis else rough
        if not is_allowed.all():
            of_query = of_query[:, is_allowed]
        if of_query.shape[1] <= self._width:
            return self._floor
        place = of_query.shape[1] - self._width
        reached: NDArray[np.float32] = np.partition(of_query, place, axis=1)[:, place] - np.float32(ORDER_NOISE)
        return reached

    def _keep_best(self) -> None:
        """Leave out what is below the best, and raise the floors to them."""
        every = [[getattr(one, name) for one in self._found] for name in ("queries", "targets", "rough", "words")]
        found = _Found(*map(np.concatenate, every))
        # One key of which the score is the fraction: scores are cosines, so that a quarter is below a half.
        found = found.take(np.argsort(found.queries - found.rough.astype(np.float64) / 4))
        ends = np.searchsorted(found.queries, np.arange(len(self.rows)), side="right")
        starts = np.concatenate([[0], ends[:-1]])
        full = np.flatnonzero(ends - starts >= self._width)
        self._floor[full] = found.rough[starts[full] + self._width - 1] - np.float32(ORDER_NOISE)
        self._found = [found.take(found.rough >= self._floor[found.queries])]


def _products(queries: _Queries, targets: _Targets, share: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Scores as far as sums of floats in any order tell, and products of words, shape (n_queries, n_targets)."""
    words: NDArray[np.float32] = (queries.words @ targets.postings).toarray()
    rough: NDArray[np.float32] = queries.vectors @ targets.vectors.T
    rough *= np.float32(1 - share)
    rough += np.float32(share) * words
    _, of_query, of_target = np.intersect1d(queries.rows, targets.rows, assume_unique=True, return_indices=True)
    rough[of_query, of_target] = -np.inf
    return rough, words


def _cut(rows: Rows, size: int) -> list[Rows]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def _vectors(space: Mixed, rows: Rows) -> NDArray[np.float32]:
    """The vectors of some rows, not copied where they follow each other."""
    first, last = int(rows[0]), int(rows[-1])
    return space.vectors[first : last + 1] if last - first == len(rows) - 1 else space.vectors.take(rows, axis=0)


def _words(space: Mixed, rows: Rows, terms: Terms | None) -> csr_matrix:
    words = space.words[rows]
    return words if terms is None else terms.of(words)
