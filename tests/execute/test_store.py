"""What every store keeps, and what only that of a cache has to survive."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from recommender.errors import InputError
from recommender.execute.cache import SqliteCache
from recommender.execute.part_files import part_files
from recommender.execute.store import FolderStore, MemoryStore
from recommender.execute.tables import TableColumns, write_columns
from recommender.stages.cache import NoCache
from recommender.stages.stage import Columns, Part, Ragged, Stage, Store, part_of

STAGE = Stage("stage", 1, dict, "a stage")
Opened = Callable[[], Store]


def columns_of(seed: int) -> Columns:
    rng = np.random.default_rng(seed)
    return {
        "rows": rng.integers(0, 9, (7, 3)).astype(np.int32),
        "scores": rng.random(7),
        "none": np.empty((0, 2), np.float32),
        "names": rng.integers(0, 256, (7, 16)).astype(np.uint8),
    }


def same(found: Columns | None, expected: Columns) -> bool:
    return (
        found is not None
        and list(found) == list(expected)
        and all(
            np.array_equal(found[name], values) and found[name].dtype == values.dtype
            for name, values in expected.items()
        )
    )


def part(name: bytes, slot: bytes = b"slot", number: int = 0) -> Part:
    return part_of(STAGE, name, slot=slot, number=number)


@pytest.fixture(params=["process", "cache", "folder"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """Gives the same store again, as another run opens it; one in this process is the same object."""
    if request.param == "process":
        store = MemoryStore(NoCache())
        return lambda: store
    if request.param == "cache":
        return lambda: MemoryStore(SqliteCache(tmp_path))
    return lambda: FolderStore(tmp_path)


def test_what_is_written_is_read_by_the_next_run(opened: Opened) -> None:
    opened().write(part(b"one"), columns_of(1))
    store = opened()
    assert same(store.read(part(b"one")), columns_of(1))
    assert store.has(part(b"one"))
    assert not store.has(part(b"two"))
    assert store.read(part(b"two")) is None
    assert store.read(part(b"one", number=1)) is None
    assert store.read(part(b"one", slot=b"another")) is None


def test_the_last_of_a_slot_is_found_by_any_name(opened: Opened) -> None:
    store = opened()
    assert store.last(part(b"one")) is None
    store.write(part(b"one"), columns_of(1))
    assert same(store.last(part(b"two")), columns_of(1))
    store.write(part(b"two"), columns_of(2))
    assert same(opened().last(part(b"three")), columns_of(2))
    assert store.last(part(b"three", slot=b"another")) is None


def test_a_version_or_an_input_makes_another_name() -> None:
    names = {
        part_of(STAGE, b"a", b"b").name,
        part_of(STAGE, b"ab").name,
        part_of(STAGE, b"b", b"a").name,
        part_of(Stage("stage", 2, dict, "a stage"), b"a", b"b").name,
        part_of(Stage("other", 1, dict, "a stage"), b"a", b"b").name,
    }
    assert len(names) == 5


def test_lists_of_lists_are_kept_in_a_cache(tmp_path: Path) -> None:
    lists = Ragged(np.arange(5, dtype=np.int32), np.array([0, 2, 2, 5]))
    MemoryStore(SqliteCache(tmp_path)).write(part(b"one"), {"lists": lists})
    found = MemoryStore(SqliteCache(tmp_path)).read(part(b"one"))
    assert found is not None
    assert [one.tolist() for one in found["lists"]] == [[0, 1, 2, 3, 4], [0, 2, 2, 5]]


def test_a_damaged_file_of_a_cache_is_as_good_as_absent(tmp_path: Path) -> None:
    MemoryStore(SqliteCache(tmp_path)).write(part(b"one"), columns_of(1))
    (path,) = part_files(tmp_path)
    whole = path.read_bytes()
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :])
        found = MemoryStore(SqliteCache(tmp_path)).read(part(b"one"))
        # Between the columns nothing is kept.
        assert found is None or same(found, columns_of(1))
        path.write_bytes(whole[:at])
        assert MemoryStore(SqliteCache(tmp_path)).last(part(b"one")) is None


def test_a_run_that_is_killed_while_it_writes_leaves_the_columns_of_the_run_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    MemoryStore(SqliteCache(tmp_path)).write(part(b"one"), columns_of(1))

    class Dies(BaseException):
        pass

    def replace(source: Path, target: Path) -> None:
        raise Dies

    monkeypatch.setattr("recommender.execute.part_files.os.replace", replace)
    with pytest.raises(Dies):
        MemoryStore(SqliteCache(tmp_path)).write(part(b"two"), columns_of(2))
    after = MemoryStore(SqliteCache(tmp_path))
    assert same(after.read(part(b"one")), columns_of(1))
    assert after.read(part(b"two")) is None


def test_a_folder_is_named_wherever_it_is_sent(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.write(part(b"one"), columns_of(1))
    again = pickle.loads(pickle.dumps(store))
    assert again.path(part(b"one")) == store.path(part(b"one"))
    assert not again.used
    assert store.used == {store.path(part(b"one"))}


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: _cut(folder / "rows"),
        lambda folder: (folder / "scores").unlink(),
        lambda folder: _cut(folder / "arrays.json"),
        lambda folder: (folder / "arrays.json").write_text('{"../rows": ["<i4", [1]]}'),
        lambda folder: (folder / "arrays.json").write_text('{"rows": ["|O", [3]]}'),
        lambda folder: (folder / "arrays.json").write_text('{"rows": ["<i4", [-1]]}'),
        lambda folder: (folder / "arrays.json").write_text('{"rows": ["<i4", [21]], "rows.starts": ["<i4", [21]]}'),
        lambda folder: (folder / "arrays.json").write_text("[" * 100_000),
    ],
)
def test_damaged_arrays_are_named(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    store = FolderStore(tmp_path)
    store.write(part(b"one"), {**columns_of(1), "rows": np.arange(21, dtype=np.int32)[::-1].copy()})
    folder = store.path(part(b"one"))
    spoil(folder)
    with pytest.raises(InputError, match=r"is damaged: .*; remove it, and the next run makes it anew") as caught:
        store.read(part(b"one"))
    assert str(folder) in str(caught.value)


@pytest.mark.parametrize("left", [0, 100])
def test_a_damaged_table_is_named(tmp_path: Path, left: int) -> None:
    path = tmp_path / "x.parquet"
    write_columns({"a": np.arange(1000)}, path)
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(InputError, match=r"x\.parquet is damaged"):
        TableColumns(path)
