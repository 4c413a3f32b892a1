from __future__ import annotations

import numpy as np
import pytest

from recommender.neighbours.cells import (
    cell_count,
    cells_within_reach,
    key_hashes,
    members,
    sample_rows,
)


def test_a_sample_is_chosen_by_each_key_alone() -> None:
    hashes = key_hashes(f"/{number}/".encode() for number in range(20_000))
    chosen = sample_rows(hashes, 1_000, 20_000)
    assert 900 < len(chosen) < 1_100
    # Shared out, the same are chosen.
    parts = [sample_rows(hashes[start : start + 7_000], 1_000, 20_000) + start for start in range(0, 20_000, 7_000)]
    assert np.concatenate(parts).tolist() == chosen.tolist()
    assert sample_rows(hashes[:50], 50, 50).tolist() == list(range(50))


def test_a_key_has_the_same_hash_on_every_machine() -> None:
    # The little-endian numbers of what `printf /learn/a/ | b2sum -l 64` prints, and of nothing.
    expected = [int.from_bytes(bytes.fromhex(name), "little") for name in ("ae419dede49b086b", "e4a6a0577479b2b4")]
    assert key_hashes([b"/learn/a/", b""]).tolist() == expected


@pytest.mark.parametrize(("n", "expected"), [(0, 1), (127, 1), (12_800, 100), (1_000_000, 4_000)])
def test_there_are_enough_cells_and_never_too_many(n: int, expected: int) -> None:
    assert cell_count(n) == expected


def test_members_of_cells() -> None:
    found = members(np.array([1, -1, 0, 1, 2], dtype=np.int32), 4)
    assert [found.of(cell).tolist() for cell in range(4)] == [[2], [0, 3], [4], []]
    assert found.sizes.tolist() == [1, 2, 1, 0]
    some = members(np.array([1, -1, 0, 1, 2], dtype=np.int32), 4, np.array([1, 3, 4]))
    assert [some.of(cell).tolist() for cell in range(4)] == [[], [3], [4], []]


def test_near_cells_are_taken_nearest_first_until_they_hold_enough() -> None:
    angles = np.array([0.0, 0.3, 0.1, 2.0])
    centroids = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    sizes = np.array([10, 10, 10, 10])
    assert cells_within_reach(0, centroids, sizes, 25).tolist() == [0, 2]
    assert cells_within_reach(0, centroids, sizes, 30).tolist() == [0, 2, 1]
    assert cells_within_reach(0, centroids, sizes, 1_000).tolist() == [0, 2, 1, 3]
    assert cells_within_reach(3, centroids, sizes, 5).tolist() == [3]
