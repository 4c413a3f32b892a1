"""The terms of a text: its words and its pairs of adjacent words, counted by numbers instead of names.

What a word is, `recommender.lexical.analyser` says.

A term's number is a hash, so that every process numbers alike and no vocabulary has to be kept; its last bit tells a
word (0) from a pair (1). Of a million terms a few hundred share their number with another, which no ranking feels.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from recommender.lexical.analyser import Role, analyser
from recommender.lexical.fingerprints import RUN_PAIRS, RUN_WORDS, Fingerprints, fingerprints, sketch_runs
from recommender.lexical.languages import function_words, reads_pairs
from recommender.lexical.scripts import find_words, is_in_pairs

# Part of the names of remembered counts: to be raised when the same text gives other counts.
TERMS_VERSION = b"terms 7"

# Beyond either, what was learned is forgotten and learned again.
_MAX_CHUNKS = 400_000
_MAX_CHUNK_WORDS = 8_000_000
# Leaves two bits of 16 for what is kept with a count.
_MAX_COUNT = 16_383
# Japanese writes endings and particles, and few nouns, in these letters.
_HIRAGANA = re.compile("[\u3041-\u309f]")
_LEAD_BIT, _TITLE_BIT = np.uint16(0x4000), np.uint16(0x8000)

LEAD_WORDS = 60
"""The lead of a text: its first words, in which many say what the text is about."""


@dataclass(frozen=True, slots=True)
class TermCounts:
    """Weighted term counts of several articles.

    Attributes
    ----------
    terms : uint32 array
        Numbers of the terms, article after article, ascending within each.
    counts : uint16 array
        How often, each occurrence counted as often as its field says; 16,383 stands for more.
    in_title, in_lead : bool arrays
        Which of them stand in the article's title, and which words among the first `LEAD_WORDS` of a text that is no
        title.
    starts : int64 array of shape (n + 1,)
        Where each article begins in `terms`.
    prints : Fingerprints or None
        Of the same articles, where they are at hand.
    """

    terms: NDArray[np.uint32]
    counts: NDArray[np.uint16]
    in_title: NDArray[np.bool_]
    in_lead: NDArray[np.bool_]
    starts: NDArray[np.int64]
    prints: Fingerprints | None = None

    def __len__(self) -> int:
        return len(self.starts) - 1

    def of(self, article: int) -> slice:
        """The place of an article in the other arrays."""
        return slice(int(self.starts[article]), int(self.starts[article + 1]))

    def packed(self) -> NDArray[np.uint16]:
        """`counts`, `in_title` and `in_lead` in one array, for keeping."""
        return self.counts | (self.in_title * _TITLE_BIT) | (self.in_lead * _LEAD_BIT)

    @classmethod
    def unpacked(
        cls,
        terms: NDArray[np.uint32],
        packed: NDArray[np.uint16],
        starts: NDArray[np.int64],
        prints: Fingerprints | None = None,
    ) -> TermCounts:
        """Term counts from what was kept."""
        in_title, in_lead = packed >= _TITLE_BIT, (packed & _LEAD_BIT) > 0
        return cls(terms, packed & np.uint16(_MAX_COUNT), in_title, in_lead, starts, prints)


class TermCounter:
    """Counts the terms of articles. Keeps what it learned of the parts between spaces, each of which it takes apart
    only once.
    """

    def __init__(self) -> None:
        self._forget()

    def count(
        self,
        articles: Sequence[Mapping[str, str]],
        fields: Mapping[str, int],
        titles: Collection[str] = (),
        languages: Sequence[str | None] | None = None,
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
        languages : sequence of str or None, optional
            The articles' languages as primary tags, None where one is not known; by default none is.
        """
        texts = [
            (owner, texts[name], weight) for owner, texts in enumerate(articles) for name, weight in fields.items()
        ]
        chunks = [text.split() for _, text, _ in texts]
        sizes = np.fromiter(map(len, chunks), dtype=np.int64, count=len(chunks))
        spoken = list(languages) if languages is not None else [None] * len(articles)
        learn = [self._of(language).__getitem__ for language in spoken]
        numbers = np.fromiter(
            chain.from_iterable(map(map, [learn[owner] for owner, _, _ in texts], chunks)),
            dtype=np.int64,
            count=int(sizes.sum()),
        )
        starts = np.frombuffer(self._starts, dtype=np.int64)
        lengths = (starts[1:] - starts[:-1])[numbers]
        place = np.repeat(starts[numbers] - (np.cumsum(lengths) - lengths), lengths) + np.arange(int(lengths.sum()))
        words = np.frombuffer(self._words, dtype=np.uint32)[place]
        roles = np.frombuffer(self._roles, dtype=np.int8)[place]
        text = np.repeat(np.repeat(np.arange(len(texts)), sizes), lengths)
        del starts
        if len(self._starts) > _MAX_CHUNKS or len(self._words) > _MAX_CHUNK_WORDS:
            self._forget()
        owner = np.array([owner for owner, _, _ in texts], dtype=np.int64)
        weight = np.array([weight for _, _, weight in texts], dtype=np.int64)
        is_title = np.array([name in titles for _ in articles for name in fields], dtype=np.bool_)
        counted = (roles == Role.WORD) | (roles == Role.PART)
        whole = np.flatnonzero((roles == Role.WORD) | (roles == Role.STOP))
        is_word, text_of = roles[whole] == Role.WORD, text[whole]
        in_pair = (text_of[1:] == text_of[:-1]) & is_word[1:] & is_word[:-1]
        pairs = _pair_numbers(words[whole[:-1][in_pair]], words[whole[1:][in_pair]])
        terms = np.concatenate([words[counted], pairs])
        of_text = np.concatenate([text[counted], text_of[:-1][in_pair]])
        words_of = text[counted]
        is_first = np.arange(len(words_of)) - np.searchsorted(words_of, np.arange(len(texts)))[words_of] < LEAD_WORDS
        in_lead = np.concatenate([is_first & ~is_title[words_of], np.zeros(len(pairs), dtype=np.bool_)])
        by_pairs = np.array([reads_pairs(language) for language in spoken], dtype=np.bool_)
        lengths = np.where(by_pairs, RUN_PAIRS, RUN_WORDS)[owner]
        has_body = np.zeros(len(articles), dtype=np.bool_)
        has_body[owner[~is_title & (np.bincount(text, minlength=len(texts)) > 0)]] = True
        # Titles are compared by themselves, unless there is nothing else.
        in_runs = (roles != Role.PART) & ~(is_title & has_body[owner])[text]
        sketches = sketch_runs(words[in_runs], text[in_runs], lengths, owner, len(articles))
        found = ["\n".join(filter(None, (one.get(name) for name in titles))) for one in articles]
        owners = owner[of_text].astype(np.uint64)
        counts = _summed(owners, terms, weight[of_text], is_title[of_text], in_lead, len(articles))
        return replace(counts, prints=fingerprints(sketches, found, spoken))

    def _of(self, language: str | None) -> _Chunks:
        if language not in self._chunks:
            self._chunks[language] = _Chunks(language, self._words, self._roles, self._starts)
        return self._chunks[language]

    def _forget(self) -> None:
        self._words = array("I")
        self._roles = array("b")
        self._starts = array("q", [0])
        self._chunks: dict[str | None, _Chunks] = {}


