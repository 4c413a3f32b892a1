"""The terms of a text: its words and its pairs of adjacent words, counted by numbers instead of names.

A term's number is a hash, so that every process numbers alike and no vocabulary has to be kept; its last bit tells a
word (0) from a pair (1). Of a million terms a few hundred share their number with another, which no ranking feels.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

# Part of the names of remembered counts: to be raised when the same text gives other counts.
TERMS_VERSION = b"terms 2"

_WORD = re.compile(r"\w\w+")
# Those of Lucene's English analyser. Other languages do without: a word of every article weighs nothing anyway.
_STOP_WORDS = frozenset(
    {
        *("a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no", "not"),
        *(
            "of",
            "on",
            "or",
            "such",
            "that",
            "the",
            "their",
            "then",
            "there",
            "these",
            "they",
            "this",
            "to",
            "was",
            "will",
            "with",
        ),
    }
)
# Beyond it, what was learned is forgotten and learned again.
_MAX_CHUNKS = 400_000
# Leaves a bit of 16 for what is kept with a count.
_MAX_COUNT = 32_767
_TITLE_BIT = np.uint16(_MAX_COUNT + 1)


@dataclass(frozen=True, slots=True)
class TermCounts:
    """Weighted term counts of several articles.

    Attributes
    ----------
    terms : uint32 array
        Numbers of the terms, article after article, ascending within each.
    counts : uint16 array
        How often, each occurrence counted as often as its field says; 32,767 stands for more.
    in_title : bool array
        Which of them stand in the article's title.
    starts : int64 array of shape (n + 1,)
        Where each article begins in `terms`.
    """

    terms: NDArray[np.uint32]
    counts: NDArray[np.uint16]
    in_title: NDArray[np.bool_]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def of(self, article: int) -> slice:
        """Where an article stands in `terms`, `counts` and `in_title`."""
        return slice(int(self.starts[article]), int(self.starts[article + 1]))

    def packed(self) -> NDArray[np.uint16]:
        """`counts` and `in_title` in one array, for keeping."""
        return self.counts | (self.in_title * _TITLE_BIT)

    @classmethod
    def unpacked(cls, terms: NDArray[np.uint32], packed: NDArray[np.uint16], starts: NDArray[np.int64]) -> TermCounts:
        """Term counts from what was kept."""
        return cls(terms, packed & np.uint16(_MAX_COUNT), packed >= _TITLE_BIT, starts)


class TermCounter:
    """Counts the terms of articles. Keeps what it learned of the parts between spaces, each of which it takes apart
    only once.
    """

    def __init__(self) -> None:
        self._forget()

    def count(
        self, articles: Sequence[Mapping[str, str]], fields: Mapping[str, int], titles: Collection[str] = ()
    ) -> TermCounts:
        """Count the terms of articles given by their texts.

        Parameters
        ----------
        articles : sequence of mappings
            Texts by field.
        fields : mapping of str to int
            As how many each occurrence in a field counts; a field that is not named is not read.
        titles : collection of str
            Those of the fields that are titles.
        """
        texts = [
            (owner, texts[name], weight) for owner, texts in enumerate(articles) for name, weight in fields.items()
        ]
        chunks = [text.lower().split() for _, text, _ in texts]
        sizes = np.fromiter(map(len, chunks), dtype=np.int64, count=len(chunks))
        learn = self._numbers.__getitem__
        numbers = np.fromiter(
            (number for text in chunks for number in map(learn, text)), dtype=np.int64, count=int(sizes.sum())
        )
        starts = np.frombuffer(self._starts, dtype=np.int64)
        lengths = (starts[1:] - starts[:-1])[numbers]
        place = np.repeat(starts[numbers] - (np.cumsum(lengths) - lengths), lengths) + np.arange(int(lengths.sum()))
        words = np.frombuffer(self._words, dtype=np.uint32)[place]
        is_stop = np.frombuffer(self._is_stop, dtype=np.int8)[place] == 1
        text = np.repeat(np.repeat(np.arange(len(texts)), sizes), lengths)
        del starts
        if len(self._numbers) > _MAX_CHUNKS:
            self._forget()
        owner = np.array([owner for owner, _, _ in texts], dtype=np.uint64)
        weight = np.array([weight for _, _, weight in texts], dtype=np.int64)
        is_title = np.array([name in titles for _ in articles for name in fields], dtype=np.bool_)
        in_pair = (text[1:] == text[:-1]) & ~is_stop[1:] & ~is_stop[:-1]
        pairs = _pair_numbers(words[:-1][in_pair], words[1:][in_pair])
        terms = np.concatenate([words[~is_stop], pairs])
        of_text = np.concatenate([text[~is_stop], text[:-1][in_pair]])
        return _summed(owner[of_text], terms, weight[of_text], is_title[of_text], len(articles))

    def _forget(self) -> None:
        self._words = array("I")
        self._is_stop = array("b")
        self._starts = array("q", [0])
        self._numbers = _Chunks(self._words, self._is_stop, self._starts)


class _Chunks(dict[str, int]):
    """Numbers the parts between spaces and takes each apart into words when it is first met."""

    def __init__(self, words: array[int], is_stop: array[int], starts: array[int]) -> None:
        self._words, self._is_stop, self._starts = words, is_stop, starts

    def __missing__(self, chunk: str) -> int:
        number = self[chunk] = len(self)
        for word in _WORD.findall(chunk):
            self._words.append(word_number(word))
            self._is_stop.append(word in _STOP_WORDS)
        self._starts.append(len(self._words))
        return number


def word_number(word: str) -> int:
    """The number of a word: even."""
    return crc32(word.encode("utf-8", "surrogatepass")) & 0xFFFFFFFE


def named_terms(text: str) -> Iterator[tuple[int, str]]:
    """Number and name of every term of a text in the order of its words, repeated as often as it stands there."""
    before: tuple[int, str] | None = None
    for word in _WORD.findall(text.lower()):
        if word in _STOP_WORDS:
            before = None
            continue
        number = word_number(word)
        yield number, word
        if before is not None:
            yield _pair_number(before[0], number), f"{before[1]} {word}"
        before = number, word


def _pair_numbers(left: NDArray[np.uint32], right: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Numbers of pairs of words: odd. Mixed as in MurmurHash3's last step, since sums of hashes would often agree."""
    mixed = left * np.uint32(0x9E3779B1) + right * np.uint32(0x85EBCA77)
    mixed ^= mixed >> np.uint32(16)
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0xC2B2AE35)
    mixed ^= mixed >> np.uint32(16)
    return mixed | np.uint32(1)


