from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.corpus.globs import Globs, _matches, _pieces, _translated


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("**/*.md", "a.md", True),
        ("**/*.md", "a/b/c.md", True),
        ("*.md", "a/b.md", False),
        ("a/**", "a/b/c.md", True),
        ("a/**/b.md", "a/b.md", True),
        ("a/**/b.md", "a/x/y/b.md", True),
        ("a/**/b.md", "axb.md", False),
        ("?.md", "/.md", False),
        ("**/*a*b*", "x/aab", True),
        ("**a**/b", "xaab", True),
        ("a+(b).md", "a+(b).md", True),
    ],
)
def test_what_matches(glob: str, path: str, matches: bool) -> None:
    assert Globs([glob]).fullmatch(path) is matches
    assert _matches(_pieces(glob), path) is matches


def test_none_match_nothing() -> None:
    assert not Globs([]).fullmatch("")
    assert Globs(["b", "a"]).fullmatch("a")


pieces = st.sampled_from(["a", "b", "/", "*", "?", "**", "**/", "."])


@given(st.lists(pieces, min_size=1, max_size=8).map("".join), st.text("ab/.\n", max_size=9))
def test_as_a_regular_expression_does(glob: str, path: str) -> None:
    expected = re.fullmatch(_translated(_pieces(glob)), path, re.DOTALL) is not None
    assert _matches(_pieces(glob), path) is expected
    assert Globs([glob]).fullmatch(path) is expected


@pytest.mark.parametrize("glob", ["*a" * 40, "**/*a" * 20 + "x", "**a" * 40, "*" * 200 + "b", "?*" * 100 + "b"])
def test_many_stars_end(glob: str) -> None:
    assert not Globs([glob]).fullmatch("a" * 250 + "/" + "a" * 250 + "c")
