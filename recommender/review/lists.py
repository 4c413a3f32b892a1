"""Which links every article has by now: its curated ones, changed by what editors decided."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.resolve import EXTERNAL
from recommender.decisions.meaning import Decided, Edit
from recommender.selection.lists import usable


class LinkLists:
    """Lists and their counts, kept up to date one article at a time.

    Parameters
    ----------
    curated : sequence of int32 arrays
        As `recommender.corpus.resolve.ResolvedLinks.targets`.
    """

    def __init__(self, curated: Sequence[NDArray[np.int32]]) -> None:
        n = len(curated)
        self._curated = [usable(row, targets) for row, targets in enumerate(curated)]
        self._leads_out = np.array([bool((targets == EXTERNAL).any()) for targets in curated], dtype=np.bool_)
        self._lists: dict[int, list[int]] = {}
        self.edits: dict[int, tuple[Edit, ...]] = {}
        self.never: set[int] = set()
        self.decided = np.zeros(n, dtype=np.bool_)
        self.inbound = np.zeros(n, dtype=np.int64)
        self.outbound = np.array([len(found) for found in self._curated], dtype=np.int64)
        for found in self._curated:
            self.inbound[found] += 1

    def of(self, row: int) -> list[int]:
        """Rows of the articles that an article links."""
        return self._lists.get(row, self._curated[row])

    def curated(self, row: int) -> list[int]:
        """Those of its curated links alone."""
        return self._curated[row]

    def arranged(self, row: int, curated: Sequence[int]) -> list[int]:
        """The list of an article whose curated links are these."""
        edits = self.edits.get(row, ())
        return Decided({row: edits}, frozenset(self.never)).arranged(row, curated)

    def verdicts(self, row: int) -> dict[int, str]:
        """The last word on each target of an article."""
        return dict(Decided({row: self.edits.get(row, ())}).verdicts(row))

    def rejected(self, row: int) -> list[int]:
        """Targets that must not be in an article's list."""
        return Decided({row: self.edits.get(row, ())}).rejected(row)

    def decide(self, row: int, edits: tuple[Edit, ...]) -> None:
        """Set what holds of an article's list."""
        if edits:
            self.edits[row] = edits
        else:
            self.edits.pop(row, None)
        self.decided[row] = bool(edits)
        self._arrange(row, self.of(row))

    def suggest(self, row: int, *, never: bool) -> None:
        """Set whether an article is never suggested."""
        (self.never.add if never else self.never.discard)(row)
        for source in [source for source in self.edits if row in self.verdicts(source)]:
            self._arrange(source, self.of(source))

    def write(self, row: int, targets: NDArray[np.int32]) -> None:
        """Set the curated links of an article whose file has changed."""
        before = self.of(row)
        self._curated[row] = usable(row, targets)
        self._leads_out[row] = bool((targets == EXTERNAL).any())
        self._arrange(row, before)

    @property
    def without_links(self) -> NDArray[np.bool_]:
        """Which articles link nothing, in the site or out of it; shape (n,)."""
        found: NDArray[np.bool_] = (self.outbound == 0) & ~self._leads_out
        return found

    def _arrange(self, row: int, before: list[int]) -> None:
        self.inbound[before] -= 1
        self._lists[row] = self.arranged(row, self._curated[row])
        self.inbound[self._lists[row]] += 1
        self.outbound[row] = len(self._lists[row])
