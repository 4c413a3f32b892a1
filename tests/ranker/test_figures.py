"""Capped recall by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.ranker.figures import capped_recall


@dataclass
class _Judged:
    shown: NDArray[np.bool_]
    n_links: NDArray[np.int64]


def test_by_hand() -> None:
    # Article 0 has 7 links of which 2 are in its first five; article 1 has none; article 2 has 1, found; 3 has 2, none
    # among its candidates.
    sources = np.array([0, 0, 0, 0, 0, 0, 2, 2])
    candidates = np.array([1, 2, 3, 4, 5, 6, 0, 1])
    shown = np.array([1, 0, 0, 0, 1, 1, 0, 1], dtype=bool)
    scores = np.array([9, 8, 7, 6, 5, 4, 0, 1.0])
    judged = _Judged(shown, np.array([7, 0, 1, 2]))
    assert capped_recall(sources, candidates, scores, judged) == (2 / 5 + 1 + 0) / 3


def test_ties_go_to_the_smaller_row() -> None:
    sources, candidates = np.zeros(6, dtype=np.int64), np.arange(1, 7)
    judged = _Judged(candidates == 6, np.array([1]))
    assert capped_recall(sources, candidates, np.zeros(6), judged) == 0
    assert capped_recall(sources, candidates, -np.arange(6.0), _Judged(candidates == 1, np.array([1]))) == 1


def test_nobody_asked() -> None:
    nothing = np.array([], dtype=np.int64)
    assert capped_recall(nothing, nothing, np.array([]), _Judged(np.array([], dtype=bool), np.array([0]))) == 0
