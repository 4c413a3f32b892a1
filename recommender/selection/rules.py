"""The rules of the selection, and its inputs beside the candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from recommender.decisions.meaning import Decided
from recommender.selection.graph import Limits
from recommender.selection.lists import Choice
from recommender.selection.pairs import PairScores, Similarity
from recommender.settings import HubCorrection, LinkSettings


@dataclass(frozen=True, slots=True)
class ChoiceRules:
    """What may be in a list.

    Attributes
    ----------
    k : int
        Places per article.
    min_score : float or None
        Below it a place stays empty.
    only_missing : bool
        Articles that have curated links get no list.
    keep_curated : bool
        Curated links come first, all of them and in their order; proposals fill what is free of the `k` places.
    diversity : float
        0 to 1: how much a proposal loses for being like those before it, see `diversity.diversified`.
    max_inbound : int or None
        No more lists than this name an article; curated links count and stay.
    min_inbound : int
        At least this number of lists, where possible.
    hubs : {"none", "csls", "local-scaling"}
        Whether what is near to everything is worth less, see `hubs.corrected`.
    margin : float or None
        By how much a proposal must be better to take the place of one that the last run linked; by default
        `stability.usual_margin`.
    """

    k: int = 5
    min_score: float | None = None
    only_missing: bool = False
    keep_curated: bool = False
    diversity: float = 0.0
    max_inbound: int | None = None
    min_inbound: int = 0
    hubs: HubCorrection = "none"
    margin: float | None = None

    @classmethod
    def of(
        cls, settings: LinkSettings, *, min_score: float | None, only_missing: bool, keep_curated: bool
    ) -> ChoiceRules:
        """The rules that a site's settings ask for."""
        return cls(
            k=settings.k,
            min_score=min_score,
            only_missing=only_missing,
            keep_curated=keep_curated,
            diversity=settings.diversity,
            max_inbound=settings.max_inbound,
            min_inbound=settings.min_inbound,
            hubs=settings.hubs,
            margin=settings.margin,
        )

    @property
    def limits(self) -> Limits:
        return Limits(self.max_inbound, self.min_inbound)


@dataclass(frozen=True, slots=True)
class ListInputs:
    """The inputs of the selection beside the candidates; all of them may be left out.

    Attributes
    ----------
    sources : int32 array, optional
        Rows of the only articles that get a list; all if None.
    targets : int32 array, optional
        Rows of the articles that may be linked: those that must not be orphans; all if None. Candidates hold no others.
    curated : sequence of int32 arrays, optional
        Per article the targets of its curated links as `resolve_links` gives them; negative codes lead to no article.
        Needed for rules that ask of them.
    curated_scores : sequence of float64 arrays, optional
        Aligned with `curated`.
    clusters : int32 array of shape (n,), optional
        Cluster of near-duplicates of each article. A list takes one of a cluster, and none of its own article's.
    languages : int32 array of shape (n,), optional
        Number of each article's language, -1 for none; a list names no article of another.
    pair_scores : callable, optional
        The score of pairs that are not among the candidates, by their sources and targets.
    similarity : Similarity, optional
        Needed for `ChoiceRules.diversity`.
    decided : Decided
        What editors decided: their links come first, in their order; what they rejected is in no list.
    decided_scores : mapping of (int, int) to float
        By the rows of the source and target of each link that they want.
    previous : mapping of int to tuple of Choice
        The last run's lists by row.
    frozen : frozenset of int
        Rows of the articles whose lists stay as they are in `previous`; one that has none there gets none.
    """

    sources: NDArray[np.int32] | None = None
    targets: NDArray[np.int32] | None = None
    curated: Sequence[NDArray[np.int32]] | None = None
    curated_scores: Sequence[NDArray[np.float64]] | None = None
    clusters: NDArray[np.int32] | None = None
    languages: NDArray[np.int32] | None = None
    pair_scores: PairScores | None = None
    similarity: Similarity | None = None
    decided: Decided = field(default_factory=Decided)
    decided_scores: Mapping[tuple[int, int], float] = field(default_factory=dict)
    previous: Mapping[int, tuple[Choice, ...]] = field(default_factory=dict)
    frozen: frozenset[int] = frozenset()
