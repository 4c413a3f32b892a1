"""What speaks for a link from an article to one of its first candidates: signals for many sites, each with its reason.

All of them are of texts alone. They are worked out for the candidates only: a further weighting of words is a further
signal of fifty candidates, not a further search.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.lexical.letters import RUN_NUMBERS, LetterWeights
from recommender.lexical.profiles import Profiles
from recommender.neighbours.overlaps import Rows, overlaps, padded
from recommender.neighbours.space import Space
from recommender.ranker import neighbour_signals, word_signals
from recommender.ranker.neighbour_signals import NeighbourSignals
from recommender.ranker.places import MOST_MENTIONED, Places
from recommender.ranker.word_signals import WordSignals

Values = NDArray[np.float32]

NEAREST = 10
"""Number of an article's nearest that are read as its closest."""

# Most entries of the profiles of all articles that are weighed at once.
_MOST_ENTRIES = 20_000_000
# What is of the whole site is rounded, so that an article that comes or goes changes that of few others.
_CROWDING_STEP = 0.01
_MEAN_LENGTH_STEP = 0.5

SIGNALS: dict[str, str] = {
    "similarity": "words and vectors together, by which the candidates were found",
    "all words": "the words of title and body, by frequency and rarity",
    "bm25": "what a search for the source's words would find: long candidates count less",
    "bm25 back": "what a search for the candidate's words would find",
    "lead to body": "what a search for the source's first words would find",
    "title in body": "how much of the candidate's title the source's text names",
    "title in body back": "how much of the source's title the candidate's text names",
    "title letters": "letters that both titles share, as names of one family do",
    "title rarity": "a candidate whose title says much is on one thing",
    "length": "words of the candidate",
    "unlike length": "how far both differ in length",
    "crowding": "what is near to everything is worth a little less to each",
    "near neighbours": "how near the candidate's own nearest are to the source",
    "shared neighbours": "how many of their nearest both share",
}
"""Every signal by its name, with its reason."""

OF_TITLES = frozenset({"title in body", "title in body back", "title letters", "title rarity"})
"""Signals that take titles for names."""

TITLE_WORDS = "title words"
"""What `list_signals` gives beside the signals: by it `OF_TITLES` count less where titles are sentences."""


@dataclass(frozen=True, slots=True)
class FirstCandidates:
    """What is ranked for some articles.

    Attributes
    ----------
    rows : int32 array of shape (m, width)
        -1 where there is none.
    nearness : float array of shape (m, width)
        By words and vectors together.
    """

    rows: NDArray[np.int32]
    nearness: NDArray[np.floating]


