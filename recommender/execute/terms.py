"""Term counts of articles by the digests of their texts: in memory as they are made, in the cache from earlier runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.execute.shelf import Shelf
from recommender.lexical.fingerprints import PACKED_BYTES
from recommender.lexical.terms import TermCounts
from recommender.stages.cache import Cache
from recommender.stages.names import counting_name
from recommender.stages.texts import CountedTexts

_ENTRY_BYTES = 6


class TermShelf:
    """Term counts of one way of counting.

    Parameters
    ----------
    fields : mapping of str to int
        As how many each occurrence in a field counts.
    """

    def __init__(self, cache: Cache, fields: Mapping[str, int]) -> None:
        self._space = counting_name(fields)
        self._shelf = Shelf(cache, self._space, _is_whole)

    @property
    def space(self) -> bytes:
        """Names the way of counting."""
        return self._space

    def add(self, counted: CountedTexts) -> None:
        """Keep counts, here and in the cache."""
        counts = counted.counts
        if counts.prints is None:
            raise ValueError("expected counts with the fingerprints of their articles")
        packed, prints = counts.packed(), counts.prints.packed()
        blobs = {
            name: counts.terms[part].tobytes() + packed[part].tobytes() + prints[article].tobytes()
            for article, name in enumerate(counted.names)
            for part in (counts.of(article),)
        }
        self._shelf.add(blobs)

    def missing(self, names: Iterable[bytes]) -> set[bytes]:
        """Those of `names` that are neither here nor in the cache."""
        return self._shelf.missing(names)

    def take(self, names: Sequence[bytes]) -> TermCounts:
        """Counts in the order of `names`, none of which is missing."""
        blobs = self._shelf.take(names)
        sizes = [(len(blob) - PACKED_BYTES) // _ENTRY_BYTES for blob in blobs]
        terms = b"".join(blob[: size * 4] for blob, size in zip(blobs, sizes, strict=True))
        packed = b"".join(blob[size * 4 : -PACKED_BYTES] for blob, size in zip(blobs, sizes, strict=True))
        return TermCounts.unpacked(
            np.frombuffer(terms, dtype="<u4"),
            np.frombuffer(packed, dtype="<u2"),
            np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64),
        )

    def prints(self, names: Sequence[bytes]) -> NDArray[np.uint8]:
        """Fingerprints in the order of `names`, none of which is missing; see `Fingerprints.packed`."""
        lines = b"".join(blob[-PACKED_BYTES:] for blob in self._shelf.take(names))
        return np.frombuffer(lines, dtype=np.uint8).reshape(len(names), PACKED_BYTES)

    def forget_kept(self) -> None:
        """Let go of what is held here if the cache has all of it."""
        self._shelf.forget_kept()


def _is_whole(blob: bytes) -> bool:
    return len(blob) >= PACKED_BYTES and (len(blob) - PACKED_BYTES) % _ENTRY_BYTES == 0
