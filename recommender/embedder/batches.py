"""Cutting token sequences to what a model reads at once, and laying the pieces out in batches of fixed shapes.

A matrix product may add up in another order when its shape changes, and in half precision that moves a vector visibly.
So every piece of one length goes through the model in a batch of one and the same shape, however many pieces there are:
the last batch of a shape is filled up with copies. A piece's vector is then the same whatever is encoded beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LENGTH_STEP = 16


@dataclass(frozen=True, slots=True)
class Pieces:
    """Consecutive pieces that together cover each of several sequences.

    Attributes
    ----------
    sequence : int64 array of shape (m,)
        To which sequence a piece belongs; ascending.
    start, stop : int64 array of shape (m,)
        Which part of the sequence it is.
    """

    sequence: NDArray[np.int64]
    start: NDArray[np.int64]
    stop: NDArray[np.int64]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each piece."""
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class Batch:
    """Pieces that go through the model together.

    Attributes
    ----------
    pieces : int64 array of shape (rows,)
        Piece numbers; the last is repeated to fill the batch.
    count : int
        How many of them count.
    length : int
        To how many tokens each is padded.
    """

    pieces: NDArray[np.int64]
    count: int
    length: int


def cut(lengths: NDArray[np.int64], capacity: int) -> Pieces:
    """Cut sequences into pieces of `capacity`, the last of each shorter; an empty sequence into none.

    Examples
    --------
    >>> pieces = cut(np.array([3, 0, 7]), capacity=3)
    >>> pieces.sequence.tolist(), pieces.start.tolist(), pieces.stop.tolist()
    ([0, 2, 2, 2], [0, 0, 3, 6], [3, 3, 6, 7])
    """
    if capacity < 1:
        raise ValueError(f"capacity: expected at least 1, found {capacity}")
    counts = -(-lengths // capacity)
    sequence = np.repeat(np.arange(len(lengths)), counts)
    start = (np.arange(len(sequence)) - np.repeat(np.cumsum(counts) - counts, counts)) * capacity
    return Pieces(sequence, start, np.minimum(start + capacity, lengths[sequence]))


def lay_out(lengths: NDArray[np.int64], limit: int, budget: int) -> Iterator[Batch]:
    """Lay pieces of these token counts out in batches, longest first.

    Parameters
    ----------
    lengths : int64 array of shape (m,)
        Tokens of each piece, special tokens and all.
    limit : int
        Most tokens that the model takes.
    budget : int
        About how many tokens make a batch.
    """
    padded = np.minimum(-(-lengths // _LENGTH_STEP) * _LENGTH_STEP, limit)
    # Models take another way through attention when nothing is padded, so those pieces keep to themselves.
    shapes = padded * 2 + (padded == lengths)
    order = np.argsort(-shapes, kind="stable")
    changes = np.flatnonzero(np.diff(shapes[order])) + 1
    for group in np.split(order, changes):
        if len(group) == 0:
            continue
        length = int(padded[group[0]])
        rows = max(1, budget // length)
        for first in range(0, len(group), rows):
            members = group[first : first + rows]
            filled = np.concatenate([members, np.repeat(members[-1:], rows - len(members))])
            yield Batch(filled, len(members), length)


def windows(texts: Sequence[str], most_texts: int, most_chars: int) -> Iterator[slice]:
    """Consecutive parts of `texts`, each small enough to be held in memory as tokens; a longer text has its own."""
    start = chars = 0
    for place, text in enumerate(texts):
        if place > start and (place - start == most_texts or chars + len(text) > most_chars):
            yield slice(start, place)
            start, chars = place, 0
        chars += len(text)
    if start < len(texts):
        yield slice(start, len(texts))
