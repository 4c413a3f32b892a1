"""Queries in groups, to see where a system is strong and where it is weak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluator.judgements import Judgements

_LARGEST_GROUPS = 50
_LENGTHS = (500, 1000, 2000, 3000, 4000)


@dataclass(frozen=True, slots=True)
class Slice:
    """Some of the queries.

    Attributes
    ----------
    by : str
        What divides: ``"group"``, ``"answer length"``, ``"number of judgements"`` or ``"links across groups"``.
    name : str
        Which part this is.
    members : int64 array
        Positions among the judgements' queries, ascending.
    """

    by: str
    name: str
    members: NDArray[np.int64]


def by_group(judgements: Judgements, groups: Sequence[str | None]) -> list[Slice]:
    """The groups with most queries, largest first, and what is left.

    Parameters
    ----------
    groups : sequence of str or None
        Of every article.
    """
    names = np.array([groups[row] or "(no group)" for row in judgements.queries], dtype=np.str_)
    found, counts = np.unique(names, return_counts=True)
    if len(found) < 2:
        return []
    largest = found[np.lexsort((found, -counts))][:_LARGEST_GROUPS]
    slices = [Slice("group", str(name), np.flatnonzero(names == name)) for name in largest]
    rest = np.flatnonzero(~np.isin(names, largest))
    return [*slices, Slice("group", "(all others)", rest)] if len(rest) else slices


def by_length(judgements: Judgements, lengths: NDArray[np.integer]) -> list[Slice]:
    """By the length of the answer in characters, `lengths` being those of every article."""
    bounds = (0, *_LENGTHS)
    place = np.searchsorted(_LENGTHS, lengths[judgements.queries], side="right")
    names = [f"{low} to {high - 1}" for low, high in zip(bounds, _LENGTHS, strict=False)] + [f"{_LENGTHS[-1]} or more"]
    return _by_place("answer length", names, place)


def by_judgements(judgements: Judgements, most: int = 5) -> list[Slice]:
    """By how many relevant articles a query has; from `most` on they are one slice."""
    place = np.minimum(judgements.relevant.counts, most) - 1
    names = [str(count) for count in range(1, most)] + [f"{most} or more"]
    return _by_place("number of judgements", names, place)


def by_crossing(judgements: Judgements, groups: Sequence[str | None]) -> list[Slice]:
    """By whether the curated links stay within the query's group, leave it, or do both."""
    if not any(groups):
        return []
    number = np.unique([group or "" for group in groups], return_inverse=True)[1]
    sets = judgements.relevant
    crosses = number[judgements.queries[sets.owners]] != number[sets.rows]
    n_crossing = np.bincount(sets.owners, weights=crosses, minlength=len(judgements.queries))
    place = np.where(n_crossing == 0, 0, np.where(n_crossing == sets.counts, 2, 1))
    return _by_place("links across groups", ["within the group", "within and across", "across groups"], place)


def _by_place(by: str, names: Sequence[str], place: NDArray[np.integer]) -> list[Slice]:
    parts = [Slice(by, name, np.flatnonzero(place == number)) for number, name in enumerate(names)]
    return [part for part in parts if len(part.members)]
