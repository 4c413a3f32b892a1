"""How well a model knows the words of texts, which shows in how its tokenizer cuts them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from recommender.lexical.scripts import find_words, is_in_pairs, runs

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

# A word in pieces of fewer letters on average is spelled rather than known. A letter of Korean is a syllable, of two or
# three letters elsewhere.
_LEAST_PIECE = 3
_LEAST_KOREAN = 1
_HANGUL = re.compile("[\uac00-\ud7a3]")
# Of scripts without spaces, one letter of these says something; one of the others is a sound.
_HAN = re.compile("[\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_UNKNOWN = ("[UNK]", "<unk>")


@runtime_checkable
class Tokenizing(Protocol):
    """An encoder whose tokenizer is at hand."""

    @property
    def tokenizer(self) -> Tokenizer | None:
        """It neither truncates nor pads; None where the model has none that can be read by itself."""


def known_ratio(tokenizer: Tokenizer, texts: Iterable[str]) -> float | None:
    """What share of the letters of texts, 0 to 1, stands in words that a tokenizer knows: whole, or in pieces of three
    letters on average, in Korean of a syllable; of scripts without spaces in tokens of two letters, or of one that
    means something. None where there are no letters.
    """
    words = [run for text in texts for run in _runs(text)]
    encodings = tokenizer.encode_batch(words, add_special_tokens=False)
    unknown = {number for name in _UNKNOWN if (number := tokenizer.token_to_id(name)) is not None}
    known = sum(_known_letters(word, found, unknown) for word, found in zip(words, encodings, strict=True))
    return known / sum(map(len, words)) if words else None


def _runs(text: str) -> Iterator[str]:
    for word in find_words(text):
        for run in runs(word):
            if any(map(str.isalpha, run)):
                yield run


def _known_letters(word: str, found: Encoding, unknown: set[int]) -> int:
    is_korean = _HANGUL.match(word) is not None
    if is_in_pairs(word) and not is_korean:
        spans = [span for number, span in zip(found.ids, found.offsets, strict=True) if number not in unknown]
        return sum(end - start for start, end in spans if end - start > 1 or _HAN.match(word[start:end]))
    pieces = [token for token in found.tokens if token.strip("▁Ġ")]
    least = _LEAST_KOREAN if is_korean else _LEAST_PIECE
    whole = len(pieces) == 1 or len(word) >= least * len(pieces) > 0
    return len(word) if whole and unknown.isdisjoint(found.ids) else 0
