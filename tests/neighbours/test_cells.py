from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from recommender.neighbours.cells import (
    assign,
    cell_count,
    cells_within_reach,
    choose_centroids,
    key_hashes,
    members,
    sample_rows,
)
from tests.neighbours.sites import site


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


def test_centroids_and_cells_are_the_same_for_any_number_of_threads_and_any_sharing_out() -> None:
    vectors = site().vectors
    centroids = choose_centroids(vectors, 30)
    with threadpool_limits(2):
        assert np.array_equal(centroids, choose_centroids(vectors, 30))
    cells = assign(vectors, centroids, threads=1)
    assert np.array_equal(cells, assign(vectors, centroids, threads=2))
    shared_out = [assign(vectors[start : start + 37], centroids) for start in range(0, len(vectors), 37)]
    assert np.array_equal(cells, np.concatenate(shared_out))


def test_every_article_is_in_the_cell_of_its_nearest_centroid() -> None:
    vectors = site().vectors
    centroids = choose_centroids(vectors, 30)
    assert np.allclose(np.linalg.norm(centroids, axis=1), 1, atol=1e-5)
    cells = assign(vectors, centroids)
    for row, vector in enumerate(vectors):
        similar = [float(vector.astype(np.float64) @ centroid.astype(np.float64)) for centroid in centroids]
        expected = -1 if not vector.any() else max(range(30), key=lambda cell: (round(similar[cell], 6), -cell))
        assert cells[row] == expected


def test_of_equally_near_centroids_the_first_is_taken() -> None:
    centroids = np.array([[0, 1], [1, 0], [1, 0]], dtype=np.float32)
    vectors = np.array([[1, 0], [0, 0], [2**-0.5, 2**-0.5]], dtype=np.float32)
    assert assign(vectors, centroids).tolist() == [1, -1, 0]
    assert assign(vectors, centroids[:0]).tolist() == [-1, -1, -1]


def test_without_vectors_there_are_no_centroids() -> None:
    assert choose_centroids(np.zeros((5, 3), dtype=np.float32), 4).shape == (0, 3)
    assert choose_centroids(np.eye(3, dtype=np.float32), 10).shape == (3, 3)


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
