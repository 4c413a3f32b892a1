from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.corpus import front_matter
from recommender.corpus.front_matter import BOM, UnclosedFrontMatterError, find_front_matter


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("beginning", ["", BOM])
@pytest.mark.parametrize("closing", ["---", "...", "---  "])
def test_front_matter_is_found_with_any_line_ends(end: str, beginning: str, closing: str) -> None:
    text = beginning + end.join(["---", "a: 1", "b: 2", closing, "body", ""])
    found = find_front_matter(text)
    assert found is not None
    assert found.yaml(text) == end.join(["a: 1", "b: 2", ""])
    assert found.body(text) == "body" + end


def test_it_may_be_empty_and_the_file_may_end_at_its_marker() -> None:
    found = find_front_matter("---\n---")
    assert found is not None
    assert found.yaml("---\n---") == ""
    assert found.body("---\n---") == ""


@pytest.mark.parametrize("text", ["", "text", "# ---\n", "----\na: 1\n---\n", " ---\na: 1\n---\n", "--- a\n---\n"])
def test_a_file_without_it_is_not_broken(text: str) -> None:
    assert find_front_matter(text) is None


@pytest.mark.parametrize("text", ["---\n", "---\na: 1\n", "---\na: 1\n ---\n", "---\na: 1\n----\n", "---\na: ---\n"])
def test_one_without_an_end_is_broken(text: str) -> None:
    with pytest.raises(UnclosedFrontMatterError):
        find_front_matter(text)


@given(st.text(alphabet="a: -\n\r.'\"#", max_size=40), st.text(alphabet="x-\n\r", max_size=20))
def test_the_parts_are_the_whole(yaml: str, body: str) -> None:
    text = f"---\n{yaml}\n---\n{body}"
    found = find_front_matter(text)
    assert found is not None
    between = text[found.end : found.body_start]
    assert text[: found.start] + found.yaml(text) + between + found.body(text) == text
    assert between.rstrip("\r\n \t") in ("---", "...")


@given(st.text(alphabet="-.\n\r a", max_size=40))
def test_the_end_is_found_where_the_pattern_finds_it(text: str) -> None:
    twin = front_matter._CLOSING.search(text)
    found = front_matter._closing(text, 0)
    assert (found and found.span()) == (twin and twin.span())


@pytest.mark.parametrize(
    ("text", "form", "fields", "body"),
    [
        ("+++\na = 1\n+++\nText", "toml", "a = 1\n", "Text"),
        ('{"a": {"b": "}"}}\n\nText', "json", '{"a": {"b": "}"}}', "\nText"),
        ("Title: A\nDate: x\n  more\n\nText", "lines", "Title: A\nDate: x\n  more\n", "Text"),
    ],
)
def test_other_formats(text: str, form: str, fields: str, body: str) -> None:
    found = find_front_matter(text)
    assert found is not None
    assert (found.format, found.yaml(text), found.body(text)) == (form, fields, body)


@pytest.mark.parametrize(
    "text", ['{{< note >}}\n{"a": 1}', "{}\nText", '{"a": 1} text\n', "Note: a text\n\nMore.", "{% if x %}"]
)
def test_what_only_looks_like_them(text: str) -> None:
    assert find_front_matter(text) is None
