from __future__ import annotations

import numpy as np
import pytest

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.rerank import reordered


def some_candidates(n: int, depth: int, of: int, seed: int) -> Candidates:
    rng = np.random.default_rng(seed)
    indices = np.argsort(rng.random((n, of)), axis=1)[:, :depth].astype(np.int32)
    return Candidates(indices, np.round(-np.sort(-rng.random((n, depth)), axis=1), 6))


def test_the_order_by_hand() -> None:
    found = Candidates(
        np.array([[1, 2, 3], [0, 2, -1]], dtype=np.int32), np.array([[0.6, 0.5, 0.4], [0.6, 0.59, -np.inf]])
    )
    better = reordered(found, np.array([[0.2, 0.5, 0.5], [0.1, 0.1, 9.0]]))
    assert better.indices.tolist() == [[2, 3, 1], [0, 2, -1]]
    assert better.scores.tolist() == [[0.5, 0.5, 0.2], [0.1, 0.1, -np.inf]]


def test_lists_hold_what_they_held_in_the_order_of_the_naive_twin() -> None:
    found = some_candidates(30, 12, 29, seed=1)
    scores = np.random.default_rng(2).random(size=(30, 12))
    better = reordered(found, scores)
    for row in range(30):
        pairs = zip(found.indices[row].tolist(), scores[row].tolist(), strict=True)
        expected = sorted((-round(score, 6), target) for target, score in pairs)
        assert [target for _, target in expected] == better.indices[row].tolist()
        assert [-score for score, _ in expected] == pytest.approx(better.scores[row].tolist(), abs=1e-12)


def test_places_and_scores_do_not_depend_on_the_depth() -> None:
    found = some_candidates(40, 90, 400, seed=4)
    found.indices[3, 60:] = found.indices[5, 20:] = -1
    found.scores[found.indices < 0] = -np.inf
    scores = np.random.default_rng(5).random((40, 50))
    deep = reordered(found, scores)
    assert (np.diff(deep.scores[np.isfinite(deep.scores).all(axis=1)], axis=1) <= 0).all()
    for depth in (50, 60):
        cut = reordered(Candidates(found.indices[:, :depth], found.scores[:, :depth]), scores)
        assert np.array_equal(cut.indices, deep.indices[:, :depth])
        assert np.array_equal(cut.scores, deep.scores[:, :depth])
    assert [set(row) for row in deep.indices.tolist()] == [set(row) for row in found.indices.tolist()]


def test_what_joins_the_first_is_ranked_with_them_and_found_once() -> None:
    found = some_candidates(40, 90, 400, seed=6)
    rng = np.random.default_rng(7)
    # Of what joins them, some is further down in the list already, some is not in it.
    more = np.full((40, 6), -1, dtype=np.int32)
    for row in range(40):
        outside = np.setdiff1d(np.arange(400), found.indices[row, :50])
        more[row, : row % 7] = rng.choice(outside, row % 7, replace=False)
    scores = rng.random((40, 56))
    deep = reordered(found, scores, more)
    for row in range(40):
        first = [*found.indices[row, :50].tolist(), *more[row].tolist()]
        pairs = zip(first, scores[row].tolist(), strict=True)
        best = [target for _, target in sorted((-round(score, 6), target) for target, score in pairs if target >= 0)]
        rest = [target for target in found.indices[row, 50:].tolist() if target not in best]
        assert deep.indices[row].tolist() == (best + rest)[:90]
    assert (np.diff(deep.scores, axis=1) <= 0).all()
    for depth in (50, 60):
        cut = reordered(Candidates(found.indices[:, :depth], found.scores[:, :depth]), scores, more)
        assert np.array_equal(cut.indices, deep.indices[:, :depth])
        assert np.array_equal(cut.scores, deep.scores[:, :depth])
