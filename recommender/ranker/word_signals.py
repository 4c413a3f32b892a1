"""What the words of two articles say of a link between them, by the words' places."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.lexical.profiles import Profiles
from recommender.neighbours.overlaps import Rows, overlaps, padded

Values = NDArray[np.float32]

# BM25's constants as Lucene has them.
_K1 = 1.2
_B = 0.75
# Titles whose words are less rare together say little by being named, however fully.
_LEAST_TITLE_RARITY = 4.0

NAMES = (
    "all words",
    "bm25",
    "bm25 back",
    "lead to body",
    "title in body",
    "title in body back",
)
"""Names of the signals of `WordSignals.of`, in their order."""


class WordSignals:
    """Compares articles of one site by their strongest words, pair by pair.

    Parameters
    ----------
    mean_length : float
        Words of the site's articles on average; of all articles, where `profiles` are some.
    """

    def __init__(self, profiles: Profiles, mean_length: float) -> None:
        self._profiles = profiles
        self._mean_length = max(mean_length, 1.0)

    def of(self, left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.float32]:
        """The signals of a link from each left row to each right one, shape (m, 6), columns as `NAMES`.

        `all words` is the cosine by frequency (one plus its logarithm) and rarity. `bm25` takes the source for the
        query and the candidate for the document, `bm25 back` the other way round; its normalisation of length is what
        cosines lack. `lead to body` is BM25 with the source's first words, in which texts say what they are about, as
        the query. `title in body` is the share of the candidate's title, by rarity, that the source's body holds.

        Parameters
        ----------
        left, right : integer arrays of shape (m,)
            Equal left rows are together.
        """
        found: NDArray[np.float32] = np.zeros((len(left), len(NAMES)), dtype=np.float32)
        as_source, as_candidate = self._weights
        for common in overlaps(self._rows, self._rows, len(self._profiles.rarity), left, right):
            products = as_source.take(common.left, axis=0)
            products *= as_candidate.take(common.right, axis=0)
            common.sums(products, found)
        return found

    @cached_property
    def _rows(self) -> Rows:
        return padded(self._profiles.starts, self._profiles.words)

    @cached_property
    def _weights(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What each word weighs in the source and in the candidate, a column for each of `NAMES`."""
        profiles, owners = self._profiles, self._profiles.owners
        rarity = profiles.rarity[profiles.words]
        body = profiles.body.astype(np.float32)
        in_title, in_lead, in_body = profiles.in_title, profiles.in_lead, body > 0
        tf = body + in_title

        def unit(values: NDArray[np.floating]) -> NDArray[np.floating]:
            squares = np.bincount(owners, values.astype(np.float64) ** 2, len(profiles))
            return values / np.sqrt(np.where(squares > 0, squares, 1.0))[owners]

        relative = (profiles.lengths / self._mean_length).astype(np.float32)[owners]
        bm25 = rarity * tf * (_K1 + 1) / (tf + _K1 * (1 - _B + _B * relative))
        share = in_title * rarity / np.maximum(profiles.title_rarity, _LEAST_TITLE_RARITY)[owners]
        all_words = unit((1 + np.log(np.maximum(tf, 1))) * rarity)
        as_source = (all_words, tf, bm25, in_lead, in_body, share)
        as_candidate = (all_words, bm25, tf, bm25 * in_body, share, in_body)
        return _columns(as_source), _columns(as_candidate)


def _columns(columns: tuple[NDArray[np.generic], ...]) -> NDArray[np.float32]:
    table: NDArray[np.float32] = np.empty((len(columns[0]), len(columns)), dtype=np.float32)
    for number, values in enumerate(columns):
        table[:, number] = values
    return table
