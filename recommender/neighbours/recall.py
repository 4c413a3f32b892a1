"""From which size on nearly all neighbours of a site are enough, and how many of them a search found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recommender.neighbours.join import Effort


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on nearly all neighbours are enough.

    Attributes
    ----------
    exact_up_to : int
        Up to this number of articles every pair is compared: less than three times as long, and exact.
        docs/scale.md has the figures.
    exact_on_gpu_up_to : int
        The same for vectors alone where there is a GPU, which compares a million with each other in the time of reading
        a few thousand files.
    effort : Effort or None
        Where a search by cells begins; None for `first_effort`.
    """

    exact_up_to: int = 50_000
    exact_on_gpu_up_to: int = 1_000_000
    effort: Effort | None = None


@dataclass(frozen=True, slots=True)
class Audit:
    """Recall of an approximate search.

    Attributes
    ----------
    recall_ratio : float
        Share of the `k` nearest neighbours of the audited articles that were found, 0 to 1.
    articles : int
        Audited articles.
    """

    recall_ratio: float
    k: int
    articles: int

    def __str__(self) -> str:
        return f"{self.recall_ratio:.1%} of the {self.k} nearest found, by exact search for {self.articles:,} articles"
