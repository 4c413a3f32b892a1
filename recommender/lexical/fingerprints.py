"""What is kept of a text to tell later whether another one says the same: a sketch of its runs of words, its title."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from recommender.lexical.languages import stop_words
from recommender.lexical.scripts import find_words

SKETCH = 64
"""Runs that are kept of an article: of this many hashes, drawn evenly from two texts, the share that both hold differs
from that of all their runs by 0.06 or less in two of three cases."""

RUN_WORDS = 5
RUN_PAIRS = 10
"""Length of a run, in words, and where a word is a pair of characters."""

PACKED_BYTES = (SKETCH + 3) * 4

NONE = np.uint32(2**32 - 1)
# Of Latin, Greek, Arabic and Chinese.
_QUESTION_MARKS = ("?", "\u037e", "\u061f", "\uff1f")
_SPARE = 4
_PAIRS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Fingerprints of articles.

    Attributes
    ----------
    sketches : uint32 array of shape (n, SKETCH)
        The smallest hashes of the runs of adjacent words of each but for its title, ascending, `NONE` past the last
        (bottom-k sketch, Cohen 1997 and Broder 1997): an even sample, the same for the same text.
    titles : uint32 array of shape (n,)
        A number for the words of the title, 0 for none.
    asked : uint32 array of shape (n,)
        How many words of the title are no stop words, if it is a question; 0 if not.
    languages : uint32 array of shape (n,)
        A number for the language, 0 where it is not known.
    """

    sketches: NDArray[np.uint32]
    titles: NDArray[np.uint32]
    asked: NDArray[np.uint32]
    languages: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.titles)

    def packed(self) -> NDArray[np.uint8]:
        """One line of bytes an article, shape (n, PACKED_BYTES)."""
        columns = (self.titles, self.asked, self.languages)
        numbers = np.concatenate([self.sketches, *(column[:, None] for column in columns)], axis=1)
        lines: NDArray[np.uint8] = np.ascontiguousarray(numbers, dtype="<u4").view(np.uint8)
        return lines

    @classmethod
    def unpacked(cls, lines: NDArray[np.uint8]) -> Fingerprints:
        """From lines of `packed`."""
        numbers = np.ascontiguousarray(lines).view("<u4")
        titles, asked, languages = numbers[:, SKETCH:].T
        return cls(numbers[:, :SKETCH], titles, asked, languages)


def sketch_runs(
    words: NDArray[np.uint32],
    text: NDArray[np.integer],
    lengths: NDArray[np.integer],
    owner: NDArray[np.integer],
    n: int,
) -> NDArray[np.uint32]:
    """Sketch the runs of words of several texts.

    Parameters
    ----------
    words : uint32 array
        Numbers of the words, text after text, in their order.
    text : integer array
        The text of each, ascending.
    lengths : integer array
        Of the runs of each text, at least 1. A text that is shorter is one run.
    owner : integer array
        The article of each text.
    n : int
        Articles.

    Returns
    -------
    uint32 array of shape (n, SKETCH)
        As of `Fingerprints.sketches`.
    """
    table = np.full((n, SKETCH), NONE, dtype=np.uint32)
    if not len(words):
        return table
    starts = np.searchsorted(text, np.arange(len(lengths)))
    sizes = np.diff(np.append(starts, len(text)))
    place = np.arange(len(text)) - starts[text]
    hashes, owners = [], []
    for length in np.unique(np.minimum(lengths, sizes)[sizes > 0]).tolist():
        # Texts of that many words are one run, however long runs are to be.
        of_length = np.where(sizes < lengths, sizes, lengths) == length
        first = np.flatnonzero(of_length[text] & (place + length <= sizes[text]))
        hashes.append(_run_hashes(words, length)[first])
        owners.append(owner[text[first]])
    found, of = np.concatenate(hashes), np.concatenate(owners)
    missing = _fill(table, found, of, spare=_SPARE)
    if len(missing):
        again = np.isin(of, missing)
        table[missing] = NONE
        _fill(table, found[again], of[again], spare=None)
    return table


def _run_hashes(words: NDArray[np.uint32], length: int) -> NDArray[np.uint32]:
    """A hash of the words from each place on, for the places that have that many words after them."""
    n = len(words) - length + 1
    mixed = np.full(n, length, dtype=np.uint32)
    for step in range(length):
        mixed ^= words[step : step + n]
        mixed *= np.uint32(0x9E3779B1)
        mixed ^= mixed >> np.uint32(15)
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    return np.minimum(mixed, NONE - np.uint32(1))


