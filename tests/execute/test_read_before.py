from __future__ import annotations

from pathlib import Path

import pytest

import recommender.execute.read_before as read_before
from recommender.corpus.article import Article
from recommender.corpus.corpus import ReadFile
from recommender.execute.cache import SqliteCache
from recommender.execute.read_before import ReadBefore
from recommender.stages.cache import Cache, NoCache

PATHS = [f"{number:03}.md" for number in range(100)]
FILES = {path: ReadFile(path, Article(key=f"/{path}", path=path, title="T")) for path in PATHS}
NAMES = {path: path.encode().rjust(16, b"-") for path in PATHS}


class Counting:
    """A cache that tells what it is asked for and given."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self.asked = 0
        self.kept: list[bytes] = []

    notes: tuple[str, ...] = ()

    def get(self, space, keys):  # type: ignore[no-untyped-def]
        wanted = list(keys)
        self.asked += len(wanted)
        return self._cache.get(space, wanted)

    def is_empty(self, space: bytes) -> bool:
        return self._cache.is_empty(space)

    def put(self, space, entries):  # type: ignore[no-untyped-def]
        self.kept += list(entries)
        return self._cache.put(space, entries)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counting:
    monkeypatch.setattr(read_before, "_FILES_PER_GROUP", 30)
    return Counting(SqliteCache(tmp_path))


def before(cache: Cache, *, space: bytes = b"how", site: bytes = b"here", files: int = len(PATHS)) -> ReadBefore:
    return ReadBefore(cache, space, site, files)


def kept(cache: Counting) -> Counting:
    first = before(cache)
    assert first.recall(NAMES, lambda file: file) == {}
    first.remember(list(FILES.values()), list(NAMES.values()))
    first.remember_together(FILES, NAMES)
    cache.asked, cache.kept = 0, []
    return cache


def test_an_unchanged_site_is_recalled_in_few_steps_and_not_kept_again(cache: Counting) -> None:
    second = before(kept(cache))
    assert second.recall(NAMES, lambda file: file) == FILES
    second.remember_together(FILES, NAMES)
    assert cache.asked == 4
    assert cache.kept == []


def test_after_a_change_only_its_file_is_unknown_and_only_its_group_is_kept_again(cache: Counting) -> None:
    names = {**NAMES, "007.md": b"another content."}
    second = before(kept(cache))
    found = second.recall(names, lambda file: file)
    assert found == {path: file for path, file in FILES.items() if path != "007.md"}
    assert cache.asked == 4 + 1
    changed = ReadFile("007.md", Article(key="/7", path="007.md", title="New"))
    second.remember([changed], [names["007.md"]])
    second.remember_together({**found, "007.md": changed}, names)
    assert len(cache.kept) == 1 + 1
    assert before(cache).recall(names, lambda file: file) == {**FILES, "007.md": changed}


def test_a_content_that_comes_back_is_known_by_its_name(cache: Counting) -> None:
    second = before(kept(cache))
    names = {path: name for path, name in NAMES.items() if path > "050.md"}
    second.remember_together(second.recall(names, lambda file: file), names)
    assert before(cache).recall(NAMES, lambda file: file) == FILES


def test_another_folder_with_the_same_files_needs_no_reading(cache: Counting) -> None:
    assert before(kept(cache), site=b"there").recall(NAMES, lambda file: file) == FILES


def test_files_that_are_read_in_another_way_are_not_known(cache: Counting) -> None:
    assert before(kept(cache), space=b"otherwise", site=b"here, otherwise").recall(NAMES, lambda file: file) == {}


def test_a_site_that_grew_beyond_its_groups(cache: Counting) -> None:
    grown = before(kept(cache), files=4 * len(PATHS))
    assert grown.recall(NAMES, lambda file: file) == FILES
    grown.remember_together(FILES, NAMES)
    cache.asked = 0
    assert before(cache, files=4 * len(PATHS)).recall(NAMES, lambda file: file) == FILES
    assert cache.asked == 16


def test_a_file_that_could_not_be_read_is_tried_again(cache: Counting) -> None:
    names = {**NAMES, "007.md": b""}
    first = before(cache)
    first.remember(list(FILES.values()), list(names.values()))
    first.remember_together(FILES, names)
    assert "007.md" not in before(cache).recall(names, lambda file: file)


def test_what_is_held_is_what_share_gives(cache: Counting) -> None:
    found = before(kept(cache)).recall(NAMES, lambda file: ReadFile(file.path))
    assert found == {path: ReadFile(path) for path in PATHS}


def test_without_a_cache_nothing_is_known() -> None:
    nothing = before(NoCache())
    nothing.remember_together(FILES, NAMES)
    assert nothing.recall(NAMES, lambda file: file) == {}