class _Chunks(dict[str, int]):
    """Numbers the parts between spaces and takes each apart into words when it is first met in its language."""

    def __init__(self, language: str | None, words: array[int], roles: array[int], starts: array[int]) -> None:
        self._words, self._roles, self._starts = words, roles, starts
        self._analysed = _Analysed(language)

    def __missing__(self, chunk: str) -> int:
        number = self[chunk] = len(self._starts) - 1
        for word in find_words(chunk):
            numbers, roles = self._analysed[word]
            self._words.extend(numbers)
            self._roles.extend(roles)
        self._starts.append(len(self._words))
        return number


class _Analysed(dict[str, tuple[Sequence[int], Sequence[int]]]):
    """Numbers and roles of what each word is counted as."""

    def __init__(self, language: str | None) -> None:
        self._analyser = analyser(language)
        self._numbers = _WordNumbers()

    def __missing__(self, word: str) -> tuple[Sequence[int], Sequence[int]]:
        found = list(self._analyser.analyse(word))
        numbers = array("I", [self._numbers[term] for term, _, _ in found])
        analysed = self[word] = numbers, array("b", [role for _, _, role in found])
        return analysed


class _WordNumbers(dict[str, int]):
    def __missing__(self, word: str) -> int:
        number = self[word] = word_number(word)
        return number


def word_number(word: str) -> int:
    """The number of a word: even."""
    return crc32(word.encode("utf-8", "surrogatepass")) & 0xFFFFFFFE


def named_terms(text: str, language: str | None = None) -> Iterator[tuple[int, str]]:
    """Number and name of every term of a text in the order of its words, repeated as often as it stands there."""
    before: tuple[int, str] | None = None
    for chunk in text.split():
        for term, name, role in analyser(language).words(chunk):
            if role == Role.STOP:
                before = None
            if role in (Role.STOP, Role.SHORT):
                continue
            number = word_number(term)
            yield number, name
            if role == Role.PART:
                continue
            if before is not None:
                yield _pair_number(before[0], number), _joined(before[1], name)
            before = number, name


def is_subject(name: str, language: str | None = None) -> bool:
    """Whether a text can be about a term of this name: no digits alone, no function word, and of a script without
    spaces no pair of characters that holds an ending or a particle.

    Examples
    --------
    >>> [is_subject(name, "en") for name in ("soup pot", "how do", "your soup", "2024")]
    [True, False, False, False]
    >>> [is_subject(name, "ja") for name in ("自転車", "を煮", "です")]
    [True, False, False]
    """
    words = name.split()
    if not function_words(language).isdisjoint(words) or not any(map(str.isalpha, name)):
        return False
    return not any(is_in_pairs(word) and _HIRAGANA.search(word) for word in words)


def _joined(left: str, right: str) -> str:
    """The name of a pair of words; of two pairs of characters that share one, the three characters."""
    return left + right[1:] if is_in_pairs(left) and left[-1:] == right[:1] else f"{left} {right}"


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
    is_lead: NDArray[np.bool_],
    n_articles: int,
) -> TermCounts:
    """Add up the occurrences of each term of each article."""
    keys = (owner << np.uint64(32)) | terms
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.zeros(0, np.int64)
    sums = np.add.reduceat(weight[order], first) if len(first) else np.zeros(0, np.int64)
    in_title, in_lead = (
        np.logical_or.reduceat(marks[order], first) if len(first) else np.zeros(0, np.bool_)
        for marks in (is_title, is_lead)
    )
    owners = (keys[first] >> np.uint64(32)).astype(np.int64)
    starts = np.searchsorted(owners, np.arange(n_articles + 1))
    return TermCounts(
        (keys[first] & np.uint64(0xFFFFFFFF)).astype(np.uint32),
        np.minimum(sums, _MAX_COUNT).astype(np.uint16),
        in_title,
        in_lead,
        starts.astype(np.int64),
    )