def _fill(
    table: NDArray[np.uint32], hashes: NDArray[np.uint32], owner: NDArray[np.integer], *, spare: int | None
) -> NDArray[np.integer]:
    """Write the smallest distinct hashes of each owner into its line; gives the owners of whom too few were looked at.

    Of an owner with many hashes only those are sorted that are likely among its smallest: `spare` times as many as are
    wanted, all of them if None.
    """
    sizes = np.bincount(owner, minlength=len(table))
    share = np.ones(len(table)) if spare is None else np.minimum(1.0, spare * SKETCH / np.maximum(sizes, 1))
    looked_at = hashes <= (share * float(NONE)).astype(np.uint32)[owner]
    keys = (owner[looked_at].astype(np.uint64) << np.uint64(32)) | hashes[looked_at]
    keys.sort()
    keys = keys[np.diff(keys, prepend=np.uint64(2**64 - 1)) != 0]
    owners = (keys >> np.uint64(32)).astype(np.int64)
    counts = np.bincount(owners, minlength=len(table))
    rank = np.arange(len(keys)) - (np.cumsum(counts) - counts)[owners]
    kept = rank < SKETCH
    table[owners[kept], rank[kept]] = (keys[kept] & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    short: NDArray[np.integer] = np.flatnonzero((counts < SKETCH) & (share < 1))
    return short


def fingerprints(sketches: NDArray[np.uint32], titles: Sequence[str], languages: Sequence[str | None]) -> Fingerprints:
    """Fingerprints of articles, given their sketches, titles and languages."""
    whole, asked = np.zeros((2, len(titles)), dtype=np.uint32)
    for article, (title, language) in enumerate(zip(titles, languages, strict=True)):
        words = [word.casefold() for word in find_words(title)]
        whole[article] = _number(words)
        if title.rstrip().endswith(_QUESTION_MARKS):
            asked[article] = len(set(words) - stop_words(language))
    tags = np.array([_number([language] if language else []) for language in languages], dtype=np.uint32)
    return Fingerprints(sketches, whole, asked, tags)


def title_numbers(titles: Iterable[str]) -> NDArray[np.uint32]:
    """A number for the words of each title, the same for the same words, 0 for none."""
    return np.array([_number([word.casefold() for word in find_words(title)]) for title in titles], dtype=np.uint32)


def _number(words: Sequence[str]) -> int:
    return crc32(" ".join(words).encode("utf-8", "surrogatepass")) or 1 if words else 0


@dataclass(frozen=True, slots=True)
class Shared:
    """What pairs of articles have in common, as their sketches show it: exact where both have fewer runs than `SKETCH`.

    Attributes
    ----------
    ratio : float64 array of shape (m,)
        Which share of the runs that either article has both have; 0 where either has no words.
    runs : float64 array of shape (m,)
        How many that are.
    """

    ratio: NDArray[np.float64]
    runs: NDArray[np.float64]


def resemblance(prints: Fingerprints, left: NDArray[np.integer], right: NDArray[np.integer]) -> Shared:
    """Compare pairs of articles, given by their rows, by their sketches."""
    ratio, runs = np.zeros(len(left)), np.zeros(len(left))
    for start in range(0, len(left), _PAIRS_AT_ONCE):
        part = slice(start, start + _PAIRS_AT_ONCE)
        both = np.concatenate([prints.sketches[left[part]], prints.sketches[right[part]]], axis=1)
        both.sort(axis=1)
        is_new = np.ones(both.shape, dtype=np.bool_)
        is_new[:, 1:] = both[:, 1:] != both[:, :-1]
        is_new &= both != NONE
        place = np.cumsum(is_new, axis=1)
        is_whole = (prints.sketches[left[part], -1] == NONE) & (prints.sketches[right[part], -1] == NONE)
        most = np.where(is_whole, 2 * SKETCH, SKETCH)
        shared = ~is_new & (both != NONE) & (place <= most[:, None])
        of = np.minimum(place[:, -1], most)
        ratio[part] = shared.sum(axis=1) / np.maximum(of, 1)
        # The smallest hashes reach as far up as there are few of them.
        last = both[np.arange(len(both)), np.argmax(place == of[:, None], axis=1)]
        runs[part] = ratio[part] * np.where(is_whole, of, (of - 1) / (np.maximum(last, 1) / float(NONE)))
    return Shared(ratio, runs)
