from __future__ import annotations

import pytest

from recommender.corpus.markdown import Heading, headings, open_lines, plain_heading, title_of


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Soup", "Soup"),
        ("The *soup* and **bread**", "The soup and bread"),
        ("Soup {#soup .wide}", "Soup"),
        ('<a name="see-also"></a>Soup', "Soup"),
        ("`a_b` and `<div>`", "a_b and <div>"),
        ("[Soup](/soup_(hot)/) of [[note|the day]]", "Soup of the day"),
        ("![logo](logo.png) Soup &amp; bread", "Soup & bread"),
        ("snake_case_name", "snake_case_name"),
        (r"5 \* 3", "5 * 3"),
        ("{#only}", ""),
    ],
)
def test_a_heading_as_plain_text(written: str, plain: str) -> None:
    assert plain_heading(written) == plain


def test_headings_in_all_ways_and_none_of_code() -> None:
    lines = ["# One #", "```", "# no", "````", "Two", "---", "", "---", "<h3 id='x'>Three</h3>", "~~~", "# no", "~~~"]
    assert list(headings(lines)) == [Heading(1, "One", 0), Heading(2, "Two", 4), Heading(3, "Three", 8)]
    assert [number for number, _ in open_lines(["a", "``` `x`", "b"])] == [0, 1, 2]


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("# Soup\n\nText.", "Soup"),
        ("Text.\n\n# Soup\n", "Soup"),
        ("import X from 'x'\n\n## Soup\n\nText.", "Soup"),
        ("Text first.\n\n## Steps\n", None),
        ("```sh\n# a comment\n```\n", None),
        ("", None),
    ],
)
def test_the_title_of_a_text(body: str, title: str | None) -> None:
    assert title_of(body) == title


def test_what_is_longer_than_any_heading_keeps_its_marks() -> None:
    assert plain_heading("*a* " * 500) == " ".join(["a"] * 500)
    assert plain_heading("*a " * 50_000) == "*a " * 50_000
