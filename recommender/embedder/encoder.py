"""The seam between texts and vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Encoded:
    """Vectors of texts, and what of the texts did not fit the model at once.

    Attributes
    ----------
    vectors : float32 array of shape (n, dim)
        Rows L2-normalised; a text without a known token has a row of zeros.
    chunks : int32 array of shape (n,)
        Into how many pieces the text was cut, 1 where the model reads it whole, 0 where it is empty.
    cut_ratio : float32 array of shape (n,)
        Share of the text's tokens, 0 to 1, that lies beyond what the model reads at once. It is read too: as further
        chunks, whose vectors are pooled.
    """

    vectors: NDArray[np.float32]
    chunks: NDArray[np.int32]
    cut_ratio: NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors. The result for a text does not depend on the texts beside it."""

    @property
    def identity(self) -> str:
        """Digest of weights, tokenizer and whatever else changes a vector: part of the cache's key."""

    @property
    def name(self) -> str:
        """What a person calls the model."""

    @property
    def dim(self) -> int:
        """Number of components of a vector."""

    @property
    def light(self) -> bool:
        """Whether it loads in a moment and encodes on one core, so that every reading process may have its own."""

    def encode(self, texts: Sequence[str], *, role: str = "document") -> Encoded:
        """Encode `texts`; `role` is ``"query"`` or ``"document"`` and chooses the model's prompt, if it has any."""
