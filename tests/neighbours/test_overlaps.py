from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.neighbours import overlaps as module
from recommender.neighbours.overlaps import Rows, overlaps, padded

NUMBERS = 9
sets = st.lists(st.sets(st.integers(0, NUMBERS - 1), max_size=5).map(sorted), min_size=1, max_size=5)


def rows(values: list[list[int]]) -> tuple[Rows, np.ndarray]:
    starts = np.cumsum([0, *map(len, values)]).astype(np.int64)
    numbers = np.array([number for row in values for number in row], dtype=np.int32)
    return padded(starts, numbers), numbers


@settings(deadline=None)
@given(sets, sets, st.data())
def test_common_numbers_are_those_of_the_naive_twin(
    a: list[list[int]], b: list[list[int]], data: st.DataObject
) -> None:
    pairs = data.draw(st.lists(st.tuples(st.integers(0, len(a) - 1), st.integers(0, len(b) - 1)), max_size=12))
    pairs.sort(key=lambda pair: pair[0])
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    (of_a, in_a), (of_b, in_b) = rows(a), rows(b)
    sums = np.zeros((len(pairs), 1), dtype=np.float32)
    found: list[tuple[int, int]] = []
    for common in overlaps(of_a, of_b, NUMBERS, left, right):
        assert (in_a[common.left] == in_b[common.right]).all()
        found += zip(common.pairs.tolist(), in_a[common.left].tolist(), strict=True)
        common.sums(in_a[common.left].astype(np.float32)[:, None], sums)
    expected = [(at, number) for at, (one, two) in enumerate(pairs) for number in b[two] if number in a[one]]
    assert found == expected
    assert sums[:, 0].tolist() == [sum(n for at, n in expected if at == pair) for pair in range(len(pairs))]


def test_tables_of_any_size_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    some, _ = rows([sorted(rng.choice(NUMBERS, rng.integers(6), replace=False).tolist()) for _ in range(30)])
    left, right = np.repeat(np.arange(30), 7), rng.integers(30, size=210)

    def found() -> list[list[int]]:
        parts = list(overlaps(some, some, NUMBERS, left, right))
        return [np.concatenate(columns).tolist() for columns in zip(*parts, strict=True)]

    whole = found()
    for name, value in (("_ROWS_AT_ONCE", 1), ("_TABLE_BYTES", 1), ("_PAIRS_AT_ONCE", 3)):
        monkeypatch.setattr(module, name, value)
        assert found() == whole


def test_rows_that_are_too_long_are_refused() -> None:
    long, _ = rows([list(range(module.MOST_ENTRIES + 1))])
    with pytest.raises(ValueError, match="at most 127 numbers"):
        list(overlaps(long, long, 200, np.array([0]), np.array([0])))
