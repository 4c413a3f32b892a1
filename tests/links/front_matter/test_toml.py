from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.corpus.front_matter import find_front_matter
from recommender.links.front_matter import WHOLE, EditError, Kept, Written, edit_links, open_front_matter
from recommender.links.front_matter.toml_layout import tables_of
from recommender.settings import LinkNames, RelatedSettings

STRINGS = RelatedSettings(field="related", shape="strings")
BELOW = RelatedSettings(field="extra.related", shape="strings")
MAPPINGS = RelatedSettings(field="related", shape="mappings", names=LinkNames(id=None, group=None))
NUMBERED = RelatedSettings(names=LinkNames(id=None, group=None))


def file(front: str) -> str:
    return f"+++\n{front}+++\nThe body.\n"


def edit(front: str, slots: dict[int, Any], related: RelatedSettings) -> str:
    """The new front matter."""
    text = edit_links(file(front), slots, related).text
    assert text.startswith("+++\n")
    assert text.endswith("+++\nThe body.\n")
    return text[4 : -len("+++\nThe body.\n")]


def name(target: str) -> Written:
    return Written({WHOLE: target})


def link(title: str, url: str) -> Written:
    return Written({"title": title, "url": url})


@pytest.mark.parametrize(
    ("front", "slots", "related", "expected"),
    [
        (
            "title = 'A' # a comment\nrelated = [ '/b', ]  # picked\ndate = 2024-01-01\n",
            {1: Kept(0), 2: name("/c")},
            STRINGS,
            "title = 'A' # a comment\nrelated = ['/b', '/c']  # picked\ndate = 2024-01-01\n",
        ),
        (
            'title = "A"\nrelated = [\n    "/b",\n    "/c"\n]\n\n[extra]\nn = 1\n',
            {1: name("/d"), 2: Kept(1)},
            STRINGS,
            'title = "A"\nrelated = [\n    "/d",\n    "/c",\n]\n\n[extra]\nn = 1\n',
        ),
        (
            'title = "A"\n\n[extra]\nn = 1\n',
            {1: name("/b")},
            STRINGS,
            'title = "A"\nrelated = ["/b"]\n\n[extra]\nn = 1\n',
        ),
        ('title = "A"\nrelated = ["/b"]\nn = 1\n', {}, STRINGS, 'title = "A"\nn = 1\n'),
        (
            'title = "A"\n[extra]\nn = 1\n\n[other]\nm = 2\n',
            {1: name("/b")},
            BELOW,
            'title = "A"\n[extra]\nn = 1\nrelated = ["/b"]\n\n[other]\nm = 2\n',
        ),
        ('title = "A"\n', {1: name("/b")}, BELOW, 'title = "A"\n\n[extra]\nrelated = ["/b"]\n'),
        ('title = "A"\nextra.n = 1\n', {1: name("/b")}, BELOW, 'title = "A"\nextra.n = 1\nextra.related = ["/b"]\n'),
        (
            'related = [{title = "B", url = "/b"}]\n',
            {1: Kept(0), 2: link('C "x"', "/c")},
            MAPPINGS,
            'related = [{title = "B", url = "/b"}, { title = "C \\"x\\"", url = "/c" }]\n',
        ),
        (
            'title = "A"\n\n[[related]]\ntitle = "B"\nurl = "/b"\n\n'
            '# the best\n[[related]]\ntitle = "C"\nurl = "/c"\n\n[x]\ny = 1\n',
            {1: Kept(1), 2: link("D", "/d")},
            MAPPINGS,
            'title = "A"\n\n# the best\n[[related]]\ntitle = "C"\nurl = "/c"\n\n'
            '[[related]]\ntitle = "D"\nurl = "/d"\n\n[x]\ny = 1\n',
        ),
        (
            'title = "A"\n[related_article1]\ntitle = "B"\nurl = "/b"\n[x]\ny = 1\n',
            {1: link("C", "/c"), 2: Kept(0)},
            NUMBERED,
            'title = "A"\nrelated_article2 = { title = "B", url = "/b" }\n'
            '[related_article1]\ntitle = "C"\nurl = "/c"\n[x]\ny = 1\n',
        ),
        (
            'title = "A"\nrelated_article1 = { title = "B", url = "/b" }\n',
            {1: Kept(0, {"title": "New"})},
            NUMBERED,
            'title = "A"\nrelated_article1 = { title = "New", url = "/b" }\n',
        ),
    ],
)
def test_only_the_lines_of_the_field_change(
    front: str, slots: dict[int, Any], related: RelatedSettings, expected: str
) -> None:
    assert edit(front, slots, related) == expected


