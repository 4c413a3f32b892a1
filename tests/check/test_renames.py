from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.check.renames import Likely, LikelyTargets, last_part, words
from recommender.corpus.article import Link
from tests.check.helpers import one, to


def likely(link: Link, *names: str, target: str = "url") -> Likely | None:
    return LikelyTargets([one(name) for name in names], target).find(link)  # type: ignore[arg-type]


def test_the_same_name_in_another_folder() -> None:
    assert likely(to("old/osmosis"), "biology/osmosis", "x") == Likely(0, "same name in another place")


def test_of_several_the_one_whose_whole_name_is_nearest() -> None:
    names = ("a/overview", "guides/overview", "z/overview")
    assert likely(to("guide/overview"), *names) == Likely(1, "same name in another place")


def test_the_order_of_words_does_not_matter() -> None:
    found = likely(to("cardiac-and-smooth-muscles"), "smooth-and-cardiac-muscles")
    assert found == Likely(0, "100% alike")


def test_what_is_only_nearest_is_called_so() -> None:
    found = likely(to("criteria-for-autism"), "criteria-for-asthma", "x")
    assert found is not None
    assert found.near
    assert likely(to("photosynthesis"), "inflation") is None


@pytest.mark.parametrize(
    ("name", "part"),
    [("/a/b/", "b"), ("/a/b.html?x=1#y", "b"), ("b.md", "b"), ("/", ""), ("version-1.2", "version-1.2")],
)
def test_last_part(name: str, part: str) -> None:
    assert last_part(name) == part


def test_titles_and_slugs_are_the_same_words() -> None:
    assert words("What is the Krebs_cycle?") == words("what-is-the-krebs-cycle") == "what is the krebs cycle"


@settings(deadline=None)
@given(st.lists(st.text("abc-", min_size=1, max_size=12), min_size=1, max_size=8, unique=True), st.data())
def test_a_name_that_exists_is_nearest_to_itself(names: list[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(names))
    found = likely(to(f"old/{name}"), *names)
    if words(name):
        assert found is not None
        assert words(names[found.row]) == words(name)


def naive_similarity(one: str, other: str) -> float:
    """Twice the longest common subsequence over both lengths."""
    row = [0] * (len(other) + 1)
    for char in one:
        last, row = row, [0]
        for at, against in enumerate(other):
            row.append(last[at] + 1 if char == against else max(last[at + 1], row[-1]))
    return 2 * row[-1] / (len(one) + len(other))


@settings(deadline=None)
@given(st.lists(st.text("abcd -", min_size=3, max_size=12), min_size=1, max_size=8, unique=True), st.text("abcd -"))
def test_the_most_similar_name_is_the_one_that_a_plain_search_finds(names: list[str], asked: str) -> None:
    found = likely(Link(asked), *names)
    forms = [" ".join(sorted(words(name).split())) for name in names]
    wanted = " ".join(sorted(words(last_part(asked)).split()))
    if not wanted or words(last_part(asked)) in map(words, names):
        return
    best = max(naive_similarity(wanted, form) for form in forms if form) if any(forms) else 0.0
    if best < 0.75:
        assert found is None
    else:
        assert found is not None
        assert naive_similarity(wanted, forms[found.row]) == pytest.approx(best)
        assert found.near == (best < 0.9)
