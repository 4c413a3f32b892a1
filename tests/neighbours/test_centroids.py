from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

import recommender.neighbours.centroids as centroids_module
from recommender.neighbours.centroids import choose_centroids, nearest_centroid, sample_size
from tests.neighbours.sites import site


@pytest.fixture(params=["all at once", "in two levels"])
def levels(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "in two levels":
        monkeypatch.setattr(centroids_module, "FLAT_UP_TO", 9)


@pytest.mark.usefixtures("levels")
def test_centroids_are_of_unit_length_and_the_same_for_any_number_of_threads() -> None:
    vectors = site().vectors
    centroids = choose_centroids(vectors, 30, threads=1)
    assert centroids.shape == (30, vectors.shape[1])
    assert np.allclose(np.linalg.norm(centroids, axis=1), 1, atol=1e-5)
    with threadpool_limits(2):
        assert np.array_equal(centroids, choose_centroids(vectors, 30, threads=3))


@pytest.mark.usefixtures("levels")
def test_centroids_lie_among_the_vectors() -> None:
    """Articles are nearer to their centroid than to as many articles chosen at random."""
    vectors = site().vectors[1:97]
    centroids = choose_centroids(vectors, 24)
    at_random = vectors[np.random.default_rng(0).permutation(len(vectors))[:24]]
    assert (vectors @ centroids.T).max(axis=1).mean() > np.sort(vectors @ at_random.T, axis=1)[:, -2].mean() + 0.02


@pytest.mark.usefixtures("levels")
def test_without_vectors_there_are_no_centroids() -> None:
    assert choose_centroids(np.zeros((5, 3), dtype=np.float32), 4).shape == (0, 3)
    assert choose_centroids(np.eye(3, dtype=np.float32), 10).shape == (3, 3)
    many = np.eye(20, dtype=np.float32)
    assert np.array_equal(np.sort(choose_centroids(many, 100).argmax(axis=1)), np.arange(20))


def test_an_area_gets_as_many_cells_as_its_share_of_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(centroids_module, "FLAT_UP_TO", 3)
    rng = np.random.default_rng(4)
    sizes = (300, 100)
    around = [np.eye(8)[at] + 0.05 * rng.normal(size=(size, 8)) for at, size in enumerate(sizes)]
    vectors = np.concatenate(around)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = choose_centroids(vectors.astype(np.float32), 4)
    assert np.bincount(found.argmax(axis=1)).tolist() == [3, 1]


def test_of_equally_near_centroids_the_first_is_taken() -> None:
    centroids = np.array([[0, 1], [1, 0], [1, 0]], dtype=np.float32)
    vectors = np.array([[1, 0], [0, 1], [2**-0.5, 2**-0.5]], dtype=np.float32)
    assert nearest_centroid(vectors, centroids).tolist() == [1, 0, 0]


def test_a_cell_has_a_sample_of_its_own() -> None:
    assert sample_size(100) == 3_200
