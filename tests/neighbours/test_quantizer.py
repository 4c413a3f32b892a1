from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import recommender.neighbours.quantizer as quantizer_module
from recommender.neighbours.centroids import choose_centroids
from recommender.neighbours.quantizer import Quantizer, assign, nearest_cells
from tests.neighbours.sites import site

N, CELLS = 1_500, 30


@pytest.fixture
def two_levels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantizer_module, "FLAT_UP_TO", 9)


def similarity(vector: np.ndarray, centroid: np.ndarray) -> float:
    return round(float(vector.astype(np.float64) @ centroid.astype(np.float64)), 6)


def test_every_article_is_in_the_cell_of_its_nearest_centroid() -> None:
    vectors = site(N).vectors
    centroids = choose_centroids(vectors, CELLS)
    for vector, cell in zip(vectors, assign(vectors, centroids).tolist(), strict=True):
        similar = [similarity(vector, centroid) for centroid in centroids]
        assert cell == (max(range(CELLS), key=lambda cell: (similar[cell], -cell)) if vector.any() else -1)


@pytest.mark.usefixtures("two_levels")
def test_of_many_centroids_those_near_the_own_area_are_compared() -> None:
    vectors = site(N).vectors
    centroids = choose_centroids(vectors, CELLS)
    found, nearest = assign(vectors, centroids), (vectors @ centroids.T).argmax(axis=1)
    known = vectors.any(axis=1)
    assert (found[~known] == -1).all()
    similar = np.take_along_axis(vectors @ centroids.T, np.maximum(found, 0)[:, None], axis=1)[:, 0]
    # Where it is not the nearest of all, it is the nearest of at least a quarter of them.
    assert ((vectors @ centroids.T) <= similar[:, None] + 1e-6).mean(axis=1)[known].min() >= 0.25
    assert (found == nearest)[known].mean() > 0.5
    assert (found != nearest)[known].any()


@pytest.mark.usefixtures("two_levels")
def test_of_centroids_equally_near_in_different_areas_the_first_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantizer_module, "_COMPARED_SHARE", 1)
    rng = np.random.default_rng(5)
    same, turned = rng.normal(size=(2, CELLS // 2, 12)).astype(np.float32)
    # Two by two equally near to what has nothing of the half in which they are opposite.
    centroids = np.block([[same, turned], [same, -turned]])
    centroids /= np.linalg.norm(centroids, axis=1, keepdims=True)
    centroids = centroids[rng.permutation(CELLS)]
    vectors = np.hstack([same, np.zeros_like(same)])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    for vector, cell in zip(vectors, assign(vectors, centroids).tolist(), strict=True):
        similar = [similarity(vector, centroid) for centroid in centroids]
        assert similar.count(max(similar)) == 2
        assert cell == similar.index(max(similar))


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@pytest.mark.parametrize("flat_up_to", [9, 256])
def test_cells_are_the_same_for_any_number_of_threads_and_any_sharing_out(
    dtype: type, flat_up_to: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quantizer_module, "FLAT_UP_TO", flat_up_to)
    monkeypatch.setattr(quantizer_module, "_VECTORS_AT_ONCE", 100)
    vectors = site(N).vectors.astype(dtype)
    centroids = choose_centroids(vectors, CELLS)
    cells = assign(vectors, centroids, threads=1)
    assert np.array_equal(cells, assign(vectors, centroids, threads=2))
    shared_out = [assign(vectors[start : start + 37], centroids) for start in range(0, N, 37)]
    assert np.array_equal(cells, np.concatenate(shared_out))


def test_a_vector_of_nothing_is_in_no_cell_and_so_is_any_where_there_are_none() -> None:
    centroids = np.array([[0, 1], [1, 0], [1, 0]], dtype=np.float32)
    vectors = np.array([[1, 0], [0, 0], [2**-0.5, 2**-0.5]], dtype=np.float32)
    assert assign(vectors, centroids).tolist() == [1, -1, 0]
    assert assign(vectors, centroids[:0]).tolist() == [-1, -1, -1]


@pytest.mark.parametrize("count", [1, 3, 6])
@pytest.mark.parametrize("shorter", [1, 2, 4, 1_000])
def test_the_nearest_cells_are_those_of_all_compared_one_by_one(
    count: int, shorter: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quantizer_module, "_SHORTER", shorter)
    own = site(400).vectors
    centroids = choose_centroids(own, CELLS)
    centroids[7] = centroids[8] = centroids[3]  # equally near to everything
    found, nearest = nearest_cells(own, centroids, count)
    for vector, cells, first in zip(own, found.tolist(), nearest.tolist(), strict=True):
        near = [similarity(vector, one) for one in centroids]
        expected = sorted(range(CELLS), key=lambda cell: (-near[cell], cell))[:count]
        assert cells == sorted(expected)
        assert near[first] == near[expected[0]]
    alone = [nearest_cells(own[start : start + 9], centroids, count)[0] for start in range(0, len(own), 9)]
    assert np.array_equal(found, np.concatenate(alone))


def test_if_all_cells_are_wanted_they_are_the_nearest() -> None:
    own = site(100).vectors
    centroids = choose_centroids(own, CELLS)
    assert np.array_equal(nearest_cells(own, centroids, CELLS)[0], np.tile(np.arange(CELLS), (100, 1)))


@pytest.mark.usefixtures("two_levels")
def test_probes_are_the_nearest_cells_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantizer_module, "_PROBED_AT_ONCE", 64)
    vectors = site(N).vectors
    centroids = choose_centroids(vectors, CELLS)
    rows = np.arange(3, N, 5)
    with ThreadPoolExecutor(2) as pool:
        found = Quantizer(centroids).probes(vectors, rows, 4, pool)
        none = Quantizer(centroids[:0]).probes(vectors, rows, 0, pool)
    cells, nearest = nearest_cells(vectors[rows], centroids, 4)
    assert np.array_equal(found.cells, cells)
    assert np.array_equal(found.nearest, nearest)
    assert none.cells.shape == (len(rows), 0)
    some = found.take(rows % 2 == 0)
    assert np.array_equal(some.cells, cells[rows % 2 == 0])
