"""Small random sites for the selection's tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.exact import nearest, row_products
from recommender.selection.pairs import Similarity


def unit_vectors(n: int, dim: int, seed: int) -> NDArray[np.float32]:
    """Random directions, a few of them near to one another."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n, dim)) + rng.normal(size=dim)
    copies = rng.integers(0, n, max(1, n // 5))
    vectors[rng.integers(0, n, len(copies))] = vectors[copies] + rng.normal(size=(len(copies), dim)) * 0.02
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def candidates_of(vectors: NDArray[np.float32], depth: int) -> Candidates:
    return nearest(vectors, depth)


def similarity_of(vectors: NDArray[np.float32]) -> Similarity:
    return lambda left, right: row_products(vectors, left, right)


def lists_of(rows: dict[int, list[tuple[int, float]]], n: int) -> Candidates:
    """Candidates written down by hand: per row its targets and scores, best first."""
    depth = max((len(found) for found in rows.values()), default=1)
    indices = np.full((n, max(depth, 1)), -1, dtype=np.int32)
    scores = np.full(indices.shape, -np.inf)
    for row, found in rows.items():
        for place, (target, score) in enumerate(found):
            indices[row, place], scores[row, place] = target, score
    return Candidates(indices, scores)
