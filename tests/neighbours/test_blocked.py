from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch

import recommender.neighbours.blocked as blocked_module
import recommender.neighbours.space as space_module
from recommender.neighbours.blocked import BlockedProducts
from recommender.neighbours.exact import nearest
from recommender.neighbours.space import DenseSpace
from tests.neighbours.sites import site

DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU"))]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocked_module, "_QUERIES_AT_ONCE", 33)
    monkeypatch.setattr(blocked_module, "_TARGETS_AT_ONCE", 70)


@pytest.mark.parametrize("device", DEVICES)
def test_the_largest_products_and_whose_they_are(device: str) -> None:
    vectors = site(400).vectors
    scores, places = BlockedProducts(vectors[:300], device).knn(vectors, 9)
    products = vectors.astype(np.float64) @ vectors[:300].T.astype(np.float64)
    assert np.allclose(scores, -np.sort(-products, axis=1)[:, :9], atol=1e-5)
    assert np.allclose(np.take_along_axis(products, places, axis=1), scores, atol=1e-5)
    assert all(len(set(line)) == 9 for line in places.tolist())


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("depth", [1, 12, 400])
def test_a_search_on_a_device_is_the_search_by_faiss_to_the_last_bit(device: str, depth: int) -> None:
    vectors = site(400).vectors
    vectors[50:90] = vectors[10]  # ties, and more of them than spare places
    queries, targets = np.arange(0, 400, 3), np.arange(5, 390, 2)
    found = nearest(vectors, depth, queries=queries, targets=targets, device=device)
    expected = nearest(vectors, depth, queries=queries, targets=targets)
    assert np.array_equal(found.indices, expected.indices)
    assert np.array_equal(found.scores, expected.scores)


def test_where_there_is_a_gpu_and_much_to_do_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(space_module, "nearest", lambda *_, device, **__: asked.append(device))
    vectors = site(200).vectors
    for sees_gpu, many_pairs in ((True, 10), (True, 10**9), (False, 10)):
        monkeypatch.setattr(space_module, "has_cuda", lambda sees_gpu=sees_gpu: sees_gpu)
        monkeypatch.setattr(space_module, "_MANY_PAIRS", many_pairs)
        DenseSpace(vectors).nearest(3)
    assert asked == ["cuda", None, None]


@pytest.mark.skipif(torch.cuda.is_available(), reason="torch is needed to know of the GPU that is here")
def test_torch_is_not_imported_to_learn_that_there_is_no_gpu() -> None:
    code = "import sys; from recommender.devices import has_cuda; has_cuda(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
