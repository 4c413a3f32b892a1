"""What the words of two articles say of a link between them, by where the words stand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.lexical.profiles import Profiles

Values = NDArray[np.float32]

# BM25's constants as Lucene has them.
_K1 = 1.2
_B = 0.75
# Titles whose words are less rare together say little by being named, however fully.
_LEAST_TITLE_RARITY = 4.0

NAMES = (
    "all words",
    "body",
    "bm25",
    "bm25 back",
    "lead",
    "lead to body",
    "titles",
    "title in body",
    "title in body back",
    "title repeated",
)
"""Names of the signals of `WordSignals.of`, in their order."""


_SUMS = len(NAMES) - 1
_TITLE_IN_BODY = NAMES.index("title in body")
_ROUNDING = 1e-4


class WordSignals:
    """Compares articles of one site by their words, pair by pair.

    Parameters
    ----------
    profiles : Profiles
    mean_length : float
        Words of the site's articles on average; of all articles, where `profiles` are some.
    """

    def __init__(self, profiles: Profiles, mean_length: float) -> None:
        self._profiles = profiles
        self._as_source, self._as_candidate = _weights(profiles, max(mean_length, 1.0))
        self._whole = np.minimum(profiles.title_rarity / _LEAST_TITLE_RARITY, 1.0)

    def of(self, left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.float32]:
        """The signals of a link from each left row to each right one, shape (m, 10), columns as `NAMES`.

        `all words`, `body` and `titles` are cosines by frequency (one plus its logarithm) and rarity. `bm25` takes
        the source for the query and the candidate for the document, `bm25 back` the other way round; its
        normalisation of length is what cosines lack. `lead` compares the first words of both, in which texts say what
        they are about; `lead to body` is BM25 with the source's first words as the query. `title in body` is the
        share of the candidate's title, by rarity, that the source's body holds; `title repeated` is the logarithm of
        one plus how often it holds the whole of it.

        Parameters
        ----------
        left, right : integer arrays of shape (m,)
            Equal left rows stand together.
        """
        found: NDArray[np.float32] = np.zeros((len(left), len(NAMES)), dtype=np.float32)
        ends = np.flatnonzero(np.concatenate([left[1:] != left[:-1], [True]])) + 1 if len(left) else np.zeros(0, int)
        # Where each word stands in the source at hand, -1 where it does not.
        place: NDArray[np.int32] = np.full(len(self._profiles.rarity), -1, dtype=np.int32)
        start = 0
        for end in ends.tolist():
            self._fill(int(left[start]), right[start:end], found[start:end], place)
            start = end
        return found

    def _fill(
        self,
        source: int,
        candidates: NDArray[np.integer],
        found: NDArray[np.float32],
        place: NDArray[np.int32],
    ) -> None:
        """The signals of one source: its words are laid out once, and each candidate's are looked up."""
        starts, words = self._profiles.starts, self._profiles.words
        own = slice(int(starts[source]), int(starts[source + 1]))
        place[words[own]] = np.arange(own.stop - own.start, dtype=np.int32)
        begins, sizes = starts[candidates], starts[candidates + 1] - starts[candidates]
        pairs = np.repeat(np.arange(len(candidates)), sizes)
        entries = np.arange(len(pairs)) + (begins - (np.cumsum(sizes) - sizes))[pairs]
        places = place[words[entries]]
        shared = np.flatnonzero(places >= 0)
        place[words[own]] = -1
        if not len(shared):
            return
        own_places, others = places[shared], entries[shared]
        products = self._as_source[own][own_places] * self._as_candidate[others]
        pair = pairs[shared]
        first = np.flatnonzero(np.concatenate([[True], pair[1:] != pair[:-1]]))
        found[pair[first], :_SUMS] = np.add.reduceat(products, first, axis=0)
        body = self._profiles.body[own][own_places].astype(np.float32)
        least = np.minimum.reduceat(np.where(self._profiles.in_title[others], body, np.inf), first)
        named = found[pair[first], _TITLE_IN_BODY] > self._whole[candidates[pair[first]]] * (1 - _ROUNDING)
        found[pair[first], _SUMS] = np.where(named & np.isfinite(least), np.log1p(least), 0)


def _weights(profiles: Profiles, mean_length: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What each entry of the profiles weighs in the source and in the candidate, a column for each of `NAMES` that is a
    sum of products.
    """
    owners = profiles.owners
    rarity = profiles.rarity[profiles.words]
    body = profiles.body.astype(np.float32)
    in_title, in_lead, in_body = profiles.in_title, profiles.in_lead, body > 0
    tf = body + in_title

    def unit(values: NDArray[np.floating]) -> NDArray[np.floating]:
        squares = np.bincount(owners, values.astype(np.float64) ** 2, len(profiles))
        return values / np.sqrt(np.where(squares > 0, squares, 1.0))[owners]

    relative = (profiles.lengths() / mean_length)[owners]
    bm25 = rarity * tf * (_K1 + 1) / (tf + _K1 * (1 - _B + _B * relative))
    share = in_title * rarity / np.maximum(profiles.title_rarity, _LEAST_TITLE_RARITY)[owners]
    all_words = unit((1 + np.log(np.maximum(tf, 1))) * rarity)
    of_body = unit(np.where(in_body, 1 + np.log(np.maximum(body, 1)), 0) * rarity)
    lead, titles = unit(in_lead * rarity), unit(in_title * rarity)
    as_source = (all_words, of_body, tf, bm25, lead, in_lead, titles, in_body, share)
    as_candidate = (all_words, of_body, bm25, tf, lead, bm25 * in_body, titles, share, in_body)
    return _columns(as_source), _columns(as_candidate)


def _columns(columns: tuple[NDArray[np.generic], ...]) -> NDArray[np.float32]:
    table: NDArray[np.float32] = np.empty((len(columns[0]), len(columns)), dtype=np.float32)
    for number, values in enumerate(columns):
        table[:, number] = values
    return table
