"""A text that is no article of the site, such as one that was typed, beside its articles."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recommender.lexical.profiles import Profiles, WordTable, rarest_of
from recommender.lexical.terms import TermCounts
from recommender.ranker.list_signals import Surroundings


def with_text(
    site: Surroundings, nearest: NDArray[np.int32], nearness: NDArray[np.floating], counts: TermCounts | None
) -> Surroundings:
    """A site and one more article, its last, which is a title as much as a body, stands nowhere and links nothing.

    Parameters
    ----------
    nearest : int32 array of shape (depth,)
        The rows that are nearest to the text, best first, as many as those of an article or fewer.
    nearness : float array of shape (depth,)
    counts : TermCounts or None
        Of the one text; None where words are not compared.
    """
    width = site.similar.shape[1]
    similar, near = np.full(width, -1, dtype=np.int32), np.zeros(width, dtype=site.nearness.dtype)
    similar[: len(nearest)], near[: len(nearest)] = nearest, nearness
    profiles = site.profiles
    if profiles is not None and counts is not None:
        table = WordTable(profiles.terms, profiles.rarity, rarest_of(len(site)))
        profiles = _joined(profiles, table.profiles(counts, 0))
    return replace(
        site,
        similar=np.vstack([site.similar, similar]),
        nearness=np.vstack([site.nearness, near]),
        crowding=np.append(site.crowding, 0.0),
        profiles=profiles,
        letters=None,
        title_sizes=None if site.title_sizes is None else np.append(site.title_sizes, np.int16(0)),
        places=None,
        space=None,
        eligible=None,
        by_parts=True,
    )


def _joined(some: Profiles, more: Profiles) -> Profiles:
    """The profiles of both, whose words are of the same table."""
    return Profiles(
        np.concatenate([some.starts, some.starts[-1] + more.starts[1:]]),
        np.concatenate([some.words, more.words]),
        np.concatenate([some.marks, more.marks]),
        some.terms,
        some.rarity,
        np.concatenate([some.lengths, more.lengths]),
        np.concatenate([some.title_rarity, more.title_rarity]),
        np.concatenate([some.title_names, more.title_names]),
    )
