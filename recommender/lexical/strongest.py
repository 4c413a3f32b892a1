"""The strongest entries of every row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# One key holds the row, the first bits of the strength and the place: sorting keys takes a tenth of sorting by three.
_STRENGTH_BITS = 16
_PLACE_BITS = 24
_MOST_ROWS = 2 ** (64 - _STRENGTH_BITS - _PLACE_BITS)


def strongest(
    strength: NDArray[np.floating], starts: NDArray[np.integer], most: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which entries stay where a row keeps its `most` strongest.

    Parameters
    ----------
    strength : float array of shape (m,)
        At least 0; compared to three significant digits. Of entries as strong as each other the first stay.
    starts : integer array of shape (n + 1,)
        Where each row begins, 0 the first, and the last ends.

    Returns
    -------
    int64 array
        The entries that stay, ascending.
    int64 array of shape (n + 1,)
        Where each row begins among these.
    """
    sizes = np.diff(starts).astype(np.int64)
    kept = np.minimum(sizes, most)
    begins = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)
    if len(sizes) > _MOST_ROWS or sizes.max(initial=0) >= 2**_PLACE_BITS:
        raise ValueError(f"expected at most {_MOST_ROWS:,} rows of at most {2**_PLACE_BITS:,} entries")
    if sizes.max(initial=0) <= most:
        return np.arange(starts[-1], dtype=np.int64), begins
    large = np.flatnonzero(sizes > most)
    entries, owners = _entries(starts[large], sizes[large])
    place = (entries - starts[large][owners]).astype(np.uint64)
    # Bits of floats that are not negative ascend as these do.
    bits = strength[entries].astype(np.float32).view(np.uint32) >> np.uint32(31 - _STRENGTH_BITS)
    weakness = np.uint64(2**_STRENGTH_BITS - 1) - bits.astype(np.uint64)
    keys = (owners.astype(np.uint64) << np.uint64(_STRENGTH_BITS + _PLACE_BITS)) | (weakness << np.uint64(_PLACE_BITS))
    keys |= place
    keys.sort()
    first, _ = _entries(np.cumsum(sizes[large]) - sizes[large], np.full(len(large), most))
    places = (keys[first] & np.uint64(2**_PLACE_BITS - 1)).astype(np.int64)
    is_kept = np.ones(int(starts[-1]), dtype=np.bool_)
    is_kept[entries] = False
    is_kept[places + np.repeat(starts[large], most)] = True
    return np.flatnonzero(is_kept), begins


def _entries(begins: NDArray[np.integer], sizes: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The entries of rows that begin there and are so long, and the number of the row of each."""
    owners = np.repeat(np.arange(len(sizes)), sizes)
    return np.arange(len(owners)) + (begins - (np.cumsum(sizes) - sizes))[owners], owners
