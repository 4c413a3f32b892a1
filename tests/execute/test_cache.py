from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import time
from pathlib import Path

import numpy as np
import pytest

from recommender.digest import digest
from recommender.errors import OutputError
from recommender.execute.cache import FILE_NAME, SqliteCache, cache_size, clear_cache
from recommender.execute.part_files import part_files, part_path, write_part
from recommender.stages.cache import NoCache

SPACE = b"space"


def entries(first: int, count: int) -> dict[bytes, bytes]:
    return {f"{number}".encode(): bytes([number % 256]) * 100 for number in range(first, first + count)}


def test_what_was_put_is_there_in_the_next_run(tmp_path: Path) -> None:
    with SqliteCache(tmp_path) as cache:
        assert cache.is_empty(SPACE)
        cache.put(SPACE, entries(0, 2_000))
    with SqliteCache(tmp_path) as cache:
        assert not cache.is_empty(SPACE)
        assert cache.is_empty(b"other")
        assert cache.get(SPACE, [*entries(0, 2_000), b"absent"]) == entries(0, 2_000)
        assert cache.get(b"other", entries(0, 1)) == {}
        assert cache.notes == ()


def test_no_cache_remembers_nothing() -> None:
    cache = NoCache()
    cache.put(SPACE, entries(0, 1))
    assert cache.get(SPACE, entries(0, 1)) == {}
    assert cache.is_empty(SPACE)


def test_names_tell_parts_apart() -> None:
    assert digest(b"ab", b"c") != digest(b"a", b"bc")
    assert len(digest(b"")) == 16


def test_a_changed_entry_is_not_trusted(tmp_path: Path) -> None:
    with SqliteCache(tmp_path) as cache:
        cache.put(SPACE, entries(0, 3))
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("UPDATE entries SET value = ? WHERE key = ?", (b"wrong", b"1"))
    connection.close()
    with SqliteCache(tmp_path) as cache:
        assert sorted(cache.get(SPACE, entries(0, 3))) == [b"0", b"2"]
        assert "damaged entries, made again: 1" in cache.notes[0]


@pytest.mark.parametrize("garbage", [b"", b"not a database at all" * 500])
def test_a_file_that_is_no_cache_is_made_anew(tmp_path: Path, garbage: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(garbage)
    with SqliteCache(tmp_path) as cache:
        cache.put(SPACE, entries(0, 3))
        assert cache.get(SPACE, entries(0, 3)) == entries(0, 3)
        assert bool(cache.notes) == bool(garbage)


def test_damage_in_the_middle_never_gives_a_wrong_entry(tmp_path: Path) -> None:
    with SqliteCache(tmp_path) as cache:
        cache.put(SPACE, entries(0, 5_000))
    path = tmp_path / FILE_NAME
    whole = path.read_bytes()
    for place in range(5_000, len(whole), len(whole) // 25):
        path.write_bytes(whole[:place] + os.urandom(2_000) + whole[place + 2_000 :])
        with SqliteCache(tmp_path) as cache:
            found = cache.get(SPACE, entries(0, 5_000))
            assert all(entries(int(key), 1)[key] == value for key, value in found.items())
            cache.put(SPACE, entries(0, 10))
        for rest in ("-wal", "-shm"):
            path.with_name(path.name + rest).unlink(missing_ok=True)


def test_a_cache_of_another_version_is_made_anew(tmp_path: Path) -> None:
    SqliteCache(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with SqliteCache(tmp_path) as cache:
        assert "another version" in cache.notes[0]
        assert "damaged" not in cache.notes[0]


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="--no-cache"):
        SqliteCache(tmp_path / "file" / "cache")


def _write(folder: Path, first: int) -> None:
    with SqliteCache(folder) as cache:
        for start in range(first, first + 1_000, 50):
            cache.put(SPACE, entries(start, 50))


def test_two_runs_at_once_lose_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(tmp_path, first)) for first in (0, 1_000)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    with SqliteCache(tmp_path) as cache:
        assert cache.get(SPACE, entries(0, 2_000)) == entries(0, 2_000)


def _write_forever(folder: Path) -> None:
    with SqliteCache(folder) as cache:
        number = 0
        while True:
            cache.put(SPACE, entries(number, 200))
            number += 200


def test_a_kill_at_any_moment_leaves_whole_entries(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    for attempt in range(5):
        writer = context.Process(target=_write_forever, args=(tmp_path,))
        writer.start()
        deadline = time.monotonic() + 30
        while not (tmp_path / FILE_NAME).exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.05 * attempt)
        os.kill(writer.pid or 0, signal.SIGKILL)
        writer.join()
        with SqliteCache(tmp_path) as cache:
            found = cache.get(SPACE, entries(0, 3_000))
            assert all(entries(int(key), 1)[key] == value for key, value in found.items())
            assert cache.notes == ()


def test_a_file_that_has_grown_too_large_loses_its_oldest_entries(tmp_path: Path) -> None:
    with SqliteCache(tmp_path) as cache:
        for first in range(0, 4_000, 1_000):
            cache.put(SPACE, entries(first, 1_000))
    before = cache_size(tmp_path)
    assert before.entries == 4_000
    with SqliteCache(tmp_path, max_bytes=before.size_bytes - 1) as cache:
        kept = cache.get(SPACE, entries(0, 4_000))
        assert 2_900 <= len(kept) <= 3_000
        assert kept.keys() >= entries(1_001, 2_999).keys()
        assert cache.notes == ()
    assert cache_size(tmp_path).size_bytes < before.size_bytes
    with SqliteCache(tmp_path, max_bytes=before.size_bytes - 1) as cache:
        assert len(cache.get(SPACE, entries(0, 4_000))) == len(kept)


def test_of_files_that_have_grown_too_large_together_the_oldest_go(tmp_path: Path) -> None:
    for number in range(4):
        path = part_path(tmp_path, bytes([number]))
        write_part(path, b"name", {"zeros": np.zeros(1_000)})
        os.utime(path, (number, number))
    SqliteCache(tmp_path, max_bytes=2 * 2 * 8_500).close()
    assert [path.name for path in part_files(tmp_path)] == ["02.part", "03.part"]


def test_a_cache_is_measured_and_cleared(tmp_path: Path) -> None:
    assert cache_size(tmp_path).size_bytes == 0
    assert list(tmp_path.iterdir()) == []
    with SqliteCache(tmp_path) as cache:
        cache.put(SPACE, entries(0, 3))
    assert cache_size(tmp_path).entries == 3
    before = cache_size(tmp_path).size_bytes
    assert write_part(part_path(tmp_path, b"slot"), b"name", {"zeros": np.zeros(1_000)})
    assert cache_size(tmp_path).size_bytes > before + 8_000
    (tmp_path / "other").touch()
    clear_cache(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["other"]
