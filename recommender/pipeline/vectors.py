"""Vectors of texts by their digests: in memory as they are made, in the cache from earlier runs."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.cache import Cache, digest
from recommender.pipeline.work import EncodedTexts

_TAIL = struct.Struct("<if")


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
    cache : Cache
    identity : str
        The encoder's identity.
    dim : int
    """

    def __init__(self, cache: Cache, identity: str, dim: int) -> None:
        from recommender.embedder.text import PREPARATION

        self._cache = cache
        self._space = digest(b"vectors 1", identity.encode(), PREPARATION.encode())
        self._dim = dim
        self._blobs: dict[bytes, bytes] = {}

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
        self._cache.put(self._space, blobs)
        self._blobs.update(blobs)

    def missing(self, names: Iterable[bytes]) -> set[bytes]:
        """Those of `names` that are neither here nor in the cache; the others are brought here."""
        absent = {name for name in names if name not in self._blobs}
        size = self._dim * 2 + _TAIL.size
        found = self._cache.get(self._space, absent)
        self._blobs.update((name, blob) for name, blob in found.items() if len(blob) == size)
        return {name for name in absent if name not in self._blobs}

    def take(self, names: Sequence[bytes]) -> TextVectors:
        """Vectors in the order of `names`, all of which are here."""
        width = self._dim * 2
        raw = np.frombuffer(b"".join(self._blobs[name] for name in names), dtype=np.uint8)
        raw = raw.reshape(len(names), width + _TAIL.size)
        return TextVectors(
            vectors=np.ascontiguousarray(raw[:, :width]).view("<f2").astype(np.float32),
            chunks=np.ascontiguousarray(raw[:, width : width + 4]).view("<i4").ravel().astype(np.int32),
            cut_ratio=np.ascontiguousarray(raw[:, width + 4 :]).view("<f4").ravel().astype(np.float32),
        )