def _pair_number(left: int, right: int) -> int:
    """As `_pair_numbers`, of one pair."""
    mixed = (left * 0x9E3779B1 + right * 0x85EBCA77) & 0xFFFFFFFF
    mixed ^= mixed >> 16
    mixed = mixed * 0x85EBCA6B & 0xFFFFFFFF
    mixed ^= mixed >> 13
    mixed = mixed * 0xC2B2AE35 & 0xFFFFFFFF
    return (mixed ^ mixed >> 16) | 1


def _summed(
    owner: NDArray[np.uint64],
    terms: NDArray[np.uint32],
    weight: NDArray[np.int64],
    is_title: NDArray[np.bool_],
    n_articles: int,
) -> TermCounts:
    """Add up the occurrences of each term of each article."""
    keys = (owner << np.uint64(32)) | terms
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.zeros(0, np.int64)
    sums = np.add.reduceat(weight[order], first) if len(first) else np.zeros(0, np.int64)
    in_title = np.logical_or.reduceat(is_title[order], first) if len(first) else np.zeros(0, np.bool_)
    owners = (keys[first] >> np.uint64(32)).astype(np.int64)
    starts = np.searchsorted(owners, np.arange(n_articles + 1))
    return TermCounts(
        (keys[first] & np.uint64(0xFFFFFFFF)).astype(np.uint32),
        np.minimum(sums, _MAX_COUNT).astype(np.uint16),
        in_title,
        starts.astype(np.int64),
    )
