from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import recommender.execute.mentions as mentions_module
from recommender.digest import digest
from recommender.execute.cache import Cache, NoCache, SqliteCache
from recommender.execute.mentions import known_mentions
from recommender.lexical.mentions import MENTIONS_VERSION
from recommender.progress import Silent

FIRST = np.array([[1, 2], [0, -1], [1, 0]], dtype=np.int32)
EXPECTED = [[1.0, 2.0], [10.0, 0.0], [21.0, 20.0]]


class Asked:
    """Gives ten times the left row plus the right one, and counts how often it was asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.float32]:
        self.times += 1
        return (10 * left + right).astype(np.float32)


def known(cache: Cache, asked: Asked, contents: list[bytes], first: NDArray[np.int32] = FIRST) -> list[list[float]]:
    found = known_mentions(
        cache, place=b"here", recipe=b"so", contents=contents, first=first, mentions=asked, reporter=Silent()
    )
    return found.tolist()


def test_what_did_not_change_is_not_looked_at_again(tmp_path: Path) -> None:
    asked, contents = Asked(), [b"a", b"b", b"c"]
    with SqliteCache(tmp_path) as cache:
        assert known(cache, asked, contents) == known(cache, asked, contents) == EXPECTED
        assert asked.times == 1
        known(cache, asked, [b"a", b"b", b"changed"])
        assert asked.times == 2
        assert known(cache, asked, [b"a", b"b", b"changed"], FIRST[:, :1]) == [[row[0]] for row in EXPECTED]
        assert asked.times == 3


def test_rows_are_looked_at_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mentions_module, "_ROWS_AT_ONCE", 2)
    asked = Asked()
    assert known(NoCache(), asked, [b"a", b"b", b"c"]) == EXPECTED
    assert asked.times == 2


def test_what_is_too_large_is_not_kept_and_what_cannot_be_read_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, contents = Asked(), [b"a", b"b", b"c"]
    with SqliteCache(tmp_path) as cache:
        cache.put(MENTIONS_VERSION, {digest(b"here", b"so"): b"not a state"})
        assert known(cache, asked, contents) == EXPECTED
        monkeypatch.setattr(mentions_module, "_MOST_BYTES", 4)
        known(cache, asked, [b"other", b"b", b"c"])
        known(cache, asked, [b"other", b"b", b"c"])
    assert asked.times == 3
