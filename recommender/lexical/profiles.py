"""The strongest words of every article by their places in it, for finer comparisons than a search makes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.lexical.parts import Parts, SharedTerms
from recommender.lexical.strongest import strongest
from recommender.lexical.terms import TermCounts
from recommender.scratch import GrowingArray

# Part of the names of remembered rankings: to be raised when the same counts give other profiles.
PROFILES_VERSION = b"profiles 2"

MOST_WORDS = 64
"""As many words of an article are kept at most: those of the title, and of the others the strongest."""

# Rarity is rounded, so that an article that comes or goes changes that of few words.
_RARITY_STEP = 0.5
_MAX_BODY = 2**14 - 1
_IN_LEAD, _IN_TITLE = 2**14, 2**15


@dataclass(frozen=True, slots=True)
class Profiles:
    """The strongest of the words that at least two articles share, of every article.

    Attributes
    ----------
    starts : int64 array of shape (n + 1,)
        Where each article begins in `words` and `marks`.
    words : int32 array
        Numbers of the words, ascending within an article.
    marks : uint16 array
        How often each occurs in the article's texts but the title, at most 16,383; with the bits `in_title` and
        `in_lead` read.
    terms : uint32 array of shape (n_words,)
        The word of each number; see `recommender.lexical.terms`.
    rarity : float32 array of shape (n_words,)
        Of each word, ``ln(1 + (n - df + 0.5) / (df + 0.5))`` (Robertson and Zaragoza 2009, equation 3.4, as Lucene
        has it), rounded to halves.
    lengths : int32 array of shape (n,)
        Words of each article's texts but the title, those that no other article has among them.
    title_rarity : float32 array of shape (n,)
        Sum of the rarity of an article's title, words that no other article has among them.
    title_names : uint64 array of shape (n,)
        Titles of the same words have the same number; 0 for none.
    """

    starts: NDArray[np.int64]
    words: NDArray[np.int32]
    marks: NDArray[np.uint16]
    terms: NDArray[np.uint32]
    rarity: NDArray[np.float32]
    lengths: NDArray[np.int32]
    title_rarity: NDArray[np.float32]
    title_names: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def body(self) -> NDArray[np.uint16]:
        """How often each word occurs in the texts but the title."""
        return self.marks & np.uint16(_MAX_BODY)

    @property
    def in_title(self) -> NDArray[np.bool_]:
        return self.marks >= _IN_TITLE

    @property
    def in_lead(self) -> NDArray[np.bool_]:
        return (self.marks & np.uint16(_IN_LEAD)) > 0

    @property
    def owners(self) -> NDArray[np.int64]:
        """The article of each entry of `words`."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def take(self, rows: NDArray[np.integer]) -> Profiles:
        """The profiles of some articles, in their order; the rarity is that of all."""
        sizes = np.diff(self.starts)[rows]
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        place = np.repeat(self.starts[rows] - starts[:-1], sizes) + np.arange(starts[-1])
        return Profiles(
            starts,
            self.words[place],
            self.marks[place],
            self.terms,
            self.rarity,
            self.lengths[rows],
            self.title_rarity[rows],
            self.title_names[rows],
        )


