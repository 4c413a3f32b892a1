"""The lists of a site, kept up to date one article at a time."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.corpus.resolve import DANGLING, EXTERNAL
from recommender.decisions.meaning import Decided, Edit
from recommender.review.lists import LinkLists

CURATED = [np.array(rows, dtype=np.int32) for rows in ([1, 1, 0, DANGLING, 2], [], [EXTERNAL], [0])]

edits = st.lists(
    st.one_of(
        st.builds(Edit, st.sampled_from(["accept", "reject"]), st.tuples(st.integers(0, 3))),
        st.builds(Edit, st.just("pin"), st.tuples(st.integers(0, 3)), st.integers(1, 3)),
        st.builds(Edit, st.just("reorder"), st.permutations([0, 1, 2, 3]).map(tuple)),
    ),
    max_size=4,
).map(tuple)
steps = st.one_of(
    st.tuples(st.just("decide"), st.integers(0, 3), edits),
    st.tuples(st.just("never"), st.integers(0, 3), st.booleans()),
    st.tuples(st.just("write"), st.integers(0, 3), st.lists(st.integers(-1, 3), max_size=4)),
)


def test_curated_links_are_where_it_begins() -> None:
    lists = LinkLists(CURATED)
    assert [lists.of(row) for row in range(4)] == [[1, 2], [], [], [0]]
    assert lists.inbound.tolist() == [1, 1, 1, 0]
    assert lists.outbound.tolist() == [2, 0, 0, 1]
    # A link out of the site is a link.
    assert lists.without_links.tolist() == [False, True, False, False]


@given(st.lists(steps, max_size=8))
def test_counts_are_those_of_the_lists(done: list[tuple[str, int, object]]) -> None:
    lists = LinkLists(CURATED)
    curated = {row: [target for target in dict.fromkeys(found.tolist()) if target >= 0 and target != row]
               for row, found in enumerate(CURATED)}  # fmt: skip
    decided: dict[int, tuple[Edit, ...]] = {}
    never: set[int] = set()
    for kind, row, value in done:
        if kind == "decide":
            own = tuple(edit for edit in value if edit.verdict == "reorder" or edit.targets[0] != row)  # type: ignore[attr-defined]
            lists.decide(row, own)
            decided[row] = own
        elif kind == "never":
            lists.suggest(row, never=bool(value))
            (never.add if value else never.discard)(row)
        else:
            lists.write(row, np.array(value, dtype=np.int32))
            curated[row] = [target for target in dict.fromkeys(value) if target >= 0 and target != row]  # type: ignore[call-overload]
    found = [Decided({row: decided.get(row, ())}, frozenset(never)).arranged(row, curated[row]) for row in range(4)]
    assert [lists.of(row) for row in range(4)] == found
    assert lists.outbound.tolist() == [len(links) for links in found]
    assert lists.inbound.tolist() == [sum(row in links for links in found) for row in range(4)]
    assert lists.decided.tolist() == [bool(decided.get(row)) for row in range(4)]
