from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from recommender.corpus.curated import KEY, VALUE
from recommender.links.front_matter import (
    EditError,
    Kept,
    Written,
    common_style,
    edit_links,
    open_front_matter,
    style_of,
)
from recommender.settings import RelatedSettings

BY_ADDRESS = RelatedSettings(field="related", shape="pairs", target="url", target_name=KEY)
BY_TITLE = RelatedSettings(field="related", shape="pairs", target="url", target_name=VALUE)
MAPPING = """\
---
title: Knots
related:
    /splice/: Splices # first
    /whip/: "Whippings"
order: 3
---
"""
LIST = """\
---
related:
- Splices: /splice/
- Whippings: /whip/
---
"""


def test_a_mapping_gets_a_line() -> None:
    edit = edit_links(MAPPING, {1: Kept(0), 2: Kept(1), 3: Written({"/a: b/": "Rig: all"})}, BY_ADDRESS)
    assert edit.text == MAPPING.replace("order: 3", '    "/a: b/": "Rig: all"\norder: 3')


def test_a_list_gets_an_item() -> None:
    edit = edit_links(LIST, {1: Kept(0), 2: Written({"Rigging": "/rig/"}), 3: Kept(1)}, BY_TITLE)
    assert edit.text == LIST.replace("- Whippings", "- Rigging: /rig/\n- Whippings")


@pytest.mark.parametrize(("text", "settings"), [(MAPPING, BY_ADDRESS), (LIST, BY_TITLE)])
def test_one_goes(text: str, settings: RelatedSettings) -> None:
    edit = edit_links(text, {1: Kept(1)}, settings)
    assert edit.text == "".join(line for line in text.splitlines(keepends=True) if "plice" not in line)


def test_an_address_or_a_title_is_written_anew() -> None:
    edit = edit_links(MAPPING, {1: Kept(0, {KEY: "/splices/"}), 2: Kept(1, {VALUE: "Whipped"})}, BY_ADDRESS)
    assert edit.text == MAPPING.replace("/splice/", "/splices/").replace("Whippings", "Whipped")
    edit = edit_links(LIST, {1: Kept(0, {VALUE: "/s/"}), 2: Kept(1, {KEY: "Whipped"})}, BY_TITLE)
    assert edit.text == LIST.replace("/splice/", "/s/").replace("Whippings", "Whipped")


@pytest.mark.parametrize(
    ("like", "settings", "new", "written"),
    [
        (MAPPING, BY_ADDRESS, {"/rig/": "Rigging"}, 'related:\n    /rig/: "Rigging"\n'),
        (LIST, BY_TITLE, {"Rigging": "/rig/"}, "related:\n- Rigging: /rig/\n"),
        ("---\nrelated: {A: /a/}\n---\n", BY_TITLE, {"Rigging": "/rig/"}, "related: {Rigging: /rig/}\n"),
    ],
)
@pytest.mark.parametrize("empty", ["", "related:\n", "related: {}\n"])
def test_a_file_without_links_is_written_as_the_others(
    like: str, settings: RelatedSettings, new: dict[str, str], written: str, empty: str
) -> None:
    site = common_style([style_of(open_front_matter(like, settings), settings)])
    edit = edit_links(f"---\ntitle: T\n{empty}---\n", {1: Written(new)}, settings, site)
    assert edit.text == f"---\ntitle: T\n{written}---\n"


@pytest.mark.parametrize(
    "field",
    [
        "related:\n- A: /a/\n  B: /b/\n",
        "other: &o\n  A: /a/\nrelated:\n  <<: *o\n  B: /b/\n",
        "other: &o\n  A: /a/\nrelated: *o\n",
        "related:\n  ? A\n  : /a/\n",
    ],
)
def test_what_cannot_be_edited_is_refused(field: str) -> None:
    text = f"---\n{field}---\n"
    there = len(open_front_matter(text, BY_TITLE).links)
    with pytest.raises(EditError):
        edit_links(text, {**{at + 1: Kept(at) for at in range(there)}, there + 1: Written({"N": "/n/"})}, BY_TITLE)


def test_a_title_that_is_there_already_is_refused() -> None:
    with pytest.raises(EditError, match="twice"):
        edit_links("---\nrelated:\n  A: /a/\n---\n", {1: Kept(0), 2: Written({"A": "/other/"})}, BY_TITLE)


titles = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8).filter(str.strip)


@given(
    st.lists(st.tuples(titles, titles), max_size=4, unique_by=lambda pair: pair[0]),
    st.sampled_from(["mapping", "list", "flow", "flow list"]),
    st.data(),
)
def test_any_change_of_pairs_is_what_was_asked(held: list[tuple[str, str]], form: str, data: Any) -> None:
    def quoted(text: str) -> str:
        return yaml.safe_dump(text, allow_unicode=False, default_style='"', width=10**6).strip()

    pairs = [f"{quoted(key)}: {quoted(value)}" for key, value in held]
    field = {
        "mapping": "related:\n" + "".join(f"  {pair}\n" for pair in pairs),
        "list": "related:\n" + "".join(f"  - {pair}\n" for pair in pairs),
        "flow": f"related: {{{', '.join(pairs)}}}\n",
        "flow list": f"related: [{', '.join(f'{{{pair}}}' for pair in pairs)}]\n",
    }[form]
    text = f"---\nbefore: 1 # one\n{field}after: 2\n---\nText"
    order = data.draw(st.permutations(range(len(held))))
    items: list[Any] = [Kept(at) for at in order if data.draw(st.booleans())]
    taken = {key for key, _ in held}
    new = data.draw(st.lists(st.tuples(titles, titles), max_size=3, unique_by=lambda pair: pair[0]))
    for key, value in new:
        if key not in taken:
            items.insert(data.draw(st.integers(0, len(items))), Written({key: value}))
    edit = edit_links(text, dict(enumerate(items, start=1)), BY_TITLE)
    assert edit.text.startswith("---\nbefore: 1 # one\n")
    assert edit.text.endswith("after: 2\n---\nText")
    found = yaml.safe_load(edit.text.split("\n---\n")[0].removeprefix("---\n")).get("related") or []
    there = list(found.items()) if isinstance(found, dict) else [pair for item in found for pair in item.items()]
    assert there == [held[one.index] if isinstance(one, Kept) else next(iter(one.parts.items())) for one in items]
