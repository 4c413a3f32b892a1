"""What two rows of numbers have in common, for many pairs of rows at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Rows whose numbers are laid out in one table, and its bytes at most, unless one row needs more: what is looked up
# again and again stays near to the processor.
_ROWS_AT_ONCE = 16
_TABLE_BYTES = 2**21
_PAIRS_AT_ONCE = 4_096

MOST_ENTRIES = 127
"""The longest row."""


class Rows(NamedTuple):
    """Rows of numbers.

    Attributes
    ----------
    numbers : int32 array of shape (n, width)
        From 0, no number twice in a row; -1 past the last.
    starts : int64 array of shape (n,)
        The entry that each row begins with.
    """

    numbers: NDArray[np.int32]
    starts: NDArray[np.int64]


def padded(starts: NDArray[np.int64], numbers: NDArray[np.int32]) -> Rows:
    """Rows that follow each other, the first from ``starts[0]`` to before ``starts[1]``."""
    sizes = np.diff(starts)
    width = int(sizes.max(initial=0))
    table = np.full((len(sizes), width), -1, dtype=np.int32)
    table[np.arange(width) < sizes[:, None]] = numbers
    return Rows(table, starts[:-1])


class Overlap(NamedTuple):
    """The common numbers of some pairs.

    Attributes
    ----------
    pairs : int64 array of shape (m,)
        The pair of each, ascending.
    left, right : int64 arrays of shape (m,)
        The entries of both rows.
    """

    pairs: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]

    def sums(self, products: NDArray[np.float32], total: NDArray[np.float32]) -> None:
        """Put the sums over each pair's common numbers into the lines of these pairs.

        Parameters
        ----------
        products : float32 array of shape (m, n_columns)
        total : float32 array of shape (n_pairs, n_columns)
        """
        if len(self.pairs):
            first = np.flatnonzero(np.concatenate([[True], self.pairs[1:] != self.pairs[:-1]]))
            total[self.pairs[first]] = np.add.reduceat(products, first, axis=0)


def overlaps(
    left_rows: Rows,
    right_rows: Rows,
    n_numbers: int,
    left: NDArray[np.integer],
    right: NDArray[np.integer],
) -> Iterator[Overlap]:
    """The common numbers of each left row and each right one, some pairs at a time, in their order.

    Parameters
    ----------
    left_rows, right_rows : Rows
        Left rows of at most 127 numbers.
    n_numbers : int
        Numbers are below it.
    left, right : integer arrays of shape (m,)
        Equal left rows are together.
    """
    width = left_rows.numbers.shape[1]
    if width > MOST_ENTRIES:
        raise ValueError(f"expected rows of at most {MOST_ENTRIES} numbers; found some of {width}")
    if not len(left) or not width or not right_rows.numbers.shape[1]:
        return
    begins = np.flatnonzero(np.concatenate([[True], left[1:] != left[:-1], [True]]))
    # One place is for -1, where nothing ever is.
    stride = n_numbers + 1
    at_once = max(1, min(_ROWS_AT_ONCE, _TABLE_BYTES // stride))
    # The place of each number in the left row, -1 where it is not there.
    table = np.full(at_once * stride, -1, dtype=np.int8)
    places = np.arange(width, dtype=np.int8)
    for first in range(0, len(begins) - 1, at_once):
        bounds = begins[first : first + at_once + 1]
        offsets = np.arange(len(bounds) - 1, dtype=np.int32) * np.int32(stride) + np.int32(1)
        laid = left_rows.numbers[left[bounds[:-1]]] + offsets[:, None]
        table[laid] = places
        table[offsets - 1] = -1
        of_pair = np.repeat(offsets, np.diff(bounds))
        for start in range(int(bounds[0]), int(bounds[-1]), _PAIRS_AT_ONCE):
            some = slice(start, min(start + _PAIRS_AT_ONCE, int(bounds[-1])))
            sought = right_rows.numbers.take(right[some], axis=0)
            sought += of_pair[start - int(bounds[0]) :][: len(sought), None]
            found = table.take(sought.ravel())
            common = np.flatnonzero(found >= 0)
            pairs = common // sought.shape[1]
            of_left = left_rows.starts[left[some]]
            of_right = right_rows.starts[right[some]] - np.arange(len(sought)) * sought.shape[1]
            yield Overlap(pairs + start, of_left.take(pairs) + found.take(common), of_right.take(pairs) + common)
        table[laid] = -1
