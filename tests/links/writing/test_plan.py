from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.corpus.article import Article, Link
from recommender.links.front_matter import Item, Kept, Written
from recommender.links.writing import FillRules, plan
from recommender.links.writing.plan import as_it_is
from recommender.settings import RelatedSettings

NUMBERED = RelatedSettings()
LIST = RelatedSettings(field="related", shape="strings")


def article(*places: int) -> Article:
    return Article("/a", "a.md", "A", links=tuple(Link(f"/{place}", place=place) for place in places))


def new(row: int) -> Written:
    return Written({"url": f"/new/{row}"})


def planned(
    there: dict[int, int], wanted: list[int], rules: FillRules, related: RelatedSettings = NUMBERED
) -> dict[int, Item]:
    """`there` maps places to rows of targets."""
    return plan(article(*there), list(there.values()), {row: new(row) for row in wanted}, related, rules)


@pytest.mark.parametrize(
    ("there", "wanted", "rules", "expected"),
    [
        # Free places are filled in order, gaps first; a link that is there is not written again.
        ({1: 10, 3: 30}, [10, 40, 30, 50], FillRules(5), {1: Kept(0), 2: new(40), 3: Kept(1), 4: new(50)}),
        ({1: 10, 2: 20}, [30, 40], FillRules(3), {1: Kept(0), 2: Kept(1), 3: new(30)}),
        # More links than places stay.
        ({1: 10, 2: 20, 3: 30}, [40], FillRules(2), {1: Kept(0), 2: Kept(1), 3: Kept(2)}),
        # A link that leads nowhere takes its place too.
        ({1: -1}, [20], FillRules(2), {1: Kept(0), 2: new(20)}),
        ({}, [], FillRules(5), {}),
        # Written over from the first place on: 2 moves up, 1 goes, what stands behind stays.
        ({1: 10, 2: 20, 3: 30}, [20, 40], FillRules(5, overwrite=True), {1: Kept(1), 2: new(40), 3: Kept(2)}),
        ({1: 10, 2: 20}, [], FillRules(5, overwrite=True), {1: Kept(0), 2: Kept(1)}),
        # What stands behind and would be a repeat goes.
        ({1: 10, 2: 20, 3: 20}, [20], FillRules(5, overwrite=True), {1: Kept(1)}),
        # Links that are not proposed go; the others stay in their order and close up.
        ({1: 10, 2: 20, 3: 30}, [30, 40, 10], FillRules(5, remove=True), {1: Kept(0), 2: Kept(2), 3: new(40)}),
        ({1: 10, 2: -2}, [], FillRules(5, remove=True), {}),
        # Both: exactly the list.
        ({1: 10, 2: 20, 3: 30}, [30, 40], FillRules(5, overwrite=True, remove=True), {1: Kept(2), 2: new(40)}),
    ],
)
def test_what_goes_where(there: dict[int, int], wanted: list[int], rules: FillRules, expected: dict[int, Item]) -> None:
    assert planned(there, wanted, rules) == expected


def test_a_list_has_no_gaps() -> None:
    # The second item is empty; links count by their positions among themselves.
    assert planned({1: 10, 3: 30}, [40], FillRules(5), LIST) == {1: Kept(0), 2: Kept(1), 3: new(40)}


@settings(deadline=None)
@given(
    st.dictionaries(st.integers(1, 5), st.integers(-3, 9), max_size=5).map(lambda found: dict(sorted(found.items()))),
    st.lists(st.integers(0, 9), unique=True, max_size=6),
    st.builds(FillRules, st.integers(1, 5), st.booleans(), st.booleans()),
    st.sampled_from([NUMBERED, LIST]),
)
def test_a_second_run_finds_nothing_to_do(
    there: dict[int, int], wanted: list[int], rules: FillRules, related: RelatedSettings
) -> None:
    rows = list(there.values())
    once = planned(there, wanted, rules, related)

    def row(item: Item) -> int:
        return rows[item.index] if isinstance(item, Kept) else int(str(item.parts["url"]).rpartition("/")[2])

    after = {place: row(item) for place, item in once.items()}
    assert planned(after, wanted, rules, related) == as_it_is(article(*after), related)
    kept = [item.index for item in once.values() if isinstance(item, Kept)]
    assert len(kept) == len(set(kept))
    added = [row(item) for item in once.values() if isinstance(item, Written)]
    assert len(added) == len(set(added))
    assert not set(added) & {rows[at] for at in kept}
    if not rules.overwrite and not rules.remove:
        assert kept == list(range(len(rows)))
    if rules.overwrite and rules.remove:
        assert list(after.values()) == wanted[: rules.places]
