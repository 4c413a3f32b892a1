"""From ranked candidates to the lists that a site shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates


@dataclass(frozen=True, slots=True)
class Choice:
    """One place of a list.

    Attributes
    ----------
    row : int
        The article that is linked.
    score : float or None
        Higher is better; None for a curated link whose score is not known.
    curated : bool
    """

    row: int
    score: float | None
    curated: bool = False


@dataclass(frozen=True, slots=True)
class ChoiceRules:
    """What may stand in a list.

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
    """

    k: int = 5
    min_score: float | None = None
    only_missing: bool = False
    keep_curated: bool = False


def choose(
    candidates: Candidates,
    curated: Sequence[NDArray[np.int32]] | None,
    rules: ChoiceRules,
    curated_scores: Sequence[NDArray[np.float64]] | None = None,
    sources: NDArray[np.int32] | None = None,
) -> dict[int, tuple[Choice, ...]]:
    """The list of every article that gets one, by row number.

    Parameters
    ----------
    candidates : Candidates
        One row per article.
    curated : sequence of int32 arrays, optional
        Not needed where `rules` ask nothing of it. Per article the targets of its curated links as `resolve_links`
        gives them; negative codes lead to no article.
    rules : ChoiceRules
    curated_scores : sequence of float64 arrays, optional
        Aligned with `curated`.
    sources : int32 array, optional
        Rows of the only articles that get a list; all if None.
    """
    lists: dict[int, tuple[Choice, ...]] = {}
    asked = None if sources is None else set(sources.tolist())
    for row, (ranked, ranked_scores) in enumerate(
        zip(candidates.indices.tolist(), candidates.scores.tolist(), strict=True)
    ):
        if asked is not None and row not in asked:
            continue
        chosen: list[Choice] = []
        if curated is not None:
            targets = curated[row]
            if rules.only_missing and has_links(row, targets):
                continue
            if rules.keep_curated:
                known = curated_scores[row].tolist() if curated_scores is not None else []
                scores = dict(zip(targets.tolist(), known, strict=False))
                chosen = [Choice(target, scores.get(target), curated=True) for target in usable(row, targets)]
        taken = {choice.row for choice in chosen}
        for target, score in zip(ranked, ranked_scores, strict=True):
            if len(chosen) >= rules.k or target < 0 or (rules.min_score is not None and score < rules.min_score):
                break
            if target not in taken:
                chosen.append(Choice(target, score))
        lists[row] = tuple(chosen)
    return lists


def usable(row: int, targets: NDArray[np.int32]) -> list[int]:
    """Targets of an article's curated links without those that lead nowhere, to itself, or to one that was named
    before.
    """
    return [target for target in dict.fromkeys(targets.tolist()) if target >= 0 and target != row]


def has_links(row: int, targets: NDArray[np.int32]) -> bool:
    """Whether an article has a curated link that leads anywhere else: to an article or out of the site."""
    from recommender.corpus.resolve import EXTERNAL

    return any(target == EXTERNAL or (target >= 0 and target != row) for target in targets.tolist())
