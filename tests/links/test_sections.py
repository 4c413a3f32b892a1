from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.links.front_matter import EditError, Kept, Written
from recommender.links.front_matter.items import spliced
from recommender.links.sections import TARGET, TITLE, SectionStyle, edit_section, open_text, style_of_sections

HEADINGS = frozenset({"see also", "siehe auch"})
TEXT = """---
title: The valve
---

How the valve works.

## See also

* [The tank](/tank/) with a word
* [The pump](/pump/)
  and a second line

## More

Another [link](/x/).
"""


def link(title: str, target: str) -> Written:
    return Written({TARGET: target, TITLE: title})


def edit(text: str, slots: dict[int, Any], style: SectionStyle | None = None) -> str:
    opened = open_text(text, HEADINGS)
    splices = edit_section(opened, slots, HEADINGS, style or style_of_sections([opened]))
    return spliced(text, list(splices))


def test_new_links_go_behind_the_others_in_their_style() -> None:
    found = edit(TEXT, {1: Kept(0), 2: Kept(1), 3: link("A [b]", "/c d/")})
    assert found == TEXT.replace("second line\n", "second line\n* [A \\[b\\]](</c d/>)\n")


def test_links_go_change_places_and_are_replaced() -> None:
    first, second = "* [The tank](/tank/) with a word\n", "* [The pump](/pump/)\n  and a second line\n"
    assert edit(TEXT, {1: Kept(1)}) == TEXT.replace(first + second, second)
    assert edit(TEXT, {1: Kept(1), 2: Kept(0)}) == TEXT.replace(first + second, second + first)
    assert edit(TEXT, {1: link("New", "/n/"), 2: Kept(1)}) == TEXT.replace(first, "* [New](/n/)\n")
    assert edit(TEXT, {1: Kept(0), 2: Kept(1)}) == TEXT


def test_a_section_without_links_goes() -> None:
    before, _, rest = TEXT.partition("## See also\n")
    assert edit(TEXT, {}) == before + "## More" + rest.partition("## More")[2]


@pytest.mark.parametrize("body", ["Text.", "Text.\n", "Text.\n\n\n", "", "Text\r\nmore\r\n"])
def test_a_file_without_a_section_gets_one_at_its_end(body: str) -> None:
    newline = "\r\n" if "\r\n" in body else "\n"
    text = f"---{newline}title: A{newline}---{newline}{body}"
    found = edit(text, {1: link("B", "/b/")}, SectionStyle("### Siehe auch", "- "))
    assert found.rstrip().endswith(newline.join(["### Siehe auch", "", "- [B](/b/)"]))
    assert found.startswith(text.rstrip())
    assert [one.target for one in open_text(found, HEADINGS).links] == ["/b/"]


def test_wikilinks_and_numbers() -> None:
    text = "## See also\n\n1. [[tank|The tank]]\n2. [[pump|The pump]]\n"
    found = edit(text, {1: Kept(0), 2: Kept(1), 3: link("A|b]", "a")})
    assert found == text + "3. [[a|A b ]]\n"
    assert edit("**See also**: [[tank]]\n\n", {1: Kept(0)}) == "**See also**: [[tank]]\n\n"


@pytest.mark.parametrize(
    "text",
    [
        "## See also\n\nRead [A](/a/) and [B](/b/) first.\n",
        "## See also\n\nFirst [A](/a/)\n\n[B](/b/)\n",
        "## See also\n\n[A](/a/), [B](/b/) first\n",
    ],
)
def test_running_text_is_left_as_it_is(text: str) -> None:
    with pytest.raises(EditError, match="running text") as caught:
        edit(text, {1: Kept(0), 2: link("C", "/c/")})
    assert caught.value.rule == "unsupported-layout"


def test_what_would_not_be_read_back_is_not_written() -> None:
    with pytest.raises(EditError, match="not be what was meant"):
        edit(TEXT, {1: Kept(0), 2: link("B", "/b>(x/")})


titles = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=9)


