from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recommender.neighbours.mixed import MixedSpace
from recommender.neighbours.space import DenseSpace, Space
from recommender.neighbours.update import Change, update

Numbers = NDArray[np.float32]


def dense(rows: Numbers) -> Space:
    return DenseSpace(rows)


def mixed(rows: Numbers) -> Space:
    return MixedSpace(rows[:, :1], csr_matrix(np.abs(rows[:, 1:])), 0.7)


@pytest.mark.parametrize("space", [dense, mixed])
@settings(deadline=None, max_examples=50)
@given(
    st.integers(12, 40).flatmap(
        lambda n: st.lists(st.lists(st.integers(-1, 1), min_size=3, max_size=3), min_size=n, max_size=n)
    ),
    st.integers(1, 4),
    st.randoms(use_true_random=False),
)
def test_an_update_is_what_a_full_search_finds(
    space: Callable[[Numbers], Space], numbers: list[list[int]], depth: int, random
) -> None:
    rows_before = np.array(numbers, dtype=np.float32) / np.float32(3)
    n = len(rows_before)
    proposable = [random.random() < 0.9 for _ in range(n)]
    old = space(rows_before).nearest(depth, targets=np.flatnonzero(proposable))
    kept = [row for row in range(n) if random.random() < 0.85]
    rows: list[int | None] = list(kept)
    for _ in range(random.randint(0, 4)):
        rows.insert(random.randint(0, len(rows)), None)
    new_of_old = np.full(n, -1, dtype=np.int32)
    for new, row in enumerate(rows):
        if row is not None:
            new_of_old[row] = new
    fresh = [[random.randint(-1, 1) / 3 for _ in range(3)] for _ in rows]
    current = np.array([fresh[new] if row is None else rows_before[row] for new, row in enumerate(rows)], np.float32)
    targets = np.array([new for new, row in enumerate(rows) if row is None or proposable[row]], dtype=np.int32)
    if len(targets) <= depth:
        return
    added = np.array([new for new, row in enumerate(rows) if row is None], dtype=np.int32)
    found = update(old, Change(new_of_old, added), space(current), targets)
    expected = space(current).nearest(depth, targets=targets)
    assert found.indices.tolist() == expected.indices.tolist()
    assert found.scores.tolist() == expected.scores.tolist()
