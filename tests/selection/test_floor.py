from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import InputError
from recommender.selection.floor import calibrated_floor, parse_precision, probability_floor


def test_by_hand() -> None:
    related = np.array([0.9, 0.8, 0.7, 0.3])
    random = np.array([0.6, 0.4, 0.2, 0.1])
    # From 0.7 on all are related; the pool 0.3 to 0.6 holds one related and two random pairs.
    assert calibrated_floor(related, random, 1.0).score == 0.7
    assert calibrated_floor(related, random, 0.5).score == 0.7
    assert calibrated_floor(related, random, 1 / 3).score == 0.3
    assert calibrated_floor(related, random, 0.0).score == 0.1
    floor = calibrated_floor(related, random, 0.3)
    assert (floor.related_ratio, floor.random_ratio) == (1.0, 0.5)


def test_as_many_of_either_weigh_the_same() -> None:
    related, random = np.array([0.8, 0.5]), np.array([0.6, 0.4])
    many = calibrated_floor(np.repeat(related, 50), random, 0.6)
    assert many.score == calibrated_floor(related, random, 0.6).score == 0.8


def test_one_random_pair_at_the_top_does_not_empty_the_site() -> None:
    rng = np.random.default_rng(0)
    related, random = rng.normal(0.7, 0.1, 500), np.r_[rng.normal(0.3, 0.1, 5000), 0.99]
    floor = calibrated_floor(related, random, 0.9)
    assert 0.4 < floor.score < 0.6


def test_where_nothing_is_sure_enough_nothing_passes() -> None:
    floor = calibrated_floor(np.array([0.2, 0.1]), np.array([0.9, 0.8]), 0.9)
    assert floor.score > 0.9
    assert (floor.related_ratio, floor.random_ratio) == (0.0, 0.0)
    assert "0% of the former and none of the latter" in str(floor)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=1), st.lists(st.floats(-1, 1), min_size=1), st.floats(0, 1), st.floats(0, 1))
def test_who_asks_for_more_gets_a_higher_floor(
    related: list[float], random: list[float], one: float, other: float
) -> None:
    less, more = sorted([one, other])
    low = calibrated_floor(np.array(related), np.array(random), less)
    high = calibrated_floor(np.array(related), np.array(random), more)
    assert low.score <= high.score


def test_it_says_what_it_means() -> None:
    floor = calibrated_floor(np.array([0.9, 0.8, 0.7, 0.3]), np.array([0.6, 0.4, 0.2, 0.1]), 0.3)
    assert str(floor) == (
        "0.300: a pair that scores so much is like pairs that editors linked, not like a random one, in 30% of cases "
        "or more; 100% of the former and 1 in 2 of the latter score so much"
    )
    assert "no curated links" in str(calibrated_floor(np.array([0.9]), np.array([0.1]), 0.9, basis="proposed"))
    assert str(probability_floor(0.25)).startswith("0.250: an editor would choose each link with a probability")


@pytest.mark.parametrize(
    ("written", "value"),
    [("0.9", 0.9), ("90%", 0.9), (" 9 in 10 ", 0.9), ("9/10", 0.9), ("95 out of 100", 0.95), ("1", 1.0), ("0", 0.0)],
)
def test_shares_as_people_write_them(written: str, value: float) -> None:
    assert parse_precision(written) == pytest.approx(value)


@pytest.mark.parametrize("written", ["", "high", "10", "101%", "-0.1", "1 in 0", "nan", "3 in 2"])
def test_what_is_no_share_is_refused(written: str) -> None:
    with pytest.raises(InputError, match="expected a share"):
        parse_precision(written)
