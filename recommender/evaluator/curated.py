"""The curated links of a site as arrays: what proposals are measured against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.resolve import link_pairs
from recommender.evaluator.judgements import Refusals
from recommender.tables import Table, data_frame

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True, slots=True, repr=False)
class CuratedLinks:
    """Which articles the editors' links name; a row is an article, in the order of the keys.

    Attributes
    ----------
    keys : tuple of str
    targets : tuple of int32 arrays
        Per article, the rows that its links name, in the order written; a negative code for a link that names no
        article (see `recommender.corpus.resolve`).
    eligible : bool array of shape (n_articles,)
        Which articles may be proposed.
    rejected : Refusals or None
        Pairs that editors refused.

    Examples
    --------
    >>> links = CuratedLinks.of({"/a": ["/b", "/c"], "/b": ["/a"], "/c": []})
    >>> len(links), links.targets[0].tolist()
    (3, [1, 2])
    """

    keys: tuple[str, ...]
    targets: tuple[NDArray[np.int32], ...]
    eligible: NDArray[np.bool_]
    rejected: Refusals | None = None

    @classmethod
    def of(cls, lists: dict[str, Sequence[str]]) -> CuratedLinks:
        """Links given by key; every key may be proposed.

        Raises
        ------
        KeyError
            A list names what is no key.
        """
        keys = tuple(sorted(lists))
        rows = {key: row for row, key in enumerate(keys)}
        targets = tuple(np.array([rows[target] for target in lists[key]], dtype=np.int32) for key in keys)
        return cls(keys, targets, np.ones(len(keys), dtype=np.bool_))

    def __len__(self) -> int:
        """Number of links that name an article."""
        return int(sum(np.count_nonzero(rows >= 0) for rows in self.targets))

    def _pairs(self) -> list[tuple[str, str]]:
        links = link_pairs(self.targets)
        found = links.targets >= 0
        pairs = zip(links.sources[found].tolist(), links.targets[found].tolist(), strict=True)
        return [(self.keys[source], self.keys[target]) for source, target in pairs]

    def __repr__(self) -> str:
        return f"<{len(self):,} curated links of {len(self.keys):,} articles>"

    def _repr_html_(self) -> str:
        sources = sum(bool((rows >= 0).any()) for rows in self.targets)
        title = f"{len(self):,} curated links of {sources:,} articles"
        return Table(title, ("source", "target"), tuple(self._pairs()))._repr_html_()

    def to_pandas(self) -> DataFrame:
        """A data frame of the columns source and target, a row for each link that names an article."""
        pairs = self._pairs()
        return data_frame({"source": [pair[0] for pair in pairs], "target": [pair[1] for pair in pairs]})
