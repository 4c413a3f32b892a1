"""Vectors of texts by their digests: in memory as they are made, in the cache from earlier runs."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender import scratch
from recommender.embedder.encoder import Encoder
from recommender.execute.shelf import Shelf
from recommender.stages.cache import Cache
from recommender.stages.names import encoding_name
from recommender.stages.texts import EncodedTexts

_TAIL = struct.Struct("<if")
_TAKEN_AT_ONCE = 16_384


@dataclass(frozen=True, slots=True)
class TextVectors:
    """Vectors of texts in the order in which they were asked for.

    Attributes
    ----------
    vectors : float32 array of shape (n, dim)
        Rounded to half precision, so that they are the same whether they come from a model or from the cache.
    chunks : int32 array of shape (n,)
    cut_ratio : float32 array of shape (n,)
    """

    vectors: NDArray[np.float32]
    chunks: NDArray[np.int32]
    cut_ratio: NDArray[np.float32]


class VectorShelf:
    """Vectors of one model and one preparation of texts.

    Parameters
    ----------
    identity : str
        The encoder's identity.
    """

    def __init__(self, cache: Cache, identity: str, dim: int) -> None:
        self._space = encoding_name(identity)
        self._dim = dim
        self._shelf = Shelf(cache, self._space, lambda blob: len(blob) == dim * 2 + _TAIL.size)

    @property
    def space(self) -> bytes:
        """Names the model and the preparation."""
        return self._space

    def add(self, encoded: EncodedTexts) -> None:
        """Keep vectors, here and in the cache."""
        blobs = {
            name: row.tobytes() + _TAIL.pack(int(chunks), float(cut))
            for name, row, chunks, cut in zip(
                encoded.digests, encoded.vectors, encoded.chunks, encoded.cut_ratio, strict=True
            )
        }
        self._shelf.add(blobs)

    def missing(self, names: Iterable[bytes]) -> set[bytes]:
        """Those of `names` that are neither here nor in the cache."""
        return self._shelf.missing(names)

    def take(self, names: Sequence[bytes]) -> TextVectors:
        """Vectors in the order of `names`, none of which is missing."""
        n, width = len(names), self._dim * 2
        taken = TextVectors(
            scratch.empty((n, self._dim), np.float32), np.empty(n, dtype=np.int32), np.empty(n, dtype=np.float32)
        )
        for start in range(0, n, _TAKEN_AT_ONCE):
            part = slice(start, start + _TAKEN_AT_ONCE)
            blobs = self._shelf.take(names[part])
            raw = np.frombuffer(b"".join(blobs), dtype=np.uint8).reshape(len(blobs), width + _TAIL.size)
            taken.vectors[part] = np.ascontiguousarray(raw[:, :width]).view("<f2")
            taken.chunks[part] = np.ascontiguousarray(raw[:, width : width + 4]).view("<i4").ravel()
            taken.cut_ratio[part] = np.ascontiguousarray(raw[:, width + 4 :]).view("<f4").ravel()
        return taken

    def forget_kept(self) -> None:
        """Let go of what is held here if the cache has all of it."""
        self._shelf.forget_kept()


class VectorShelves:
    """One shelf for each model."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._shelves: dict[str, VectorShelf] = {}

    def of(self, encoder: Encoder) -> VectorShelf:
        """The shelf of a model, the same each time."""
        name = encoder.identity
        if name not in self._shelves:
            self._shelves[name] = VectorShelf(self._cache, name, encoder.dim)
        return self._shelves[name]
