from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import recommender.neighbours.pairs as pairs_module
import recommender.neighbours.probe as probe_module
from recommender.neighbours.cells import members
from recommender.neighbours.centroids import choose_centroids
from recommender.neighbours.order import rounded
from recommender.neighbours.probe import probe_count, probed_nearest, together
from recommender.neighbours.quantizer import Probes, Quantizer, assign
from tests.neighbours.sites import site

N, CELLS = 700, 30


@pytest.fixture(params=[np.float32, np.float16])
def vectors(request: pytest.FixtureRequest) -> np.ndarray:
    return site(N).vectors.astype(request.param)


@pytest.mark.parametrize("most_of_cell", [5, 1_000])
@pytest.mark.parametrize("most_pairs", [10, 1_000_000])
def test_the_best_of_the_probed_cells_are_found(
    vectors: np.ndarray, most_of_cell: int, most_pairs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("_QUERIES_PER_PRODUCT", 50), ("_QUERIES_PER_FLOOR", 16), ("_FIRST_PROBES", 3)):
        monkeypatch.setattr(probe_module, name, value)
    for name, value in (("_ARTICLES_PER_BEST", 2), ("_CELLS_AT_ONCE", 4), ("_MOST_PAIRS", most_pairs)):
        monkeypatch.setattr(probe_module, name, value)
    monkeypatch.setattr(pairs_module, "_LINES_PER_RANGE", 32)
    centroids = choose_centroids(vectors, CELLS)
    targets = np.arange(0, N, 2)
    by_cell = members(assign(vectors, centroids), CELLS, targets)
    queries = np.flatnonzero(vectors.any(axis=1))[::3]
    single = vectors.astype(np.float32)
    with ThreadPoolExecutor(2) as pool:
        probes = Quantizer(centroids).probes(vectors, queries, 5, pool)
        found = probed_nearest(vectors, 8, queries, probes, by_cell, most_of_cell, pool)
        few = probed_nearest(
            vectors, 8, queries[10:20], Probes(probes.cells[10:20], probes.nearest[10:20]), by_cell, most_of_cell, pool
        )
    for line, query in enumerate(queries.tolist()):
        rows = [row for cell in probes.cells[line] for row in by_cell.of(cell)[:most_of_cell].tolist() if row != query]
        scores = rounded(np.array([np.einsum("ij,ij->i", single[[query]], single[[row]])[0] for row in rows]))
        expected = sorted(zip((-scores).tolist(), rows, strict=True))[:8]
        listed = [pair for pair in zip(found.indices[line], found.scores[line], strict=True) if pair[0] >= 0]
        assert [(-score, row) for row, score in listed] == expected
    assert np.array_equal(few.indices, found.indices[10:20])
    assert np.array_equal(few.scores, found.scores[10:20])


def test_probes_reach_as_many_articles_as_asked_for() -> None:
    by_cell = members(np.repeat(np.arange(10, dtype=np.int32), 20), 10)
    centroids = np.eye(10, dtype=np.float32)
    assert [probe_count(reach, by_cell, centroids) for reach in (1, 30, 50, 190, 10_000)] == [1, 2, 2, 10, 10]
    assert together(np.array([[1, 3], [3, 8]], dtype=np.int32), by_cell).tolist() == [
        *range(20, 40),
        *range(60, 80),
        *range(160, 180),
    ]


def test_with_nothing_to_probe_nothing_is_found() -> None:
    vectors = site(50).vectors
    centroids = choose_centroids(vectors, 4)
    nobody = members(assign(vectors, centroids), 4, np.arange(0))
    with ThreadPoolExecutor(1) as pool:
        for there in (centroids, centroids[:0]):
            probes = Quantizer(there).probes(vectors, np.arange(5), probe_count(100, nobody, there), pool)
            assert (probed_nearest(vectors, 3, np.arange(5), probes, nobody, 100, pool).indices == -1).all()
