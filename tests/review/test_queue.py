"""The queue: who waits, and who comes next."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.review.queue import TRAITS, Filters, Queue

N = 8
SCORES = np.array([0.5, 0.2, -np.inf, 0.9, 0.2, 0.7, 0.1, 0.3])
GROUPS = ["a", "b", "a", "b", "a", "b", "a", "b"]
TITLES = ["Ode", "ash", "Elm", "Oak", "oak", "Bay", "yew", "Fir"]
NONE = {name: np.zeros(N, dtype=np.bool_) for name in TRAITS}


def queue(sources: tuple[int, ...] = tuple(range(N))) -> Queue:
    return Queue(np.array(sources), GROUPS, TITLES, SCORES)


def decided(*rows: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.isin(np.arange(N), rows)


def test_orders() -> None:
    assert queue().rows(Filters(), decided(), NONE).tolist() == list(range(8))
    assert queue().rows(Filters(order="title"), decided(), NONE).tolist() == [1, 5, 2, 7, 3, 4, 0, 6]
    assert queue().rows(Filters(order="weakest"), decided(), NONE).tolist() == [2, 6, 1, 4, 7, 0, 5, 3]
    assert queue().rows(Filters(order="strongest"), decided(), NONE).tolist() == [3, 5, 0, 7, 1, 4, 6, 2]


def test_filters() -> None:
    traits = NONE | {"orphans": np.isin(np.arange(N), [1, 2, 3]), "no_links": np.isin(np.arange(N), [2, 3, 4])}
    asked = queue((0, 1, 2, 3))
    assert asked.rows(Filters(), decided(2), traits).tolist() == [0, 1, 3]
    assert asked.rows(Filters(state="decided"), decided(2, 7), traits).tolist() == [2]
    assert asked.rows(Filters(state="all", subject="b"), decided(), traits).tolist() == [1, 3]
    assert asked.rows(Filters(orphans=True), decided(), traits).tolist() == [1, 2, 3]
    assert asked.rows(Filters(orphans=True, no_links=True), decided(), traits).tolist() == [2, 3]
    assert asked.rows(Filters(flagged=True), decided(), traits).tolist() == []
    assert asked.rows(Filters(words="oak"), decided(), traits, np.array([3, 4])).tolist() == [3]


def test_places() -> None:
    rows = np.array([1, 3, 6])
    here = queue().place(3, rows, "site")
    assert (here.number, here.total, here.before, here.after) == (2, 3, 1, 6)
    # One that has left keeps its neighbours.
    gone = queue().place(2, rows, "site")
    assert (gone.number, gone.before, gone.after) == (0, 1, 3)
    assert queue().place(7, rows, "site").after is None
    assert queue().place(0, rows, "site").before is None
    nothing = queue().place(0, np.array([], dtype=np.int64), "weakest")
    assert (nothing.number, nothing.total, nothing.before, nothing.after) == (0, 0, None, None)


filters = st.builds(
    Filters,
    state=st.sampled_from(["undecided", "decided", "all"]),
    order=st.sampled_from(["site", "title", "weakest", "strongest"]),
    words=st.text(max_size=5).map(str.strip),
    subject=st.text(max_size=5),
    no_links=st.booleans(),
    low_confidence=st.booleans(),
    orphans=st.booleans(),
    flagged=st.booleans(),
    duplicates=st.booleans(),
)


@given(filters)
def test_an_address_says_the_filters(wanted: Filters) -> None:
    from urllib.parse import parse_qsl

    said = dict(parse_qsl(wanted.query(key="/a&b"), keep_blank_values=True))
    assert said.pop("key") == "/a&b"
    assert Filters.parse(said) == wanted
    assert wanted.is_plain == (said == {})


@pytest.mark.parametrize("query", [{"state": "x", "order": "y", "no_links": "yes"}, {}])
def test_what_is_not_understood_is_passed_over(query: dict[str, str]) -> None:
    assert Filters.parse(query) == Filters()


@given(st.sets(st.integers(0, N - 1)), st.sampled_from(["site", "title", "weakest", "strongest"]))
def test_next_and_previous_lead_through_the_whole_queue(done: set[int], order: str) -> None:
    own = queue()
    rows = own.rows(Filters(order=order), decided(*done), NONE)  # type: ignore[arg-type]
    for number, row in enumerate(rows.tolist()):
        place = own.place(row, rows, order)  # type: ignore[arg-type]
        assert place.number == number + 1
        assert place.before == (rows[number - 1] if number else None)
        assert place.after == (rows[number + 1] if number + 1 < len(rows) else None)
