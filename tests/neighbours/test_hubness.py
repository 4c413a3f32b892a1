from __future__ import annotations

import numpy as np

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.hubness import crowding, discount


def test_an_article_near_to_everything_falls_behind_one_that_is_not() -> None:
    # Article 0 is near to all; 1 and 2 are near to each other alone.
    found = Candidates(
        np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, -1]], dtype=np.int32),
        np.array([[0.6, 0.6, 0.6], [0.6, 0.59, 0.1], [0.6, 0.59, 0.1], [0.6, 0.1, -np.inf]]),
    )
    crowds = crowding(found)
    np.testing.assert_allclose(crowds, [0.18, 0.129, 0.129, 0.07])
    np.testing.assert_allclose(discount(crowds), [0.054, 0.0387, 0.0387, 0.021])
    less = found.scores - discount(crowds)[found.indices]
    # Article 2 is now nearer to 1 than 0 is, and 1 nearer to 2.
    assert less[1, 1] > less[1, 0]
    assert less[2, 1] > less[2, 0]
