from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.corpus.resolve import DANGLING
from recommender.evaluator.units import connect, effective_number, resampling_units
from tests.evaluator.helpers import targets


def cliques(*sizes: int, bridges: bool) -> list[list[int]]:
    """Links of groups in which everybody links to everybody, the groups strung together or not."""
    links: list[list[int]] = []
    for size in sizes:
        first = len(links)
        links += [[first + other for other in range(size) if other != own] for own in range(size)]
        if bridges and first:
            links[first].append(first - 1)
    return links


def test_small_components_are_units_as_they_are() -> None:
    links = targets(*cliques(3, 4, 2, bridges=False), [DANGLING])
    units = resampling_units(connect(links), links, np.arange(9))
    assert units.labels.tolist() == [0, 0, 0, 1, 1, 1, 1, 2, 2]
    assert (units.n, units.divided, units.cut_ratio) == (3, 0, 0.0)


def test_a_component_that_is_most_of_the_site_is_divided_where_few_links_cross() -> None:
    sizes = (8, 9, 10, 11)
    links = targets(*cliques(*sizes, bridges=True))
    units = resampling_units(connect(links), links, np.arange(sum(sizes)))
    assert np.bincount(units.labels).tolist() == list(sizes)
    assert units.divided == 1
    assert units.cut_ratio == pytest.approx(3 / sum(len(row) for row in links))
    assert units.effective == pytest.approx(38**2 / (64 + 81 + 100 + 121))


def test_only_queries_have_a_unit_and_none_is_left_out() -> None:
    links = targets(*cliques(12, 12, bridges=True), *cliques(2, bridges=False))
    queries = np.arange(1, 24, 2)
    units = resampling_units(connect(links), links, queries)
    assert len(units.labels) == len(queries)
    assert sorted(set(units.labels.tolist())) == list(range(units.n))


def test_no_queries() -> None:
    links = targets([], [])
    units = resampling_units(connect(links), links, np.empty(0, dtype=np.int64))
    assert (units.n, units.effective) == (0, 0.0)


def test_effective_number() -> None:
    assert effective_number(np.array([0, 1, 2, 3])) == 4
    assert effective_number(np.array([0] * 98 + [1, 2])) == pytest.approx(100**2 / (98**2 + 2))


@given(st.lists(st.lists(st.integers(-3, 39), max_size=4), min_size=1, max_size=40))
def test_units_never_join_components_and_do_not_depend_on_chance(lists: list[list[int]]) -> None:
    links = targets(*[[row if row < len(lists) else DANGLING for row in rows] for rows in lists])
    components = connect(links)
    queries = np.arange(len(links))
    units = resampling_units(components, links, queries)
    assert units.labels.tolist() == resampling_units(components, links, queries).labels.tolist()
    for one, other in itertools.combinations(range(len(links)), 2):
        if units.labels[one] == units.labels[other]:
            assert components.labels[one] == components.labels[other]
