"""How often each token occurs in each text: all that the mean of token vectors needs of a text."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from tokenizers import Tokenizer

# Beyond either, what was learned is forgotten and learned again.
_MAX_CHUNKS = 400_000
_MAX_CHARS = 40_000_000
# All that BertPreTokenizer calls punctuation below U+0080; every other printable one there is a letter or a digit.
_ASCII_WORDS = re.compile(r"[A-Za-z0-9]+|[!-/:-@\[-`{-~]")
_ASCII_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# Each of these splits at every space, tab and line break, and drops it.
_SPLITTING = ("BertPreTokenizer", "Whitespace", "WhitespaceSplit")
# These look at no more than one pre-token, or one character and the marks that follow it.
_LOCAL_NORMALIZERS = ("BertNormalizer", "Lowercase", "NFC", "NFD", "NFKC", "NFKD", "StripAccents")
_LOCAL_PRE_TOKENIZERS = (*_SPLITTING, "Punctuation", "Digits")


class TokenCounter(Protocol):
    """Counts the tokens of texts."""

    def count(self, texts: Sequence[str]) -> csr_matrix:
        """Token counts, float32, of shape (n, size of the vocabulary); in each row the token ids ascend."""


def token_counter(tokenizer: Tokenizer, size: int) -> TokenCounter:
    """The fastest counter that is exact for this tokenizer; `size` is that of the vocabulary.

    The tokenizer must neither truncate nor pad.
    """
    import json

    config = json.loads(tokenizer.to_str())
    return ChunkCounter(tokenizer, size, config) if splits_at_spaces(config) else PlainCounter(tokenizer, size)


def splits_at_spaces(config: dict[str, Any]) -> bool:
    """Whether the tokens of a text are those of its parts between spaces, tabs and line breaks, one after the other.

    `config` is the content of a ``tokenizer.json``. True only for components that are known to be so: no added token
    reaches over a space, the normaliser does not look across one, and the pre-tokeniser splits at each and drops it.
    """
    added = config.get("added_tokens") or []
    normalizers = _steps(config.get("normalizer"), "normalizers")
    pre_tokenizers = _steps(config.get("pre_tokenizer"), "pretokenizers")
    return (
        not any(re.search(r"\s", token["content"]) or token["lstrip"] or token["rstrip"] for token in added)
        and all(step["type"] in _LOCAL_NORMALIZERS for step in normalizers)
        and all(step["type"] in _LOCAL_PRE_TOKENIZERS for step in pre_tokenizers)
        and any(step["type"] in _SPLITTING for step in pre_tokenizers)
        and not config["model"].get("dropout")
    )


class PlainCounter:
    """Counts what the tokenizer returns for the whole text."""

    def __init__(self, tokenizer: Tokenizer, size: int) -> None:
        self._tokenizer = tokenizer
        self._size = size

    def count(self, texts: Sequence[str]) -> csr_matrix:
        """Token counts, as in `TokenCounter`."""
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return _count_matrix([encoding.ids for encoding in encodings], self._size)


class ChunkCounter:
    """Counts by the parts between spaces, each of which the tokenizer sees only once.

    Parameters
    ----------
    size : int
        Of the vocabulary.
    config : dict
        The tokenizer's ``tokenizer.json``, for which `splits_at_spaces` holds.
    """

    def __init__(self, tokenizer: Tokenizer, size: int, config: dict[str, Any]) -> None:
        self._tokenizer = tokenizer
        self._size = size
        normalizer = config.get("normalizer") or {}
        pre_tokenizer = config.get("pre_tokenizer") or {}
        self._is_bert = normalizer.get("type") == "BertNormalizer" and pre_tokenizer.get("type") == "BertPreTokenizer"
        self._lowercase = bool(normalizer.get("lowercase"))
        contents = [re.escape(token["content"].lower()) for token in config.get("added_tokens") or []]
        self._may_be_added = re.compile("|".join(contents) or r"(?!)")
        self._forget()

    def count(self, texts: Sequence[str]) -> csr_matrix:
        """Token counts, as in `TokenCounter`."""
        from scipy.sparse import csr_matrix

        # Only at these four characters: Python's own idea of white space has some that other tokenizers delete.
        split = [text.replace("\n", " ").replace("\t", " ").replace("\r", " ").split(" ") for text in texts]
        starts = np.zeros(len(split) + 1, dtype=np.int64)
        np.cumsum([len(chunks) for chunks in split], out=starts[1:])
        ids = np.fromiter(map(self._ids.__getitem__, chain.from_iterable(split)), dtype=np.int32, count=starts[-1])
        try:
            self._learn()
        except BaseException:  # half of it may be noted: start afresh
            self._forget()
            raise
        shape = (len(self._starts) - 1, self._size)
        starts_of_known = np.frombuffer(self._starts, dtype=np.int32)
        tokens = np.frombuffer(self._tokens, dtype=np.int32) if self._tokens else np.zeros(0, dtype=np.int32)
        known = csr_matrix((np.ones(len(tokens), dtype=np.float32), tokens, starts_of_known), shape)
        chunks = csr_matrix((np.ones(len(ids), dtype=np.float32), ids, starts), (len(split), shape[0]))
        counts = chunks @ known
        counts.sort_indices()
        del known, tokens, starts_of_known  # they look into the arrays that are to grow
        if len(self._ids) > _MAX_CHUNKS or self._chars > _MAX_CHARS:
            self._forget()
        return counts

    def _forget(self) -> None:
        self._ids = _Numbers()
        self._words: dict[str, list[int]] = {}
        self._tokens = array("i")
        self._starts = array("i", [0])
        self._chars = 0

    def _learn(self) -> None:
        new = self._ids.take_new()
        parts = [self._ascii_words(chunk) for chunk in new]
        unseen = list(dict.fromkeys(word for words in parts if words for word in words if word not in self._words))
        self._words.update(zip(unseen, self._encode(unseen), strict=True))
        whole = iter(self._encode([chunk for chunk, words in zip(new, parts, strict=True) if words is None]))
        for words in parts:
            if words is None:
                self._tokens.extend(next(whole))
            else:
                for word in words:
                    self._tokens.extend(self._words[word])
            self._starts.append(len(self._tokens))
        self._chars += sum(map(len, new)) + len(self._tokens)

    def _ascii_words(self, chunk: str) -> list[str] | None:
        """The pre-tokens of a chunk, None where that is left to the tokenizer."""
        if not self._is_bert or not chunk.isascii() or _ASCII_CONTROL.search(chunk):
            return None
        lower = chunk.lower()
        if self._may_be_added.search(lower):
            return None
        return _ASCII_WORDS.findall(lower if self._lowercase else chunk)

    def _encode(self, texts: list[str]) -> Iterable[list[int]]:
        return (encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts, add_special_tokens=False))


class _Numbers(dict[str, int]):
    """Numbers strings in the order in which they are first asked for."""

    def __init__(self) -> None:
        self._new: list[str] = []

    def __missing__(self, key: str) -> int:
        number = self[key] = len(self)
        self._new.append(key)
        return number

    def take_new(self) -> list[str]:
        """What was first asked for since the last call."""
        new, self._new = self._new, []
        return new


def _count_matrix(rows: list[list[int]], size: int) -> csr_matrix:
    from scipy.sparse import csr_matrix

    starts = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum([len(row) for row in rows], out=starts[1:])
    ids = np.fromiter(chain.from_iterable(rows), dtype=np.int32, count=starts[-1])
    counts = csr_matrix((np.ones(len(ids), dtype=np.float32), ids, starts), (len(rows), size))
    counts.sum_duplicates()
    return counts


def _steps(component: dict[str, Any] | None, many: str) -> list[dict[str, Any]]:
    if component is None:
        return []
    return list(component[many]) if component["type"] == "Sequence" else [component]
