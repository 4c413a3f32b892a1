"""What speaks for a link from an article to one of its first candidates: signals for many sites, each with its reason.

All of them are of texts alone. They are worked out for the candidates only: a further weighting of words is a further
signal of fifty candidates, not a further search.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.lexical.profiles import Profiles
from recommender.neighbours.exact import sparse_row_products
from recommender.ranker import word_signals
from recommender.ranker.word_signals import WordSignals

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Values = NDArray[np.float32]

_NEAREST = 10
# Beyond so many entries the profiles of all articles are not weighed at once.
_MOST_ENTRIES = 20_000_000

SIGNALS: dict[str, str] = {
    "similarity": "words and vectors together, by which the candidates were found",
    "all words": "the words of title and body, by frequency and rarity",
    "body": "the same of the body alone, for titles that say nothing",
    "bm25": "what a search for the source's words would find: long candidates count less",
    "bm25 back": "what a search for the candidate's words would find",
    "lead": "the first words of both, which say what a text is about",
    "lead to body": "what a search for the source's first words would find",
    "titles": "the words of both titles",
    "title in body": "how much of the candidate's title the source's text names",
    "title in body back": "how much of the source's title the candidate's text names",
    "title repeated": "how often the source's text names the whole of it",
    "title letters": "letters that both titles share, as names of one family do",
    "same title": "a page of the same name is another version more often than a next step",
    "title rarity": "a candidate whose title says much is on one thing",
    "copies": "how many pages have the candidate's title",
    "length": "words of the candidate",
    "unlike length": "how far both differ in length",
    "crowding": "what is near to everything is worth a little less to each",
    "popularity": "of how many articles' nearest the candidate is one",
    "excess popularity": "the same beyond what is usual",
    "near neighbours": "how near the candidate's own nearest are to the source",
    "shared neighbours": "how many of their nearest both share",
    "nearest back": "how early the source stands among the candidate's nearest",
}
"""Every signal by its name, with its reason."""


@dataclass(frozen=True)
class Surroundings:
    """A whole site, as far as the signals of pairs read it.

    Attributes
    ----------
    similar, nearness : int32 and float arrays of shape (n, depth)
        The nearest of every article by words and vectors, best first, -1 behind the last, and how near they are.
    crowding : float64 array of shape (n,)
        See `recommender.neighbours.hubness.crowding`.
    profiles : Profiles or None
        None where words are not compared.
    letters : csr_matrix of shape (n, n_grams) or None
        See `recommender.lexical.letters.weigh_runs`.
    """

    similar: NDArray[np.int32]
    nearness: NDArray[np.floating]
    crowding: NDArray[np.float64]
    profiles: Profiles | None
    letters: csr_matrix | None = None

    def __len__(self) -> int:
        return len(self.similar)

    @cached_property
    def popularity(self) -> Values:
        """Logarithm of one plus the number of articles among whose ten nearest each is, shape (n,)."""
        nearest = self.similar[:, :_NEAREST]
        return np.log1p(np.bincount(nearest[nearest >= 0], minlength=len(self))).astype(np.float32)

    @cached_property
    def lengths(self) -> Values:
        if self.profiles is None:
            return np.zeros(len(self), dtype=np.float32)
        return np.log1p(self.profiles.lengths())

    @cached_property
    def mean_length(self) -> float:
        return float(np.expm1(self.lengths).mean()) if len(self) else 0.0

    @cached_property
    def copies(self) -> Values:
        """Logarithm of the number of articles with each one's title, shape (n,)."""
        if self.profiles is None:
            return np.zeros(len(self), dtype=np.float32)
        names, place, counts = np.unique(self.profiles.title_names, return_inverse=True, return_counts=True)
        return np.where(names == 0, 0, np.log(counts))[place].astype(np.float32)

    @cached_property
    def words(self) -> WordSignals | None:
        if self.profiles is None or len(self.profiles.words) > _MOST_ENTRIES:
            return None
        return WordSignals(self.profiles, self.mean_length)