def test_line_ends_are_the_files_own() -> None:
    text = '+++\r\ntitle = "A"\r\n+++\r\nBody\r\n'
    assert (
        edit_links(text, {1: name("/b")}, STRINGS).text == '+++\r\ntitle = "A"\r\nrelated = ["/b"]\r\n+++\r\nBody\r\n'
    )


def test_nothing_to_do_changes_nothing() -> None:
    text = file("related=['/b' ,\n\"/c\"]#x\n")
    assert edit_links(text, {1: Kept(0), 2: Kept(1)}, STRINGS).splices == ()


@pytest.mark.parametrize(
    ("front", "related", "rule"),
    [
        ("related = [\n  '/b', # the best\n]\n", STRINGS, "unsupported-layout"),
        ('extra = { n = 1 }\n', BELOW, "not-written"),
        ("related = [\n", STRINGS, "invalid-toml"),
        ('[[related]]\nurl = "/b"\n[x]\ny = 1\n[[related]]\nurl = "/c"\n', MAPPINGS, "unsupported-layout"),
    ],
)  # fmt: skip
def test_what_cannot_be_edited_is_left_as_it_is(front: str, related: RelatedSettings, rule: str) -> None:
    new = link("D", "/d") if related is MAPPINGS else name("/d")
    with pytest.raises(EditError) as caught:
        edit_links(file(front), {1: new}, related)
    assert caught.value.rule == rule


@pytest.mark.parametrize("text", ['{"title": "A"}\nBody\n', "Title: A\nDate: 2024-01-01\n\nBody\n"])
def test_other_formats_are_refused_with_the_reason(text: str) -> None:
    with pytest.raises(EditError, match="is not edited; YAML and TOML are"):
        edit_links(text, {1: name("/b")}, STRINGS)


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    texts
    | st.integers(-(2**60), 2**60)
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(texts.filter(lambda key: key != "related"), values, max_size=4),
    st.lists(texts, max_size=3),
    st.data(),
)
def test_whatever_the_file_holds_stays_and_the_list_is_what_was_meant(
    fields: dict[str, Any], there: list[str], data: st.DataObject
) -> None:
    import tomlkit

    there = [target for target in there if target.strip()]
    front = tomlkit.dumps({**fields, "related": there} if data.draw(st.booleans()) else {"related": there, **fields})
    text = file(front)
    parts = find_front_matter(text)
    if parts is None or parts.yaml(text) != front:
        return
    opened = open_front_matter(text, STRINGS)
    kept = data.draw(st.permutations(range(len(opened.links))))
    new = data.draw(st.lists(texts.filter(str.strip), max_size=2))
    items = [*map(Kept, kept), *map(name, new)]
    edited = edit_links(text, dict(enumerate(items, start=1)), STRINGS).text
    found = tomllib.loads(edited[4 : -len("+++\nThe body.\n")].replace("\r\n", "\n").replace("\r", "\n"))
    assert found.pop("related", []) == [*(there[at] for at in kept), *new]
    assert found == {key: value for key, value in tomllib.loads(front).items() if key != "related"}
    tables = tables_of(front)
    assert all(front[one.value_start : one.value_end].strip() for table in tables for one in table.entries)
