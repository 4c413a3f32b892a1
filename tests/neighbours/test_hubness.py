from __future__ import annotations

import numpy as np

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.hubness import crowding, discount_hubs, discounted


def test_an_article_near_to_everything_falls_behind_one_that_is_not() -> None:
    # Article 0 is near to all; 1 and 2 are near to each other alone.
    found = Candidates(
        np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, -1]], dtype=np.int32),
        np.array([[0.6, 0.6, 0.6], [0.6, 0.59, 0.1], [0.6, 0.59, 0.1], [0.6, 0.1, -np.inf]]),
    )
    crowds = crowding(found)
    np.testing.assert_allclose(crowds, [0.18, 0.129, 0.129, 0.07])
    better = discount_hubs(found, crowds)
    assert better.indices.tolist() == [[3, 1, 2], [2, 0, 3], [1, 0, 3], [0, 1, -1]]
    np.testing.assert_allclose(better.scores[1], [0.59 - 0.3 * 0.129, 0.6 - 0.3 * 0.18, 0.1 - 0.3 * 0.07])
    assert better.scores[3, 2] == -np.inf


def test_pairs_and_lists_agree() -> None:
    rng = np.random.default_rng(1)
    indices = np.argsort(rng.random((30, 29)), axis=1)[:, :12].astype(np.int32)
    scores = np.round(-np.sort(-rng.random((30, 12)), axis=1), 6)
    crowds = crowding(Candidates(indices, scores))
    better = discount_hubs(Candidates(indices, scores), crowds)
    assert (np.diff(better.scores, axis=1) <= 0).all()
    for row in range(30):
        place = {int(target): at for at, target in enumerate(indices[row])}
        own = np.array([scores[row, place[int(target)]] for target in better.indices[row]])
        assert discounted(own, crowds[better.indices[row]]).tolist() == better.scores[row].tolist()


def test_the_first_places_do_not_depend_on_the_depth() -> None:
    rng = np.random.default_rng(4)
    indices = np.argsort(rng.random((40, 400)), axis=1)[:, :90].astype(np.int32)
    indices[3, 60:] = indices[5, 20:] = -1
    scores = np.where(indices >= 0, np.round(-np.sort(-rng.random((40, 90)), axis=1), 6), -np.inf)
    crowds = rng.random(400)
    deep = discount_hubs(Candidates(indices, scores), crowds)
    assert (np.diff(deep.scores[np.isfinite(deep.scores).all(axis=1)], axis=1) <= 0).all()
    for depth in (50, 60):
        found = discount_hubs(Candidates(indices[:, :depth], scores[:, :depth]), crowds)
        assert np.array_equal(found.indices[:, :50], deep.indices[:, :50])
        assert np.array_equal(found.scores[:, :50], deep.scores[:, :50])
    assert [set(row) for row in deep.indices.tolist()] == [set(row) for row in indices.tolist()]