@dataclass(frozen=True)
class Surroundings:
    """A whole site, as far as the signals of pairs read it.

    Attributes
    ----------
    similar, nearness : int32 and float arrays of shape (n, depth)
        The nearest of every article by words and vectors, best first, -1 past the last, and how near they are.
    crowding : float64 array of shape (n,)
        See `recommender.neighbours.hubness.crowding`.
    profiles : Profiles or None
        None where words are not compared.
    title_sizes : int16 array of shape (n,) or None
        Words of each title.
    places : Places or None
        None where texts alone are compared.
    space : Space or None
        How near articles are that texts link; None where the nearest alone are candidates.
    eligible : bool array of shape (n,) or None
        Which articles may be candidates.
    by_parts : bool
        The words of the pairs at hand are weighed, for a few lists of the site, and not those of all articles.
    """

    similar: NDArray[np.int32]
    nearness: NDArray[np.floating]
    crowding: NDArray[np.float64]
    profiles: Profiles | None
    letters: LetterWeights | None = None
    title_sizes: NDArray[np.int16] | None = None
    places: Places | None = None
    space: Space | None = None
    eligible: NDArray[np.bool_] | None = None
    by_parts: bool = False

    def __len__(self) -> int:
        return len(self.similar)

    @property
    def has_mentions(self) -> bool:
        """Whether what texts link takes part beyond the nearest."""
        return self.space is not None and self.places is not None

    @property
    def width(self) -> int:
        """Candidates of an article at most."""
        nearest: int = self.similar.shape[1]
        return nearest + (MOST_MENTIONED if self.has_mentions else 0)

    def mentioned(self, rows: NDArray[np.integer]) -> NDArray[np.int32]:
        """What the texts of some articles link, or what links them, beyond their nearest: see `Places.mentioned`."""
        if self.places is None:
            return np.empty((len(rows), 0), dtype=np.int32)
        may = np.ones(len(self), dtype=np.bool_) if self.eligible is None else self.eligible
        return self.places.mentioned(np.asarray(rows, dtype=np.int64), may, self.similar[rows])

    def first(self, rows: NDArray[np.integer]) -> FirstCandidates:
        """The candidates of some articles: their nearest, and what is `mentioned`."""
        near = FirstCandidates(self.similar[rows], self.nearness[rows])
        if self.space is None or not self.has_mentions:
            return near
        more = self.mentioned(rows)
        line, place = np.nonzero(more >= 0)
        nearness = np.zeros(more.shape, dtype=near.nearness.dtype)
        nearness[line, place] = self.space.pairs(np.asarray(rows, dtype=np.int64)[line], more[line, place])
        return FirstCandidates(np.hstack([near.rows, more]), np.hstack([near.nearness, nearness]))

    @cached_property
    def lengths(self) -> Values:
        """Logarithm of one plus the words of each text, shape (n,)."""
        if self.profiles is None:
            return np.zeros(len(self), dtype=np.float32)
        return np.log1p(self.profiles.lengths).astype(np.float32)

    @cached_property
    def mean_length(self) -> float:
        """Words of a text on average, to the next power of the square root of two."""
        if self.profiles is None or not len(self):
            return 1.0
        mean = max(float(self.profiles.lengths.mean()), 1.0)
        return float(2 ** (round(np.log2(mean) / _MEAN_LENGTH_STEP) * _MEAN_LENGTH_STEP))

    @cached_property
    def rounded_crowding(self) -> Values:
        return (np.round(self.crowding / _CROWDING_STEP) * _CROWDING_STEP).astype(np.float32)

    @cached_property
    def words(self) -> WordSignals | None:
        if self.profiles is None or self.by_parts or len(self.profiles.words) > _MOST_ENTRIES:
            return None
        return WordSignals(self.profiles, self.mean_length)

    @cached_property
    def neighbours(self) -> NeighbourSignals:
        return NeighbourSignals(self.similar, self.nearness, NEAREST)

    @cached_property
    def letter_rows(self) -> Rows | None:
        return None if self.letters is None else padded(self.letters.starts, self.letters.runs)


def list_signals(
    site: Surroundings, left: NDArray[np.int64], right: NDArray[np.int64], similarity: NDArray[np.floating]
) -> dict[str, Values]:
    """The signals of a link from each left row to each right one, float32 arrays of shape (m,), named as `SIGNALS`,
    and `TITLE_WORDS`; where places are known also those of `Places.ranked_by`.

    Parameters
    ----------
    left, right : int64 arrays of shape (m,)
        Equal left rows are together.
    similarity : float array of shape (m,)
        By words and vectors together.
    """
    zero = np.zeros(len(left), dtype=np.float32)
    found = {
        "similarity": similarity.astype(np.float32),
        **_of_words(site, left, right),
        "title letters": _of_letters(site, left, right),
        "title rarity": zero if site.profiles is None else site.profiles.title_rarity[right],
        "length": site.lengths[right],
        TITLE_WORDS: zero if site.title_sizes is None else site.title_sizes[right].astype(np.float32),
        "unlike length": np.abs(site.lengths[left] - site.lengths[right]),
        "crowding": site.rounded_crowding[right],
        **dict(zip(neighbour_signals.NAMES, site.neighbours.of(left, right).T, strict=True)),
    }
    return found if site.places is None else found | site.places.ranked_by(left, right)


def _of_words(site: Surroundings, left: NDArray[np.int64], right: NDArray[np.int64]) -> dict[str, Values]:
    if site.profiles is None:
        return {name: np.zeros(len(left), dtype=np.float32) for name in word_signals.NAMES}
    words = site.words
    if words is None:
        rows, place = np.unique(np.concatenate([left, right]), return_inverse=True)
        words = WordSignals(site.profiles.take(rows), site.mean_length)
        left, right = place[: len(left)], place[len(left) :]
    return dict(zip(word_signals.NAMES, words.of(left, right).T, strict=True))


def _of_letters(site: Surroundings, left: NDArray[np.int64], right: NDArray[np.int64]) -> Values:
    """Cosines of the letters of both titles."""
    found: Values = np.zeros((len(left), 1), dtype=np.float32)
    letters, rows = site.letters, site.letter_rows
    if letters is None or rows is None:
        return found[:, 0]
    for common in overlaps(rows, rows, RUN_NUMBERS, left, right):
        common.sums((letters.weights.take(common.left) * letters.weights.take(common.right))[:, None], found)
    return found[:, 0]
