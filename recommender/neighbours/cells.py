"""Cells of near vectors, so that a search compares each article with those of near cells alone.

An inverted-file index (IVF; Jégou et al. 2011, IEEE TPAMI 33) used as a join: every article is a query. What is here
depends on vectors, keys and centroids alone, never on the number of threads or on how the articles are shared out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.order import rounded

Rows = NDArray[np.integer]

# Mean size of a cell, in articles, until a site has more than `_CELLS_OF_ROOT` times its root of cells: then assigning
# every article to one of them would take longer than the search itself.
_ARTICLES_PER_CELL = 128
_CELLS_OF_ROOT = 4


def key_hashes(keys: Iterable[bytes]) -> NDArray[np.uint64]:
    """A number for each key, uniform over all 64-bit numbers, the same on every machine."""
    digests = b"".join(blake2b(key, digest_size=8).digest() for key in keys)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def sample_rows(hashes: NDArray[np.uint64], size: int, n: int) -> NDArray[np.int64]:
    """About `size` of `n` articles, chosen by `key_hashes` alone: whether one is chosen depends on no other.

    Parameters
    ----------
    hashes : uint64 array of shape (m,)
        Of all `n` articles, or of some of them.

    Returns
    -------
    int64 array
        Positions in `hashes`, ascending.
    """
    if size >= n:
        return np.arange(len(hashes), dtype=np.int64)
    return np.flatnonzero(hashes < np.uint64(size * 2**64 // n))


def cell_count(n: int) -> int:
    """How many cells `n` articles are divided into, at least 1."""
    return max(1, min(n // _ARTICLES_PER_CELL, int(_CELLS_OF_ROOT * n**0.5)))


@dataclass(frozen=True, slots=True)
class Members:
    """The articles of each cell.

    Attributes
    ----------
    rows : int64 array of shape (m,)
        Cell after cell, ascending within each.
    starts : int64 array of shape (n_cells + 1,)
    """

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]

    def of(self, cell: int) -> NDArray[np.int64]:
        return self.rows[self.starts[cell] : self.starts[cell + 1]]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Articles of each cell, shape (n_cells,)."""
        return np.diff(self.starts)


def members(cells: NDArray[np.int32], n_cells: int, rows: Rows | None = None) -> Members:
    """Group articles by cell; those of cell -1 are in none.

    Parameters
    ----------
    cells : int32 array of shape (n,)
    rows : integer array, optional
        The only ones that are grouped, ascending; all if None.
    """
    rows = np.arange(len(cells), dtype=np.int64) if rows is None else np.asarray(rows, dtype=np.int64)
    own = cells[rows]
    order = np.argsort(own, kind="stable")
    starts = np.searchsorted(own[order], np.arange(n_cells + 1))
    return Members(rows[order].astype(np.int64), starts.astype(np.int64))


def cells_within_reach(
    cell: int, centroids: NDArray[np.float32], sizes: NDArray[np.int64], reach: int
) -> NDArray[np.int64]:
    """The cells whose articles a cell's queries are compared with: the nearest to its own, itself first, as many as
    hold `reach` articles or fewer, and at least its own.
    """
    similar = rounded(np.einsum("ij,j->i", centroids, centroids[cell]))
    similar[cell] = np.inf
    nearest = np.argsort(-similar, kind="stable")
    fits = np.cumsum(sizes[nearest]) <= reach
    fits[0] = True
    return nearest[: int(np.argmin(fits)) if not fits.all() else len(fits)]
