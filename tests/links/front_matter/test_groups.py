from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from recommender.links.front_matter import (
    EditError,
    Kept,
    Splice,
    Style,
    Written,
    common_style,
    edit_links,
    open_front_matter,
    spliced,
    style_of,
)
from recommender.links.writing.plan import in_groups
from recommender.settings import LinkNames, RelatedSettings

GROUPS = RelatedSettings(
    field="relatedlinks", shape="groups", names=LinkNames(id=None, title="title", group=None, url="url")
)
TWO = """\
---
title: Knots
relatedlinks:
  - heading: More about rope # the usual
    links:
    - url: /splice/
      title: Splices
      description: Ends that are woven.
    - url: /whip/
      title: Whippings
  - heading: Elsewhere
    links:
    # the only one
    - url: /sail/
      title: 'Sails'
order: 3
---
Text
"""
NEW = Written({"url": "/rig/", "title": "Rigging"})


def test_a_new_link_goes_into_the_last_group() -> None:
    edit = edit_links(TWO, {1: Kept(0), 2: Kept(1), 3: Kept(2), 4: NEW}, GROUPS)
    new = "    - url: /rig/\n      title: Rigging\n"
    assert edit.text == TWO.replace("order: 3", new + "order: 3")
    assert edit.splices == (Splice(TWO.index("order: 3"), TWO.index("order: 3"), new),)


def test_a_new_link_takes_the_place_of_one_that_goes() -> None:
    edit = edit_links(TWO, {1: NEW, 2: Kept(1), 3: Kept(2)}, GROUPS)
    old = "    - url: /splice/\n      title: Splices\n      description: Ends that are woven.\n"
    assert edit.text == TWO.replace(old, "    - url: /rig/\n      title: Rigging\n")


def test_a_group_goes_with_its_last_link() -> None:
    edit = edit_links(TWO, {1: Kept(0), 2: Kept(1)}, GROUPS)
    assert edit.text == TWO[: TWO.index("  - heading: Elsewhere")] + TWO[TWO.index("order: 3") :]


def test_without_links_the_field_goes() -> None:
    edit = edit_links(TWO, {}, GROUPS)
    assert edit.text == TWO[: TWO.index("relatedlinks")] + TWO[TWO.index("order: 3") :]


def test_a_part_is_written_anew_where_it_is() -> None:
    slots = {1: Kept(0), 2: Kept(1, {"title": "Whipped ends"}), 3: Kept(2)}
    assert edit_links(TWO, slots, GROUPS).text == TWO.replace("Whippings", "Whipped ends")


def test_links_keep_their_order() -> None:
    with pytest.raises(EditError, match="their order is kept"):
        edit_links(TWO, {1: Kept(2), 2: Kept(0)}, GROUPS)


@pytest.mark.parametrize("value", ["", " []", " ~"])
def test_a_file_without_links_gets_the_usual_group(value: str) -> None:
    site = common_style([style_of(open_front_matter(TWO, GROUPS), GROUPS)] * 2)
    field = f"relatedlinks:{value}\n" if value else ""
    text = f"---\ntitle: Ropes\n{field}---\n"
    edit = edit_links(text, {1: NEW, 2: Written({"url": "/b/", "title": "B"})}, GROUPS, site)
    assert edit.text == (
        "---\ntitle: Ropes\nrelatedlinks:\n  - heading: Elsewhere\n    links:\n"
        "      - url: /rig/\n        title: Rigging\n      - url: /b/\n        title: B\n---\n"
    )


def test_a_file_without_links_gets_none_where_the_groups_differ() -> None:
    with pytest.raises(EditError, match="not alike"):
        edit_links("---\ntitle: Ropes\n---\n", {1: NEW}, GROUPS, Style())


@pytest.mark.parametrize(
    "field",
    [
        # An alias, a merged link, a link that is a field and no item of a list.
        "relatedlinks:\n  - links: [&a {url: /a/, title: A}, *a]\n",
        "base: &b {links: [{url: /a/, title: A}]}\nrelatedlinks:\n  - <<: *b\n",
        "relatedlinks:\n  next: {url: /a/, title: A}\n",
    ],
)
def test_what_cannot_be_edited_is_refused(field: str) -> None:
    text = f"---\n{field}---\n"
    there = len(open_front_matter(text, GROUPS).links)
    with pytest.raises(EditError):
        edit_links(text, {**{at + 1: Kept(at) for at in range(there)}, there + 1: NEW}, GROUPS)


def test_new_links_take_free_places_in_groups() -> None:
    assert in_groups({1: Kept(2), 2: NEW, 3: Kept(0)}, 4) == {1: Kept(0), 2: NEW, 3: Kept(2)}
    assert in_groups({1: NEW, 2: Kept(0)}, 1) == {1: Kept(0), 2: NEW}


links = st.builds(
    lambda number, title: {"url": f"/{number}/", "title": title}, st.integers(0, 99), st.text("ab c:#'", min_size=1)
)


@st.composite
def grouped(draw: Any) -> tuple[str, list[dict[str, str]]]:
    """A field of groups in several forms, and its links."""
    held: list[dict[str, str]] = []
    lines = ["relatedlinks:\n"]
    for number in range(draw(st.integers(1, 3))):
        lines.append(f"- heading: 'Group {number}'{draw(st.sampled_from(['', ' # note']))}\n")
        own = draw(st.lists(links, min_size=1, max_size=3))
        held += own
        if draw(st.booleans()):
            lines.append(f"  links: [{', '.join(map(str, own))}]\n".replace('"', "'") if _plain(own) else _block(own))
        else:
            lines.append(_block(own))
        lines.append(draw(st.sampled_from(["", "  # end\n", "\n"])))
    return f"---\ntitle: T\n{''.join(lines)}order: 1\n---\nText\n", held


def _plain(own: list[dict[str, str]]) -> bool:
    return not any("'" in link["title"] for link in own)


def _block(own: list[dict[str, str]]) -> str:
    quoted = ["    - url: {}\n      title: '{}'\n".format(one["url"], one["title"].replace("'", "''")) for one in own]
    return "  links:\n" + "".join(quoted)


@given(grouped(), st.data())
def test_any_change_of_groups_is_what_was_asked(case: tuple[str, list[dict[str, str]]], data: Any) -> None:
    text, held = case
    stay = [at for at in range(len(held)) if data.draw(st.booleans())]
    new = data.draw(st.lists(links.filter(lambda one: bool(one["title"].strip())), max_size=3))
    items = in_groups(dict(enumerate([*(Kept(at) for at in stay), *map(Written, new)], start=1)), len(held))
    edit = edit_links(text, items, GROUPS)
    after = yaml.safe_load(edit.text.split("---\n")[1])
    there = [link for group in after.get("relatedlinks") or [] for link in group["links"]]
    asked = [held[one.index] if isinstance(one, Kept) else one.parts for _, one in sorted(items.items())]
    assert there == asked
    assert [name for name in after if name != "relatedlinks"] == ["title", "order"]
    assert edit.text.endswith("order: 1\n---\nText\n")
    again = {at: Kept(at - 1) for at in range(1, len(asked) + 1)}
    assert edit_links(edit.text, again, GROUPS).splices == ()
    back, moved = [], 0
    for splice in sorted(edit.splices, key=lambda one: (one.start, one.end)):
        start = splice.start + moved
        back.append(Splice(start, start + len(splice.text), text[splice.start : splice.end]))
        moved += len(splice.text) - (splice.end - splice.start)
    assert spliced(edit.text, back) == text
