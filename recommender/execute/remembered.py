"""One value of a run, remembered for the next."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from recommender.execute.cache import Cache

T = TypeVar("T")


def recall(cache: Cache, space: bytes, key: bytes, kind: type[T]) -> T | None:
    """What `remember` kept; None where there is nothing of this kind that can be read."""
    blob = cache.get(space, [key]).get(key)
    if blob is None:
        return None
    try:
        return msgspec.msgpack.decode(blob, type=kind)
    except msgspec.DecodeError:
        return None


def remember(cache: Cache, space: bytes, key: bytes, value: object) -> None:
    """Keep a value in the place of what was there."""
    cache.put(space, {key: msgspec.msgpack.encode(value)})
