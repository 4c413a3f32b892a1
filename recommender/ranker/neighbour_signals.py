"""What the nearest of two articles say of a link between them."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.overlaps import Rows, overlaps

Values = NDArray[np.float32]

NAMES = ("near neighbours", "shared neighbours")
"""Names of the signals of `NeighbourSignals.of`, in their order."""


class NeighbourSignals:
    """Compares articles of one site by their nearest, pair by pair.

    Parameters
    ----------
    similar : int32 array of shape (n, depth)
        The nearest of every article, best first, -1 past the last.
    nearness : float array of shape (n, depth)
        How near they are; 0 past the last.
    closest : int
        The number of them that are an article's closest.
    """

    def __init__(self, similar: NDArray[np.int32], nearness: NDArray[np.floating], closest: int) -> None:
        self._similar, self._nearness = similar, nearness
        self._closest = min(closest, similar.shape[1])

    def of(self, left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.float32]:
        """The signals of a link from each left row to each right one, shape (m, 2), columns as `NAMES`.

        `near neighbours` is how near the candidate's closest are to the source on average, 0 for one that is not among
        the source's nearest. `shared neighbours` is the cosine of both by how near their closest are.

        Parameters
        ----------
        left, right : integer arrays of shape (m,)
            Equal left rows are together.
        """
        sums: NDArray[np.float32] = np.zeros((len(left), 2), dtype=np.float32)
        if not len(left):
            return sums
        near = self._nearness.ravel()
        theirs = self._near_closest.ravel()
        for common in overlaps(self._lists, self._closest_lists, len(self._similar), left, right):
            of_source = near.take(common.left).astype(np.float32, copy=False)
            is_close = common.left - self._lists.starts[left[common.pairs]] < self._closest
            products = np.stack([of_source, of_source * is_close * theirs.take(common.right)], axis=1)
            common.sums(products, sums)
        sums[:, 0] /= self._sizes[right]
        lengths = self._lengths[left] * self._lengths[right]
        sums[:, 1] /= np.where(lengths > 0, lengths, 1)
        return sums

    @cached_property
    def _lists(self) -> Rows:
        n, width = self._similar.shape
        return Rows(self._similar, np.arange(n, dtype=np.int64) * width)

    @cached_property
    def _closest_lists(self) -> Rows:
        n = len(self._similar)
        numbers = np.ascontiguousarray(self._similar[:, : self._closest])
        return Rows(numbers, np.arange(n, dtype=np.int64) * self._closest)

    @cached_property
    def _near_closest(self) -> Values:
        return np.ascontiguousarray(self._nearness[:, : self._closest], dtype=np.float32)

    @cached_property
    def _sizes(self) -> Values:
        sizes: Values = np.maximum((self._closest_lists.numbers >= 0).sum(axis=1), 1).astype(np.float32)
        return sizes

    @cached_property
    def _lengths(self) -> Values:
        near = np.where(self._closest_lists.numbers >= 0, self._near_closest, 0)
        lengths: Values = np.sqrt((near * near).sum(axis=1))
        return lengths
