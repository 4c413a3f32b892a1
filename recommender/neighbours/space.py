"""What a search needs of a similarity: the best of all, and the scores of given pairs, in agreement to the last bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from recommender.devices import has_cuda
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.equals import first_of_equals
from recommender.neighbours.exact import FLOAT_NOISE, nearest, nonzero_rows, row_products
from recommender.neighbours.order import rounded

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_MANY_PAIRS = 10**9

Rows = NDArray[np.integer]


class Space(Protocol):
    """A symmetric similarity of the articles of a site, each known by its row number."""

    def __len__(self) -> int: ...

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which articles hold anything to compare; the others have no neighbours and are none."""

    @property
    def vectors(self) -> NDArray[np.floating]:
        """Shape (n, dim): articles whose vectors are near each other are often similar."""

    @property
    def words(self) -> csr_matrix | None:
        """Shape (n, n_terms): articles that share their heaviest terms are often similar; None where words count
        nothing.
        """

    def nearest(self, depth: int, *, queries: Rows | None = None, targets: Rows | None = None) -> Candidates:
        """The `depth` best targets of every query, itself excluded; see `recommender.neighbours.exact.nearest`."""

    def among(self, depth: int, queries: Rows, targets: Rows) -> Candidates:
        """As `nearest`, on the calling thread, in time and memory that do not depend on the size of the space.

        `targets` ascend.
        """

    def pairs(self, left: Rows, right: Rows) -> NDArray[np.float64]:
        """Scores of pairs, shape (m,), `rounded`."""

    def scores_of_few(self, rows: Rows, few: Rows, floor: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scores of every row with each of a few others, shape (len(rows), len(few)).

        ``-inf`` where a score is certainly below the row's `floor`, or either holds nothing to compare.
        """


class DenseSpace:
    """Similarity by inner product.

    Parameters
    ----------
    vectors : float32 or float16 array of shape (n, dim)
        Rows L2-normalised, or zero where an article has no text; in memory or mapped from a file.
    """

    words = None

    def __init__(self, vectors: NDArray[np.floating]) -> None:
        self.vectors = vectors
        self._known = nonzero_rows(vectors)

    def __len__(self) -> int:
        return len(self.vectors)

    @property
    def known(self) -> NDArray[np.bool_]:
        return self._known

    def nearest(self, depth: int, *, queries: Rows | None = None, targets: Rows | None = None) -> Candidates:
        # A GPU pays where there is much to do; how many are asked for and among how many says roughly.
        much = (len(self) if queries is None else len(queries)) * len(self) > _MANY_PAIRS
        device = "cuda" if much and has_cuda() else None
        every = np.arange(len(self)) if targets is None else np.unique(np.asarray(targets, dtype=np.int64))
        allowed = first_of_equals(self.vectors, None, every, depth + 1)
        return nearest(self.vectors, depth, queries=queries, targets=allowed, device=device)

    def among(self, depth: int, queries: Rows, targets: Rows) -> Candidates:
        return nearest(self.vectors, depth, queries=queries, targets=targets, threads=1)

    def pairs(self, left: Rows, right: Rows) -> NDArray[np.float64]:
        return rounded(row_products(self.vectors, left, right))

    def scores_of_few(self, rows: Rows, few: Rows, floor: NDArray[np.float64]) -> NDArray[np.float64]:
        rough = self.vectors[rows] @ self.vectors[few].T
        scores = np.full(rough.shape, -np.inf)
        near = rough >= (floor - 2 * FLOAT_NOISE)[:, None]
        near &= self._known[rows][:, None] & self._known[few]
        row, column = np.nonzero(near)
        scores[row, column] = self.pairs(rows[row], few[column])
        return scores
