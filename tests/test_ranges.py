from __future__ import annotations

import math

import pytest

from recommender.ranges import MARGIN, RATIO, RECALL, K


def test_bounds_belong_to_a_range_unless_it_says_otherwise() -> None:
    assert [K.problem(value) for value in (1, 10_000)] == [None, None]
    assert K.problem(0) == "must be a whole number from 1 to 10,000; found 0"
    assert RATIO.problem(0) is None
    assert RECALL.problem(0) == "must be a number above 0 and at most 1; found 0"
    assert RECALL.problem(1) is None


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_only_finite_numbers_are_in_a_range(value: float) -> None:
    assert MARGIN.problem(value) is not None


def test_numbers_are_read_as_people_write_them() -> None:
    assert K.read("12") == 12
    assert MARGIN.read("1e-3") == 0.001
    for text in ("1.5", "ten", "", "9" * 5_000):
        with pytest.raises(ValueError, match="expected a whole number from 1 to 10,000; found"):
            K.read(text)
    with pytest.raises(ValueError, match="found '999") as caught:
        K.read("9" * 200)
    assert len(str(caught.value)) < 120
