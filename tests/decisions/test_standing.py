"""What stands after undos."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recommender.decisions.record import Decision, new_decision
from recommender.decisions.standing import Standing, standing


def accept(target: str, source: str = "/a") -> Decision:
    return new_decision("Ada", "accept", source=source, target=target)


def undo(decision: Decision, who: str = "Ada") -> Decision:
    return new_decision(who, "undo", undoes=decision.id)


def test_an_undo_takes_back_and_can_be_taken_back() -> None:
    first, second = accept("/b"), accept("/c")
    back = undo(first)
    again = undo(back)
    assert standing([first, second]) == (first, second)
    assert standing([first, second, back]) == (second,)
    assert standing([first, second, back, again]) == (first, second)
    assert standing([first, second, back, again, undo(again)]) == (second,)


def test_lists_and_targets_are_apart() -> None:
    one, other = accept("/b"), accept("/b", "/c")
    never = new_decision("Ada", "never", target="/b")
    found = Standing([one, other, never])
    assert found.of_article("/a") == (one,)
    assert found.of_article("/c") == (other,)
    assert found.of_target("/b") == (never,)
    assert found.articles == ["/a", "/c"]
    assert found.never == ["/b"]
    assert found.last_about("/a") == one.id
    back = undo(one)
    found.add(back)
    assert found.articles == ["/c"]
    assert found.last_about("/a") == back.id
    assert found.last_about("/nothing") == ""
    assert found.holds(one.id) is None
    assert found.holds(never.id) == never


def test_the_last_decision_of_a_person() -> None:
    mine, theirs = accept("/b"), new_decision("Bob", "reject", source="/a", target="/c")
    found = Standing([mine, theirs])
    assert found.last_of("Ada") == mine
    assert found.last_of("Bob") == theirs
    found.add(undo(mine))
    assert found.last_of("Ada") is None


def test_a_merged_file_counts_a_line_once_and_passes_over_an_undo_of_nothing() -> None:
    first = accept("/b")
    found = Standing([first, first, new_decision("Ada", "undo", undoes="gone")])
    assert found.of_article("/a") == (first,)
    back = undo(first)
    assert Standing([first, back, first]).of_article("/a") == ()


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=12))
def test_it_is_what_a_plain_reading_gives(steps: list[tuple[bool, int]]) -> None:
    lines: list[Decision] = []
    for is_undo, number in steps:
        if is_undo and lines:
            lines.append(undo(lines[number % len(lines)]))
        else:
            lines.append(accept(f"/{number}"))

    def holds(place: int) -> bool:
        """A line holds unless a later undo of it does."""
        own = lines[place].id
        return not any(lines[later].undoes == own and holds(later) for later in range(place + 1, len(lines)))

    plain = [line for place, line in enumerate(lines) if line.undoes is None and holds(place)]
    assert list(standing(lines)) == plain
    grown = Standing()
    for line in lines:
        grown.add(line)
    assert list(grown.of_article("/a")) == plain
    assert list(Standing(lines).of_article("/a")) == plain


def test_long_chains_of_undos_and_many_lines_about_one_list() -> None:
    first = accept("/b")
    lines = [first]
    for _ in range(50_000):
        lines.append(undo(lines[-1]))
    found = Standing(lines)
    assert found.of_article("/a") == (first,)
    assert found.holds(first.id) == first
    assert found.last_of("Ada") == first
    pins = [new_decision("Ada", "pin", source="/a", target=f"/{at % 139}", position=1 + at % 7) for at in range(60_000)]
    found.extend(pins)
    assert len(found.of_article("/a")) == 60_001
    assert found.last_of("Ada") == pins[-1]


@given(st.lists(st.integers(0, 8), max_size=30))
def test_lines_taken_together_or_one_by_one(numbers: list[int]) -> None:
    lines: list[Decision] = []
    for number in numbers:
        lines.append(undo(lines[-number]) if 0 < number <= len(lines) else accept("/b", f"/{number % 2}"))
    one_by_one = Standing()
    for line in lines:
        one_by_one.add(line)
    together = Standing(lines)
    for key in ("/0", "/1"):
        assert together.of_article(key) == one_by_one.of_article(key)
    for line in lines:
        assert together.holds(line.id) == one_by_one.holds(line.id)
