from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.links.front_matter.scalars import ScalarStyle, is_block_text, is_plain_text, scalar
from tests.links.front_matter.front_matters import TRAPS, texts

styles: st.SearchStrategy[ScalarStyle] = st.sampled_from(["plain", "single", "double", "folded", "literal"])
quotes: st.SearchStrategy[ScalarStyle] = st.sampled_from(["single", "double"])


def loaders() -> list[type[Any]]:
    return [yaml.SafeLoader, yaml.CSafeLoader]


@settings(deadline=None)
@given(texts, styles, quotes)
def test_a_text_is_read_as_that_text(text: str, style: ScalarStyle, quote: ScalarStyle) -> None:
    block = scalar(text, style, quote=quote)
    flow = scalar(text, style, quote=quote, flow=True)
    assert len(block.splitlines()) <= 1
    for loader in loaders():
        assert yaml.load(f"a: {block}\nb:\n- {block}\n- c: {block} # d\n", Loader=loader) == {
            "a": text,
            "b": [text, {"c": text}],
        }
        assert yaml.load(f"a: [{flow}, {{b: {flow}, c: {flow}}}]\n", Loader=loader) == {
            "a": [text, {"b": text, "c": text}]
        }


@settings(deadline=None)
@given(st.integers())
def test_a_number_stays_one(number: int) -> None:
    assert yaml.safe_load(scalar(number, "double")) == number


@settings(deadline=None)
@given(texts.filter(is_block_text), st.integers(1, 5))
def test_a_text_on_a_line_of_its_own(text: str, column: int) -> None:
    for mark in (">-", "|-"):
        assert yaml.safe_load(f"a: {mark}\n{' ' * column}{text}\nb: 1\n") == {"a": text, "b": 1}


@pytest.mark.parametrize("text", [trap for trap in TRAPS if trap not in ("it's", "Ω ≠ 中文", "\U0001f600 smile", "//x", "a" * 300, "\ufffd", "e\u0301", "e3", "C:\\new", "\ud7ff\ue000", "---a")])  # fmt: skip  # noqa: E501
def test_what_any_reader_could_take_for_something_else_is_quoted(text: str) -> None:
    assert not is_plain_text(text) or text in ('say "so"', "a, b", "\\")


@pytest.mark.parametrize(
    ("text", "plain", "in_flow"),
    [
        ("What is osmosis?", True, False),
        ("It's here", True, True),
        ("/a/b-c#d", True, True),
        ("https://example.org/a", True, True),
        ("a, b", True, False),
        ("f(x) = [1]", True, False),
        ("5 reasons", True, True),
        ("2024-12-31", False, False),
        ("on", False, False),
        ("{{ site.name }}", False, False),
        ("C: \\new", False, False),
        ("trailing ", False, False),
        ("two\nlines", False, False),
    ],
)
def test_when_quotes_are_needed(text: str, plain: bool, in_flow: bool) -> None:
    assert (is_plain_text(text), is_plain_text(text, flow=True)) == (plain, in_flow)


def test_the_wanted_quotes_are_used_where_they_can_be() -> None:
    assert scalar("It's", "single") == "'It''s'"
    assert scalar("a: b", quote="single") == "'a: b'"
    assert scalar("a\tb\x07", "single") == '"a\\tb\\u0007"'
    assert scalar('say "\\"', "double") == '"say \\"\\\\\\""'
    with pytest.raises(UnicodeEncodeError):
        scalar("\ud800", "double")
