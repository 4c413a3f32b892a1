"""Articles of one content are equally near to everything: of many, a list can name no more than the first few."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_ROWS_AT_ONCE = 16_384
# Odd, from the golden ratio and from SplitMix64.
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


def first_of_equals(
    vectors: NDArray[np.floating], words: csr_matrix | None, rows: NDArray[np.int64], most: int
) -> NDArray[np.int64]:
    """The rows without those that `most` others of the same content precede.

    A list of at most ``most - 1`` is the same with them as without: whatever it compares, they score as those before
    them do, and come after them.

    Parameters
    ----------
    vectors : float array of shape (n, dim)
    words : csr_matrix of shape (n, n_terms) or None
        Columns ascending within a row.
    rows : int64 array
        Ascending.
    """
    if len(rows) <= most:
        return rows
    keys = _content_keys(vectors, words, rows)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    sizes = np.diff(np.append(begins, len(ordered)))
    if sizes.max() <= most:
        return rows
    place = np.arange(len(ordered)) - np.repeat(begins, sizes)
    return rows[np.sort(order[place < most])]


def _content_keys(
    vectors: NDArray[np.floating], words: csr_matrix | None, rows: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """A hash of each row's bits."""
    keys = np.zeros(len(rows), dtype=np.uint64)
    factors = np.arange(1, 2 * vectors.shape[1], 2, dtype=np.uint64) * _STEP
    as_whole = np.uint16 if vectors.dtype == np.float16 else np.uint32
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows[start : start + _ROWS_AT_ONCE]
        part = slice(start, start + len(some))
        keys[part] = np.ascontiguousarray(vectors[some]).view(as_whole).astype(np.uint64) @ factors
        if words is not None:
            held = words[some]
            terms = (held.indices.astype(np.uint64) + np.uint64(1)) * _STEP
            terms ^= held.data.view(np.uint32).astype(np.uint64) * _MIX
            terms ^= terms >> np.uint64(29)
            sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(terms * _MIX, dtype=np.uint64)])
            keys[part] ^= (sums[held.indptr[1:]] - sums[held.indptr[:-1]]) * _STEP
    return keys
