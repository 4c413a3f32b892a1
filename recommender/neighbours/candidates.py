"""Ranked candidates of each query, the currency between the rooms that come after the vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.tables import Table, data_frame

if TYPE_CHECKING:
    from pandas import DataFrame

_SHOWN = 5


@dataclass(frozen=True, slots=True, repr=False)
class Candidates:
    """The best candidates of each query, best first.

    Attributes
    ----------
    indices : int32 array of shape (n_queries, depth)
        Row numbers of the articles, -1 past the last candidate of a row.
    scores : float64 array of shape (n_queries, depth)
        Higher is better; ``-inf`` where `indices` is -1. Rounded to `neighbours.order.SCORE_DECIMALS` decimals, ties
        ordered by the articles' keys.

    Examples
    --------
    >>> found = Candidates(np.array([[1, -1], [0, 2]], dtype=np.int32), np.array([[0.5, -np.inf], [0.5, 0.25]]))
    >>> found
    <3 candidates of 2 queries, at most 2 each>
    """

    indices: NDArray[np.int32]
    scores: NDArray[np.float64]

    @property
    def depth(self) -> int:
        return int(self.indices.shape[1])

    def __repr__(self) -> str:
        found = int((self.indices >= 0).sum())
        return f"<{found:,} candidates of {len(self.indices):,} queries, at most {self.depth:,} each>"

    def _repr_html_(self) -> str:
        best = self.indices[:, :_SHOWN].tolist()
        scores = self.scores[:, :_SHOWN].tolist()
        rows = (
            (f"{row:,}", *("" if one < 0 else f"{one} ({score:.3f})" for one, score in zip(*line, strict=True)))
            for row, line in enumerate(zip(best, scores, strict=True))
        )
        places = (f"place {place}" for place in range(1, min(self.depth, _SHOWN) + 1))
        return Table(repr(self)[1:-1], ("query", *places), tuple(rows))._repr_html_()

    def to_pandas(self, keys: Sequence[str] | None = None) -> DataFrame:
        """A data frame of query, candidate, place and score, a row for each candidate.

        Parameters
        ----------
        keys : sequence of str, optional
            Names of the rows, such as ``site.curated_links.keys``, where every article has a line; by default rows
            have their numbers.
        """
        queries, places = np.nonzero(self.indices >= 0)
        found = {"query": queries.tolist(), "candidate": self.indices[queries, places].tolist()}
        named = found if keys is None else {name: [keys[row] for row in rows] for name, rows in found.items()}
        places_and_scores = {"place": (places + 1).tolist(), "score": self.scores[queries, places].tolist()}
        return data_frame({**named, **places_and_scores})
