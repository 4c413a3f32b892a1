from __future__ import annotations

import math

import numpy as np
import pytest

from recommender.selection.hubs import CSLS_NEIGHBOURS, corrected
from recommender.selection.pairs import pairs_of
from tests.selection.helpers import candidates_of, lists_of, unit_vectors

# 2 is near to everything, 0 and 1 are near to each other.
CANDIDATES = lists_of(
    {0: [(2, 0.9), (1, 0.8)], 1: [(2, 0.9), (0, 0.8)], 2: [(0, 0.9), (1, 0.9)], 3: [(2, 0.5)]},
    4,
)
PAIRS = pairs_of(CANDIDATES, np.arange(4))


def values(correction: str) -> dict[tuple[int, int], float]:
    found = corrected(PAIRS, CANDIDATES, correction)  # type: ignore[arg-type]
    return dict(zip(zip(found.sources.tolist(), found.targets.tolist(), strict=True), found.values, strict=True))


def test_csls_by_hand() -> None:
    # Mean scores of the neighbours: 0.85, 0.85, 0.9 and 0.5.
    assert values("csls") == pytest.approx(
        {(0, 2): 0.05, (0, 1): -0.1, (1, 2): 0.05, (1, 0): -0.1, (2, 0): 0.05, (2, 1): 0.05, (3, 2): -0.4}
    )


def test_local_scaling_by_hand() -> None:
    # Squared distances: 0.2 for 0.9, 0.4 for 0.8, 1 for 0.5; the last neighbours' distances: √0.4, √0.4, √0.2, 1.
    found = values("local-scaling")
    assert found[0, 2] == pytest.approx(math.exp(-0.2 / math.sqrt(0.4 * 0.2)), abs=1e-6)
    assert found[0, 1] == pytest.approx(math.exp(-0.4 / 0.4), abs=1e-6)
    assert found[3, 2] == pytest.approx(math.exp(-1 / math.sqrt(0.2)), abs=1e-6)


def test_none_changes_nothing() -> None:
    assert corrected(PAIRS, CANDIDATES, "none") is PAIRS


@pytest.mark.parametrize("correction", ["csls", "local-scaling"])
def test_scores_stay_and_hubs_shrink(correction: str) -> None:
    vectors = unit_vectors(300, 30, 3)
    candidates = candidates_of(vectors, 20)
    pairs = pairs_of(candidates, np.arange(300))
    found = corrected(pairs, candidates, correction)  # type: ignore[arg-type]
    assert sorted(found.scores) == sorted(pairs.scores)

    def largest(some: object) -> int:
        lists = [some.targets[some.sources == row][:5] for row in range(300)]  # type: ignore[attr-defined]
        return int(np.bincount(np.concatenate(lists)).max())

    assert largest(found) < largest(pairs)


def test_csls_as_the_naive_twin() -> None:
    vectors = unit_vectors(40, 5, 1)
    candidates = candidates_of(vectors, 15)
    found = corrected(pairs_of(candidates, np.arange(40)), candidates, "csls")
    similarity = vectors.astype(float) @ vectors.T.astype(float)
    np.fill_diagonal(similarity, -np.inf)
    radius = np.sort(similarity, axis=1)[:, -CSLS_NEIGHBOURS:].mean(axis=1)
    expected = 2 * similarity - radius[:, None] - radius[None, :]
    np.testing.assert_allclose(found.values, expected[found.sources, found.targets], atol=5e-6)