def list_signals(
    site: Surroundings, left: NDArray[np.int64], right: NDArray[np.int64], similarity: NDArray[np.floating]
) -> dict[str, Values]:
    """The signals of a link from each left row to each right one, float32 arrays of shape (m,), named as `SIGNALS`.

    Parameters
    ----------
    site : Surroundings
    left, right : int64 arrays of shape (m,)
        Equal left rows stand together.
    similarity : float array of shape (m,)
        By words and vectors together.
    """
    zero = np.zeros(len(left), dtype=np.float32)
    found = {
        "similarity": similarity.astype(np.float32),
        **_of_words(site, left, right),
        "title letters": zero if site.letters is None else sparse_row_products(site.letters, left, right),
        "same title": zero,
        "title rarity": zero,
        "copies": site.copies[right],
        "length": site.lengths[right],
        "unlike length": np.abs(site.lengths[left] - site.lengths[right]),
        "crowding": site.crowding[right].astype(np.float32),
        "popularity": site.popularity[right],
        "excess popularity": np.maximum(site.popularity[right] - np.float32(np.log1p(_NEAREST)), 0),
        **_of_neighbours(site, left, right),
    }
    if site.profiles is not None:
        names = site.profiles.title_names
        found["same title"] = ((names[left] == names[right]) & (names[left] != 0)).astype(np.float32)
        found["title rarity"] = site.profiles.title_rarity[right]
    return found


def _of_words(site: Surroundings, left: NDArray[np.int64], right: NDArray[np.int64]) -> dict[str, Values]:
    if site.profiles is None:
        return {name: np.zeros(len(left), dtype=np.float32) for name in word_signals.NAMES}
    words = site.words
    if words is None:
        rows, place = np.unique(np.concatenate([left, right]), return_inverse=True)
        words = WordSignals(site.profiles.take(rows), site.mean_length)
        left, right = place[: len(left)], place[len(left) :]
    return dict(zip(word_signals.NAMES, words.of(left, right).T, strict=True))


def _of_neighbours(site: Surroundings, left: NDArray[np.int64], right: NDArray[np.int64]) -> dict[str, Values]:
    """What the lists of both articles say, source by source: its list is laid out once and looked up for each pair."""
    near, shared, back = (np.zeros(len(left), dtype=np.float32) for _ in range(3))
    nearness = np.zeros(len(site) + 1, dtype=np.float32)
    weight = np.zeros(len(site) + 1, dtype=np.float32)
    bounds = np.flatnonzero(np.concatenate([[True], left[1:] != left[:-1], [True]])) if len(left) else np.zeros(1, int)
    width = min(_NEAREST, site.similar.shape[1])
    for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        source = int(left[start])
        own, scores = _known(site, source)
        nearness[own], weight[own[:width]] = scores, _unit(scores[:width])
        candidates = right[start:end]
        theirs = site.similar[candidates, :width]
        their_scores = np.where(theirs >= 0, site.nearness[candidates, :width], 0.0).astype(np.float32)
        counts = np.maximum((theirs >= 0).sum(axis=1), 1)
        near[start:end] = nearness[theirs].sum(axis=1) / counts
        lengths = np.sqrt((their_scores**2).sum(axis=1))
        shared[start:end] = (weight[theirs] * their_scores).sum(axis=1) / np.where(lengths > 0, lengths, 1)
        is_source = site.similar[candidates] == source
        back[start:end] = np.where(is_source.any(axis=1), 1 / (3.0 + is_source.argmax(axis=1)), 0.0)
        nearness[own], weight[own] = 0, 0
    return {"near neighbours": near, "shared neighbours": shared, "nearest back": back}


def _known(site: Surroundings, row: int) -> tuple[NDArray[np.int32], Values]:
    own = site.similar[row]
    there = own >= 0
    return own[there], site.nearness[row][there].astype(np.float32)


def _unit(values: Values) -> Values:
    length = np.sqrt((values**2).sum())
    return values / length if length > 0 else values
