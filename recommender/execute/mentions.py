"""How far neighbours name each other, remembered from the last run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from recommender.digest import digest
from recommender.execute.cache import Cache
from recommender.execute.remembered import recall, remember
from recommender.lexical.mentions import MENTIONS_VERSION
from recommender.progress import Reporter, stage

_ROWS_AT_ONCE = 32_768
# SQLite keeps nothing that is larger than a gigabyte; looking again takes a second for a million pairs.
_MOST_BYTES = 500_000_000


class _State(msgspec.Struct, frozen=True):
    of: bytes
    mentions: bytes


def known_mentions(
    cache: Cache,
    *,
    place: bytes,
    recipe: bytes,
    contents: Sequence[bytes],
    first: NDArray[np.int32],
    mentions: Callable[[NDArray[np.integer], NDArray[np.integer]], NDArray[np.float32]],
    reporter: Reporter,
) -> NDArray[np.float32]:
    """How far every row and each of its neighbours name each other.

    Parameters
    ----------
    cache : Cache
    place, recipe : bytes
        Name the site, and how its articles are compared.
    contents : sequence of bytes
        One per row: key and content. Where all are as they were, and the neighbours too, so are the values.
    first : int32 array of shape (n, depth)
        Rows of the neighbours, -1 where there is none.
    mentions : callable
        Takes two arrays of rows; called only if something has changed.
    reporter : Reporter

    Returns
    -------
    float32 array of shape (n, depth)
        0 where there is no neighbour.
    """
    key = digest(place, recipe)
    of = digest(first.tobytes(), *contents)
    old = recall(cache, MENTIONS_VERSION, key, _State)
    if old is not None and old.of == of:
        return np.frombuffer(old.mentions, dtype=np.float32).reshape(first.shape)
    found = np.zeros(first.shape, dtype=np.float32)
    with stage(reporter, "look for titles", len(first)) as advance:
        for start in range(0, len(first), _ROWS_AT_ONCE):
            some = first[start : start + _ROWS_AT_ONCE]
            row, column = np.nonzero(some >= 0)
            found[start + row, column] = mentions(start + row, some[row, column])
            advance(len(some))
    if found.nbytes <= _MOST_BYTES:
        remember(cache, MENTIONS_VERSION, key, _State(of, found.tobytes()))
    return found
