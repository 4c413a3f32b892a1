"""From a text to the words that are counted, in the manner of its language."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from recommender.lexical.languages import stemmer, stop_words
from recommender.lexical.scripts import character_pairs, find_words, identifier_parts, is_in_pairs, runs

_LEAST_LETTERS = 2


class Role(IntEnum):
    """What a word does: `WORD` is counted, alone and with its neighbours; `STOP` is not, and parts its neighbours;
    `PART` is a piece of the word before it, counted alone. `SHORT`, a letter or a digit by itself, is not counted and
    parts nobody, but tells one text from another.
    """

    WORD = 0
    STOP = 1
    PART = 2
    SHORT = 3


class Word(NamedTuple):
    """A word of a text.

    Attributes
    ----------
    term : str
        What it is counted as: its stem, or two characters of a run without spaces.
    name : str
        What a person reads, in lower case.
    """

    term: str
    name: str
    role: Role


class Analyser:
    """Takes texts of one language apart.

    Characters are compared in compatibility composition and without case. Scripts without spaces, and Korean, are read
    by pairs of adjacent characters; other words are reduced to their stems where that helps. Names in programs are
    counted whole and by their parts.

    Parameters
    ----------
    language : str or None
        A primary tag; see `recommender.lexical.languages`.
    """

    def __init__(self, language: str | None) -> None:
        self._stops = stop_words(language)
        self._stemmer = stemmer(language)

    def words(self, chunk: str) -> Iterator[Word]:
        """The words between two spaces, in their order."""
        for found in find_words(chunk):
            yield from self.analyse(found)

    def analyse(self, found: str) -> list[Word]:
        """What one of `recommender.lexical.scripts.find_words` is counted as."""
        lower = found.casefold()
        if lower in self._stops and len(lower) >= _LEAST_LETTERS:
            return [Word(lower, lower, Role.STOP)]
        if not found.isascii():
            return [word for run in runs(lower) for word in self._of_run(run)]
        whole = self._of_run(lower)
        if lower == found and "_" not in lower:  # in words, most of the time
            return whole
        parts = (part for part in identifier_parts(found) if part not in self._stops)
        return whole + [Word(self._stem(part), part, Role.PART) for part in parts]

    def _of_run(self, run: str) -> list[Word]:
        if is_in_pairs(run):
            return [Word(pair, pair, Role.WORD) for pair in character_pairs(run)]
        if len(run) < _LEAST_LETTERS:
            return [Word(run, run, Role.SHORT)]
        return [Word(self._stem(run), run, Role.WORD)]

    def _stem(self, word: str) -> str:
        return word if self._stemmer is None else self._stemmer.stemWord(word)


@lru_cache(maxsize=64)
def analyser(language: str | None) -> Analyser:
    """The analyser of a language, made once."""
    return Analyser(language)
