"""Small results of a run, remembered for the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

T = TypeVar("T")


class Cache(Protocol):
    """Bytes by space and key. Everything in it can be lost at any time without harm.

    Attributes
    ----------
    folder : Path or None
        Where large arrays lie in files; None where nothing is kept.
    """

    folder: Path | None

    def get(self, space: bytes, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """The entries that are there, by key."""

    def is_empty(self, space: bytes) -> bool:
        """Whether the space holds nothing."""

    def put(self, space: bytes, entries: Mapping[bytes, bytes]) -> bool:
        """Add entries, or replace those of the same key; returns whether they are kept."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know of the cache's state."""


class NoCache:
    """Remembers nothing.

    Parameters
    ----------
    notes : tuple of str
        What a user should know of it.
    """

    def __init__(self, notes: tuple[str, ...] = ()) -> None:
        self.folder: Path | None = None
        self.notes = notes

    def get(self, space: bytes, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        return {}

    def is_empty(self, space: bytes) -> bool:
        return True

    def put(self, space: bytes, entries: Mapping[bytes, bytes]) -> bool:
        return False


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
