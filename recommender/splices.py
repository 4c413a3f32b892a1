"""Rows put together from those of an earlier run and new ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)

_MIX = np.uint64(0x9E3779B97F4A7C15)


class Run(NamedTuple):
    """Rows that follow each other here and where they are from.

    Attributes
    ----------
    is_old : bool
        They are an earlier run's, else new ones.
    first, last : int
        Their rows there, `last` excluded.
    """

    is_old: bool
    first: int
    last: int


def places_of(names: NDArray[np.uint8], known: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The place of each name among those that are known, -1 where it is not; no place is given twice.

    Parameters
    ----------
    names, known : uint8 arrays of shapes (n, 16) and (m, 16)
        Digests.
    """
    if len(names) == len(known) and np.array_equal(names, known):
        return np.arange(len(names))
    places = np.full(len(names), -1, dtype=np.int64)
    if not len(names) or not len(known):
        return places
    (own, own_order), (other, order) = _keys(names), _keys(known)
    at = np.minimum(np.searchsorted(other, own), len(other) - 1)
    met = other[at] == own
    rows, found = own_order[met], order[at[met]]
    same = np.all(names[rows] == known[found], axis=1)
    places[rows[same]] = found[same]
    return places


def _keys(names: NDArray[np.uint8]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """A number for each name, in ascending order, and whose it is; the same for the second of a name here and there."""
    numbers = np.ascontiguousarray(names).view("<u8")[:, 0].astype(np.uint64)
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    is_first = np.ones(len(ordered), dtype=np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    count = np.arange(len(ordered)) - np.maximum.accumulate(np.where(is_first, np.arange(len(ordered)), 0))
    ordered = ordered + count.astype(np.uint64) * _MIX
    again = np.argsort(ordered, kind="stable")
    return ordered[again], order[again]


def runs(places: NDArray[np.integer]) -> Iterator[Run]:
    """The rows of `places`, old ones by where they are from, -1 for the next of the new ones, in runs."""
    n = len(places)
    if not n:
        return
    is_new = places < 0
    source = np.where(is_new, np.cumsum(is_new) - 1, places)
    breaks = np.flatnonzero((np.diff(source) != 1) | (is_new[1:] != is_new[:-1])) + 1
    for first, last in zip([0, *breaks.tolist()], [*breaks.tolist(), n], strict=True):
        start = int(source[first])
        yield Run(not is_new[first], start, start + last - first)


def spliced(old: NDArray[Number], new: NDArray[Number], places: NDArray[np.integer]) -> NDArray[Number]:
    """Rows of `old` where `places` says, and those of `new`, in their order, where it has -1."""
    parts = [(old if run.is_old else new)[run.first : run.last] for run in runs(places)]
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([old[:0], *parts])


def spliced_starts(old: NDArray[np.int64], new: NDArray[np.int64], places: NDArray[np.integer]) -> NDArray[np.int64]:
    """Where lists begin, and the last ends, whose lengths are spliced as in `spliced`."""
    sizes = spliced(np.diff(old), np.diff(new), places)
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def spliced_values(
    old: tuple[NDArray[Number], NDArray[np.int64]],
    new: tuple[NDArray[Number], NDArray[np.int64]],
    places: NDArray[np.integer],
) -> NDArray[Number]:
    """The values of lists, given by all values one after the other and where each list begins, as in `spliced`."""
    parts = []
    for run in runs(places):
        values, starts = old if run.is_old else new
        parts.append(values[int(starts[run.first]) : int(starts[run.last])])
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([old[0][:0], *parts])


def names_array(names: Sequence[bytes]) -> NDArray[np.uint8]:
    """Digests as an array of shape (n, 16)."""
    return np.frombuffer(b"".join(names), dtype=np.uint8).reshape(-1, 16)
