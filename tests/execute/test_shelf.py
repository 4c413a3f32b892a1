from __future__ import annotations

from pathlib import Path

import pytest

import recommender.execute.shelf as shelf_module
from recommender.errors import InputError
from recommender.execute.cache import SqliteCache
from recommender.execute.shelf import Shelf
from recommender.stages.cache import NoCache

BLOBS = {b"%d" % number: b"content %d" % number for number in range(50)}


def whole(blob: bytes) -> bool:
    return blob.startswith(b"content")


@pytest.mark.parametrize("held_bytes", [0, 100, 10_000])
@pytest.mark.parametrize("cached", [True, False])
def test_what_was_put_there_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held_bytes: int, cached: bool
) -> None:
    monkeypatch.setattr(shelf_module, "_HELD_BYTES", held_bytes)
    monkeypatch.setattr(shelf_module, "_NAMES_AT_ONCE", 7)
    cache = SqliteCache(tmp_path) if cached else NoCache()
    shelf = Shelf(cache, b"space", whole)
    for start in range(0, 50, 10):
        shelf.add(dict(list(BLOBS.items())[start : start + 10]))
    assert shelf.missing([*BLOBS, b"other"]) == {b"other"}
    assert shelf.take([b"7", b"3", b"7"]) == [BLOBS[b"7"], BLOBS[b"3"], BLOBS[b"7"]]
    # What the cache keeps is held only as far as there is room.
    assert len(shelf._held) == (50 if not cached or held_bytes > 1_000 else 0 if not held_bytes else 11)
    shelf.forget_kept()
    assert len(shelf._held) == (0 if cached else 50)
    assert shelf.missing(BLOBS) == set()
    shelf.forget()
    assert shelf.missing(BLOBS) == (set() if cached else set(BLOBS))


def test_what_is_not_whole_is_missing(tmp_path: Path) -> None:
    cache = SqliteCache(tmp_path)
    cache.put(b"space", {b"a": b"content", b"b": b"cut"})
    assert Shelf(cache, b"space", whole).missing([b"a", b"b"]) == {b"b"}


def test_what_the_cache_lost_meanwhile_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf_module, "_HELD_BYTES", 0)
    cache = SqliteCache(tmp_path)
    shelf = Shelf(cache, b"space", whole)
    shelf.add(BLOBS)
    cache._connection.execute("DELETE FROM entries")
    with pytest.raises(InputError, match="run again"):
        shelf.take([b"1"])