@dataclass(frozen=True, slots=True)
class WordTable:
    """The words of a site's profiles.

    Attributes
    ----------
    terms : uint32 array of shape (n_words,)
        Their numbers as terms, ascending; see `recommender.lexical.terms`.
    rarity : float32 array of shape (n_words,)
        See `Profiles.rarity`.
    rarest : float
        The rarity of a word of a single article.
    """

    terms: NDArray[np.uint32]
    rarity: NDArray[np.float32]
    rarest: float

    def profiles(self, counts: TermCounts, title_weight: int) -> Profiles:
        """Profiles of some articles.

        Parameters
        ----------
        title_weight : int
            As how many each occurrence in the title was counted.
        """
        single = np.flatnonzero(counts.terms & 1 == 0)
        starts = np.searchsorted(single, counts.starts)
        # A word that occurs in the title twice is rare, and then counts as once more in the body.
        body = counts.counts[single].astype(np.int64) - title_weight * counts.in_title[single]
        total = np.concatenate([[0], np.cumsum(np.maximum(body, 0))])
        places, known = self._places(counts.terms[single])
        used, starts = single[known], np.searchsorted(known, starts)
        words, in_title, body = places[known], counts.in_title[used], np.clip(body[known], 0, _MAX_BODY)
        strength = self.rarity[words] * (1 + np.log(np.maximum(body + in_title, 1), dtype=np.float32))
        kept, starts = strongest(np.where(in_title, np.inf, strength), starts, MOST_WORDS)
        marks = body | np.where(in_title, _IN_TITLE, 0) | np.where(counts.in_lead[used], _IN_LEAD, 0)
        return Profiles(
            starts,
            words[kept].astype(np.int32),
            marks[kept].astype(np.uint16),
            self.terms,
            self.rarity,
            np.diff(total[np.searchsorted(single, counts.starts)]).astype(np.int32),
            self._title_rarity(counts),
            _title_names(counts),
        )

    def _places(self, terms: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The place of each of some terms in the table, and which of them are words of it."""
        places: NDArray[np.int64] = np.searchsorted(self.terms, terms)
        if not len(self.terms):
            return places, np.empty(0, np.int64)
        return places, np.flatnonzero(self.terms.take(places, mode="clip") == terms)

    def _title_rarity(self, counts: TermCounts) -> NDArray[np.float32]:
        owner, title = _title_words(counts, pairs=False)
        places, known = self._places(title)
        values = np.full(len(title), self.rarest, dtype=np.float32)
        values[known] = self.rarity[places[known]]
        return np.bincount(owner, values, len(counts)).astype(np.float32)


def word_rarity(frequency: NDArray[np.integer], n: int) -> NDArray[np.float32]:
    """The rarity of words by the number of articles, of `n`, that have them; see `Profiles.rarity`."""
    rarity = np.log(1 + (n - frequency + 0.5) / (frequency + 0.5))
    rounded: NDArray[np.float32] = (np.round(rarity / _RARITY_STEP) * _RARITY_STEP).astype(np.float32)
    return rounded


def rarest_of(n: int) -> float:
    """The rarity of a word that one of `n` articles has."""
    return float(word_rarity(np.ones(1, np.int64), n)[0]) if n else 0.0


def word_table(shared: SharedTerms) -> WordTable:
    """The table of a site's words."""
    terms = np.concatenate([np.empty(0, np.uint32), *(found for found, _ in shared.ranges)])
    frequency = np.concatenate([np.empty(0, np.int64), *(count for _, count in shared.ranges)])
    single = terms & 1 == 0
    return WordTable(terms[single], word_rarity(frequency[single], shared.articles), rarest_of(shared.articles))


def profiles_by_parts(parts: Parts, table: WordTable, title_weight: int) -> Profiles:
    """Profiles of all articles, given by the counts of some at a time."""
    words, marks = GrowingArray(np.int32), GrowingArray(np.uint16)
    sizes, lengths = [np.zeros(1, np.int64)], [np.empty(0, np.int32)]
    rarities, names = [np.empty(0, np.float32)], [np.empty(0, np.uint64)]
    for part in parts():
        found = table.profiles(part, title_weight)
        words.append(found.words)
        marks.append(found.marks)
        sizes.append(np.diff(found.starts))
        lengths.append(found.lengths)
        rarities.append(found.title_rarity)
        names.append(found.title_names)
    return Profiles(
        np.cumsum(np.concatenate(sizes)),
        words.whole(),
        marks.whole(),
        table.terms,
        table.rarity,
        np.concatenate(lengths),
        np.concatenate(rarities),
        np.concatenate(names),
    )


def _title_names(counts: TermCounts) -> NDArray[np.uint64]:
    """Sums of mixed term numbers, pairs of words among them: titles in another order differ."""
    owner, title = _title_words(counts, pairs=True)
    mixed = (title.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)) * np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(31)
    names = np.zeros(len(counts), dtype=np.uint64)
    np.add.at(names, owner, mixed)
    return names


def _title_words(counts: TermCounts, *, pairs: bool) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    chosen = np.flatnonzero(counts.in_title if pairs else counts.in_title & (counts.terms & 1 == 0))
    owner = np.searchsorted(counts.starts, chosen, side="right") - 1
    return owner, counts.terms[chosen]
