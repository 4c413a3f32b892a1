"""The rules of the selection, and its inputs beside the candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.decisions.meaning import Decided
from recommender.selection.graph import Limits
from recommender.selection.lists import Choice
from recommender.selection.pairs import PairScores, Similarity
from recommender.settings import LinkSettings


@dataclass(frozen=True, slots=True)
class ChoiceRules(LinkSettings):
    """What may be in a list: a site's settings, and what a run asks for beside them.

    Attributes
    ----------
    min_score : float or None
        Below it a place stays empty, whatever `ListInputs.floors` says.
    only_missing : bool
        Articles that have curated links get no list.
    keep_curated : bool
        Curated links come first, all of them and in their order; proposals fill what is free of the `k` places.
    """

    only_missing: bool = False
    keep_curated: bool = False

    @classmethod
    def of(cls, settings: LinkSettings, **more: Any) -> ChoiceRules:
        """The rules that a site's settings ask for, with those of a run."""
        return cls(**{one.name: getattr(settings, one.name) for one in fields(settings)} | more)

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
    floors : float64 array of shape (n,), optional
        Below it a place of an article's list stays empty, as below `ChoiceRules.min_score`.
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
    floors: NDArray[np.float64] | None = None
    pair_scores: PairScores | None = None
    similarity: Similarity | None = None
    decided: Decided = field(default_factory=Decided)
    decided_scores: Mapping[tuple[int, int], float] = field(default_factory=dict)
    previous: Mapping[int, tuple[Choice, ...]] = field(default_factory=dict)
    frozen: frozenset[int] = frozenset()
