"""Texts as token ids, with what a model wants around them: special tokens and the prompt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.embedder.batches import Batch, Pieces
from recommender.errors import ModelError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_TEXTS_PER_CALL = 256


@dataclass(frozen=True, slots=True)
class TokenIds:
    """Token ids of several texts, prompt first, without special tokens.

    Attributes
    ----------
    ids : int32 array
        All of them, one text after the other.
    starts : int64 array of shape (n + 1,)
        Where each text begins in `ids`.
    prompts : int64 array of shape (n,)
        How many tokens of each are the prompt's.
    """

    ids: NDArray[np.int32]
    starts: NDArray[np.int64]
    prompts: NDArray[np.int64]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each text without its prompt."""
        return np.diff(self.starts) - self.prompts


@dataclass(frozen=True, slots=True)
class Rows:
    """Input of a model: int64 arrays of shape (rows, length); `mask` is 0 where a row is padded."""

    ids: NDArray[np.int64]
    mask: NDArray[np.int64]


class RowMaker:
    """Makes rows for one model and one prompt.

    Parameters
    ----------
    lowercase : bool
        Whether the model wants its text in lower case, its tokenizer apart.

    Raises
    ------
    ModelError
        The tokenizer does something to a text that is not known here.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, prompt: str, *, lowercase: bool) -> None:
        self._tokenizer = tokenizer
        self._lowercase = lowercase
        self._prompt = prompt
        bare = self._tokenize(["a"])[0]
        framed = tokenizer("a", return_token_type_ids=True)
        ids = list(framed["input_ids"])
        before = next((place for place in range(len(ids)) if ids[place : place + len(bare)] == bare), None)
        if not bare or before is None or any(framed.get("token_type_ids", ())):
            raise ModelError(f"{tokenizer.name_or_path}: the tokenizer puts something unknown around a text: {ids}")
        self._before = ids[:before]
        self._after = ids[before + len(bare) :]
        self._prompt_ids = self._tokenize([prompt])[0] if prompt else []
        self._pad = tokenizer.pad_token_id or 0
        self._pads_left = tokenizer.padding_side == "left"

    @property
    def around(self) -> int:
        """How many tokens of a row are not the text's."""
        return len(self._before) + len(self._prompt_ids) + len(self._after)

    @property
    def prompt_length(self) -> int:
        """The number of tokens before the text, as sentence-transformers counts them."""
        return len(self._before) + len(self._prompt_ids)

    def tokenize(self, texts: Sequence[str]) -> TokenIds:
        """Token ids of all of each text, however long."""
        parts: list[NDArray[np.int32]] = []
        lengths: list[int] = []
        prompts: list[int] = []
        for start in range(0, len(texts), _TEXTS_PER_CALL):
            rows = self._tokenize([self._prompt + text for text in texts[start : start + _TEXTS_PER_CALL]])
            lengths.extend(map(len, rows))
            prompts.extend(map(self._shared_with_prompt, rows))
            parts.append(np.fromiter(chain.from_iterable(rows), dtype=np.int32, count=sum(map(len, rows))))
        starts = np.zeros(len(texts) + 1, dtype=np.int64)
        np.cumsum(lengths, out=starts[1:])
        ids = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)
        return TokenIds(ids, starts, np.array(prompts, dtype=np.int64))

    def rows(self, tokens: TokenIds, pieces: Pieces, batch: Batch) -> Rows:
        """The rows of one batch."""
        ids = np.full((len(batch.pieces), batch.length), self._pad, dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, piece in enumerate(batch.pieces):
            text = pieces.sequence[piece]
            start = tokens.starts[text]
            body = start + tokens.prompts[text]
            content = np.concatenate(
                [
                    self._before,
                    tokens.ids[start:body],
                    tokens.ids[body + pieces.start[piece] : body + pieces.stop[piece]],
                    self._after,
                ]
            )
            place = slice(batch.length - len(content), None) if self._pads_left else slice(len(content))
            ids[row, place] = content
            mask[row, place] = 1
        return Rows(ids, mask)

    def _tokenize(self, texts: list[str]) -> list[list[int]]:
        if self._lowercase:
            texts = [text.lower() for text in texts]
        encoded = self._tokenizer(
            texts, add_special_tokens=False, return_attention_mask=False, return_token_type_ids=False, verbose=False
        )
        rows: list[list[int]] = encoded["input_ids"]
        return rows

    def _shared_with_prompt(self, ids: list[int]) -> int:
        """Tokens of the prompt alone that begin the prompt with text: the last may have grown into the text."""
        if ids[: len(self._prompt_ids)] == self._prompt_ids:
            return len(self._prompt_ids)
        return next(
            place for place, (one, other) in enumerate(zip(ids, self._prompt_ids, strict=False)) if one != other
        )
