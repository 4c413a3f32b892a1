"""Weights of terms after a few articles were added, changed or removed: what weighing all of them would give.

Rarity is rounded, so that an article more or less changes that of few terms; whoever holds none of these keeps what it
had.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.lexical.parts import SharedTerms
from recommender.lexical.terms import TermCounts

_BUCKETS = 2**16
_TERMS_AT_ONCE = 2**20


@dataclass(frozen=True, slots=True)
class HeldTerms:
    """The terms of some articles of a site.

    Attributes
    ----------
    terms : uint32 array
        Article after article.
    starts : int64 array of shape (n + 1,)
    rows : int64 array of shape (n,)
        The articles' rows, -1 for one that is no longer there.
    """

    terms: NDArray[np.uint32]
    starts: NDArray[np.int64]
    rows: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Holders:
    """Which articles hold some terms.

    Attributes
    ----------
    rows : int64 array of shape (m,)
    places : int64 array of shape (m,)
        The term that each holds, by its place among those asked for.
    """

    rows: NDArray[np.int64]
    places: NDArray[np.int64]


def holders(held: Sequence[HeldTerms], terms: NDArray[np.uint32]) -> Holders:
    """The articles that hold some `terms`, which ascend, each with each that it holds."""
    if not len(terms):
        return Holders(np.empty(0, np.int64), np.empty(0, np.int64))
    may_be = np.zeros(_BUCKETS, dtype=np.bool_)
    may_be[terms & np.uint32(_BUCKETS - 1)] = True
    rows, places = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for one in held:
        for first in range(0, len(one.terms), _TERMS_AT_ONCE):
            part = one.terms[first : first + _TERMS_AT_ONCE]
            near = np.flatnonzero(may_be[(part & np.uint32(_BUCKETS - 1)).astype(np.intp)])
            at = np.minimum(np.searchsorted(terms, part[near]), len(terms) - 1)
            met = terms[at] == part[near]
            owners = one.rows[np.searchsorted(one.starts, first + near[met], side="right") - 1]
            rows.append(owners[owners >= 0])
            places.append(at[met][owners >= 0])
    return Holders(np.concatenate(rows), np.concatenate(places))


def changed_frequency(gone: TermCounts, added: TermCounts) -> NDArray[np.uint32]:
    """The terms that more or fewer articles hold where some articles take the place of others, ascending."""
    terms = np.concatenate([gone.terms, added.terms])
    change = np.concatenate([np.full(len(gone.terms), -1), np.ones(len(added.terms), np.int64)])
    found, place = np.unique(terms, return_inverse=True)
    changed: NDArray[np.uint32] = found[np.bincount(place, change, len(found)) != 0]
    return changed


def shared_again(
    old: SharedTerms, terms: NDArray[np.uint32], frequency: NDArray[np.int64], articles: int
) -> SharedTerms:
    """The shared terms of a site of `articles` articles, where some terms, ascending, have another frequency now."""
    known = np.concatenate([one for one, _ in old.ranges])
    counts = np.concatenate([count for _, count in old.ranges])
    at = np.minimum(np.searchsorted(known, terms), max(len(known) - 1, 0))
    before = known[at] == terms if len(known) else np.zeros(len(terms), dtype=np.bool_)
    known, counts = np.delete(known, at[before]), np.delete(counts, at[before])
    shared = frequency > 1
    where = np.searchsorted(known, terms[shared])
    known = np.insert(known, where, terms[shared])
    counts = np.insert(counts, where, frequency[shared])
    return SharedTerms(((known, counts),), articles)


def changed_values(
    old: NDArray[np.uint32], old_values: NDArray[np.float32], new: NDArray[np.uint32], new_values: NDArray[np.float32]
) -> NDArray[np.uint32]:
    """The terms that have another value in a table than in an earlier one, or are in one of them alone, ascending.

    Parameters
    ----------
    old, new : uint32 arrays
        Terms, ascending.
    old_values, new_values : float32 arrays
        Of the terms.
    """
    if len(old) == len(new) and np.array_equal(old, new):
        other: NDArray[np.bool_] = old_values != new_values
        return new[other]
    at = np.minimum(np.searchsorted(old, new), max(len(old) - 1, 0))
    both = old[at] == new if len(old) else np.zeros(len(new), dtype=np.bool_)
    gone = np.ones(len(old), dtype=np.bool_)
    gone[at[both]] = False
    other = ~both
    other[both] = old_values[at[both]] != new_values[both]
    return np.union1d(old[gone], new[other])


def columns_now(old: NDArray[np.uint32], new: NDArray[np.uint32]) -> NDArray[np.int32] | None:
    """The place of each term of an earlier table in one now, or where it would be; None where they are equal."""
    if len(old) == len(new) and np.array_equal(old, new):
        return None
    return np.searchsorted(new, old).astype(np.int32)