@given(st.lists(titles, max_size=4), st.data())
def test_only_items_of_links_change(names: list[str], data: st.DataObject) -> None:
    marker = data.draw(st.sampled_from(["- ", "* ", "1. "]))
    there = [f"{marker}[{at}](/{at}/)" for at in range(data.draw(st.integers(1, 4)))]
    tail = data.draw(st.sampled_from(["", "\n## More\n\nEnd.\n", "\n## More\n\n- [x](/x/)"]))
    text = "\n".join(["Begin.", "", "## See also", "", *there, ""]) + tail
    opened = open_text(text, HEADINGS)
    kept = data.draw(
        st.permutations(range(len(there))).map(lambda order: order[: data.draw(st.integers(0, len(order)))])
    )
    items: list[Any] = [*map(Kept, kept), *(link(name, f"/new/{at}/") for at, name in enumerate(names))]
    try:
        found = edit(text, dict(enumerate(items, start=1)), SectionStyle())
    except EditError as error:
        # Such as a title of nothing but marks.
        assert error.rule == "not-written"  # noqa: PT017 - either outcome is right
        return
    if items:
        assert [one.target for one in open_text(found, HEADINGS).links] == [
            *(opened.links[at].target for at in kept), *(f"/new/{at}/" for at in range(len(names)))
        ]  # fmt: skip
    assert found.startswith("Begin.\n\n")
    assert found.endswith(tail)


def test_links_in_one_line_stay_in_one_line() -> None:
    text = "## See also\n\n  [A](/a/), [B, b](/b/)\n\n## More\n"
    assert edit(text, {1: Kept(0), 2: Kept(1), 3: link("C", "/c/")}) == text.replace("/b/)", "/b/), [C](/c/)")
    assert edit(text, {1: link("C", "/c/"), 2: Kept(0)}) == text.replace("[A](/a/), [B, b](/b/)", "[C](/c/), [A](/a/)")
    assert edit(text, {}) == "## More\n"
    single = "## See also\n\n[[A]]\n"
    assert edit(single, {1: Kept(0), 2: link("B", "B")}) == single.replace("[[A]]", "[[A]], [[B]]")


@pytest.mark.parametrize(
    ("there", "after"),
    [
        ("[A](/a/),\n[B](/b/)\n", "[A](/a/),\n[B](/b/),\n[C](/c/)\n"),
        ("[A](/a/)\n[B](/b/)\n", "[A](/a/)\n[B](/b/)\n[C](/c/)\n"),
        ("[A](/a/)\n\n[B](/b/)\n", "[A](/a/)\n\n[B](/b/)\n\n[C](/c/)\n"),
        ("[A](/a/) and [B](/b/).\n", "[A](/a/) and [B](/b/) and [C](/c/).\n"),
        ("[A](/a/) | [B](/b/)\n", "[A](/a/) | [B](/b/) | [C](/c/)\n"),
        # An item may say more, and hold several links, where it stays as it is.
        ("- [A](/a/) or [B](/b/)\n", "- [A](/a/) or [B](/b/)\n- [C](/c/)\n"),
        ("- The old\n  [A](/a/) page\n1. [B](/b/)", "- The old\n  [A](/a/) page\n1. [B](/b/)\n2. [C](/c/)\n"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_link_is_added_to_links_of_any_layout(there: str, after: str, end: str) -> None:
    text = f"## See also\n\n{there}".replace("\n", end)
    assert edit(text, {1: Kept(0), 2: Kept(1), 3: link("C", "/c/")}) == f"## See also\n\n{after}".replace("\n", end)


@pytest.mark.parametrize(
    ("there", "changes", "after"),
    [
        ("* [A b](/a/) first\n", {TARGET: "/n/"}, "* [A b](/n/) first\n"),
        ('* [A b](</a/> "hint")\n', {TARGET: "/n m/"}, '* [A b](</n m/> "hint")\n'),
        ("[A b](/a/), [B](/b/)\n", {TARGET: "/n/", TITLE: "New [1]"}, "[New \\[1\\]](/n/), [B](/b/)\n"),
        ("- [[/a/|A b]]\n", {TARGET: "/n/"}, "- [[/n/|A b]]\n"),
        ("- [[/a/]]\n", {TARGET: "/n/"}, "- [[/n/]]\n"),
    ],
)
def test_a_link_is_written_anew_where_it_is(there: str, changes: dict[str, str], after: str) -> None:
    text = f"## See also\n\n{there}"
    slots = {at + 1: Kept(at, changes if at == 0 else {}) for at in range(there.count("/a/") + there.count("/b/"))}
    assert edit(text, slots) == f"## See also\n\n{after}"


def test_a_link_by_reference_is_not_written_anew() -> None:
    with pytest.raises(EditError, match="by hand"):
        edit("## See also\n\n- [A][a]\n\n[a]: /a/\n", {1: Kept(0, {TARGET: "/n/"})})


def test_no_section_is_written_into_code_that_does_not_end() -> None:
    with pytest.raises(EditError, match="has no end") as caught:
        edit("Text.\n\n```js\nlet a = 1\n", {1: link("B", "/b/")})
    assert caught.value.line == 3
