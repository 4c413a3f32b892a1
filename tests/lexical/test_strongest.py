from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.lexical import strongest as module
from recommender.lexical.strongest import strongest

rows = st.lists(st.lists(st.sampled_from([0.0, 0.25, 1.0, 1.5, 8.0, np.inf]), max_size=8), max_size=6)


@given(rows, st.integers(1, 5))
def test_what_stays_is_what_the_naive_twin_keeps(values: list[list[float]], most: int) -> None:
    starts = np.cumsum([0, *map(len, values)]).astype(np.int64)
    strength = np.array([value for row in values for value in row], dtype=np.float32)
    kept, begins = strongest(strength, starts, most)
    expected = []
    for row, start in zip(values, starts.tolist(), strict=False):
        best = sorted(range(len(row)), key=lambda place: (-row[place], place))[:most]
        expected.append(sorted(start + place for place in best))
    assert kept.tolist() == [entry for row in expected for entry in row]
    assert np.diff(begins).tolist() == list(map(len, expected))


def test_more_rows_than_a_key_has_room_for_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_ROWS", 1)
    with pytest.raises(ValueError, match="at most 1 rows"):
        strongest(np.zeros(2), np.array([0, 1, 2]), 1)
