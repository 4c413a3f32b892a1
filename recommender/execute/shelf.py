"""What was made of a site's texts, by name: in the cache, and at hand as long as there is not much of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

from recommender.errors import InputError
from recommender.stages.cache import Cache

# What the cache has kept is held in memory up to here, so that a small site is not read from a file again.
_HELD_BYTES = 256 * 2**20
_NAMES_AT_ONCE = 9_000


class Shelf:
    """Bytes by name in one space of a cache.

    Parameters
    ----------
    cache : Cache
        A cache that keeps nothing leaves all values in memory.
    is_whole : callable
        Whether bytes from the cache are what they should be.
    """

    def __init__(self, cache: Cache, space: bytes, is_whole: Callable[[bytes], bool]) -> None:
        self._cache = cache
        self._space = space
        self._is_whole = is_whole
        self._held: dict[bytes, bytes] = {}
        self._held_bytes = 0
        self._all_kept = True

    def add(self, blobs: Mapping[bytes, bytes]) -> None:
        is_kept = self._cache.put(self._space, blobs)
        self._all_kept &= is_kept
        self._hold(blobs, everything=not is_kept)

    def missing(self, names: Iterable[bytes]) -> set[bytes]:
        """Those of `names` that are neither here nor in the cache."""
        absent: set[bytes] = set()
        pending = iter(names)
        while part := list(islice(pending, _NAMES_AT_ONCE)):
            sought = {name for name in part if name not in self._held}
            found = self._found(sought)
            self._hold(found, everything=False)
            absent |= sought - found.keys()
        return absent

    def take(self, names: Sequence[bytes]) -> list[bytes]:
        """What has these names, in their order.

        Raises
        ------
        InputError
            The cache has lost what it had.
        """
        found = self._found({name for name in names if name not in self._held})
        try:
            return [self._held[name] if name in self._held else found[name] for name in names]
        except KeyError:
            raise InputError("the cache lost what this run had put there; run again") from None

    def forget(self) -> None:
        """Let go of what is held here; the cache keeps what it has."""
        self._held.clear()
        self._held_bytes = 0

    def forget_kept(self) -> None:
        """Let go of what is held here if the cache has all of it."""
        if self._all_kept:
            self.forget()

    def _found(self, names: Iterable[bytes]) -> dict[bytes, bytes]:
        return {name: blob for name, blob in self._cache.get(self._space, names).items() if self._is_whole(blob)}

    def _hold(self, blobs: Mapping[bytes, bytes], *, everything: bool) -> None:
        for name, blob in blobs.items():
            if not everything and self._held_bytes >= _HELD_BYTES:
                return
            if name not in self._held:
                self._held[name] = blob
                self._held_bytes += len(blob)
