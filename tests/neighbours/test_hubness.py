from __future__ import annotations

import numpy as np

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.hubness import crowding


def test_an_article_near_to_everything_is_crowded() -> None:
    # Article 0 is near to all; 1 and 2 are near to each other alone.
    found = Candidates(
        np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, -1]], dtype=np.int32),
        np.array([[0.6, 0.6, 0.6], [0.6, 0.59, 0.1], [0.6, 0.59, 0.1], [0.6, 0.1, -np.inf]]),
    )
    np.testing.assert_allclose(crowding(found), [0.18, 0.129, 0.129, 0.07])
