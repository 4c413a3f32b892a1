"""Articles as HTML that can do nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import markdown_it
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.review import markup
from recommender.review.markup import LONGEST_FORMULA, LONGEST_TEXT, formula_html, looked_through, text_html

ALLOWED = frozenset(
    re.split(
        r"\s+",
        "p strong em s code pre span ul ol li blockquote hr br h3 h4 h5 h6 div table thead tbody tr th td math mrow mi "
        "mn mo ms mtext mspace mfrac msqrt mroot mstyle mpadded mphantom menclose msub msup msubsup munder mover "
        "munderover mmultiscripts mprescripts mtable mtr mtd",
    )
)


class Parts(HTMLParser):
    """The tags and attributes of a page, and what is to be read."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def harmless(html: str) -> Parts:
    found = Parts(html)
    assert set(found.tags) <= ALLOWED, set(found.tags) - ALLOWED
    for name, _ in found.attributes:
        assert not name.startswith("on")
        assert name not in ("href", "src", "style", "srcset", "action", "id")
    return found


@pytest.mark.parametrize(
    ("raw", "html"),
    [
        (r"One\n\ntwo", "<p>One</p>\n<p>two</p>\n"),
        ("**a** *b* ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <s>c</s> <code>d</code></p>\n"),
        ("# A\n\n###### B", "<h3>A</h3>\n<h4>B</h4>\n"),
        ("[a](http://x.example 't')", '<p><span class="inert" title="http://x.example">a</span></p>\n'),
        ("![a **b**](x.png)", '<p><span class="inert" title="x.png">[image: a **b**]</span></p>\n'),
        ("a costs $5 and b $10", "<p>a costs $5 and b $10</p>\n"),
        (
            "$x$",
            '<p><math display="inline"><mrow><mi>x</mi></mrow></math></p>\n',
        ),
        (
            "$$x=1$$",
            '<span class="display"><math display="block"><mrow><mi>x</mi><mo>=</mo><mn>1</mn></mrow></math></span>',
        ),
        ("<b onclick=x>", "<p>&lt;b onclick=x&gt;</p>\n"),
    ],
)
def test_markdown_and_formulas(raw: str, html: str) -> None:
    found = text_html(raw)
    harmless(found)
    assert found == html


def test_a_table_scrolls_and_keeps_its_columns_alignment_without_a_style() -> None:
    found = text_html(r"| a | b |\n|---|--:|\n| 1 | 2 |")
    harmless(found)
    assert '<td class="right">2</td>' in found
    assert 'role="region" aria-label="Table"' in found


def test_a_formula_that_cannot_be_understood_is_shown_as_its_source() -> None:
    assert formula_html(r"<b>\frac{", False) == r'<code class="formula">&lt;b&gt;\frac{</code>'
    long = "x+" * LONGEST_FORMULA
    assert formula_html(long, True) == f'<code class="formula">{long}</code>'


def test_text_in_a_formula_is_text() -> None:
    found = harmless(formula_html(r"\text{<script>alert(1)</script>} < \href{javascript:x}{y}", False))
    assert "<script>alert(1)</script>" in found.text
    assert "<" in found.text.replace("<script>", "")


def test_a_text_without_end_is_cut_and_says_so() -> None:
    found = text_html("word " * (LONGEST_TEXT // 4))
    assert "the rest of this text is not shown" in found
    assert len(found) < LONGEST_TEXT + 500


@pytest.mark.parametrize(
    "raw",
    [
        "$" + r"\frac{1}{" * 200 + "2" + "}" * 200 + "$",
        "$" + "{" * 900 + "}" * 900 + "$",
        "> " * 5_000 + "x",
        "[" * 20_000,
        "*a " * 20_000,
        "$" * 20_001,
        r"\left(" * 400,
        "| a " * 3_000 + "\n" + "|--" * 3_000,
    ],
    ids=["fractions", "braces", "quotes", "brackets", "stars", "dollars", "delimiters", "table"],
)
def test_what_is_made_to_take_long_does_not(raw: str) -> None:
    # Each takes less than a second; a parser that looked at every pair of signs would not come to an end here.
    harmless(text_html(raw))


# fmt: off
pieces = st.sampled_from([
    "<script>", "</p>", "$", "$$", "\\n", "\n", "[a](", "javascript:x", ")", "![", "`", "**", "|", "--", "#", "> ",
    r"\text{", r"\href{", "}", r"\begin{align}", r"\end{align}", "'", '"', "onerror=", "<img src=x>", "&#106;", "x",
    "&lt;", " ",
])
# fmt: on


@given(st.lists(pieces, max_size=25).map("".join))
def test_no_mixture_gives_more_than_text(raw: str) -> None:
    harmless(text_html(raw))


def test_line_breaks_of_latex_are_not_line_breaks_of_the_text() -> None:
    assert "<mi>ν</mi>" in re.sub(r"\s+", " ", text_html(r"Speed\n\n$\nu$"))


@pytest.mark.parametrize(
    "text",
    ["![" * 13_000, "[a](" * 13_000, "![a\n\n" * 13_000, r"\begin{align}" * 13_000, "\\begin{align}\n" * 13_000,
     "\\begin{align} x\n\n" * 9_000, "[" * 6_500 + "]" * 6_500],
)  # fmt: skip
def test_what_is_begun_and_never_ended_is_not_looked_through_again_and_again(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 0
    skip = markdown_it.parser_inline.ParserInline.skipToken

    def counted(*given: Any) -> None:
        nonlocal steps
        steps += 1
        skip(*given)

    monkeypatch.setattr(markdown_it.parser_inline.ParserInline, "skipToken", counted)
    html = text_html(text)
    assert html.count("begin") == text.count("begin")
    assert html.count("[") == text.count("[")
    assert steps <= markup.MOST_LOOKED_THROUGH


def test_the_end_of_an_environment_is_looked_for_nearby_and_not_for_too_many() -> None:
    looked: list[int] = []

    def rule(_state: Any, first: int, end: int, _silent: bool) -> bool:
        looked.append(end - first)
        return False

    bounded = markup._bounded_environment(rule)
    few = SimpleNamespace(src=r"\begin{align}", env={})
    assert not bounded(few, 3, 9, False)
    assert not bounded(few, 3, 100_000, False)
    assert looked == [6, markup.MOST_LINES]
    many = SimpleNamespace(src=r"\begin{align}" * (markup.MOST_ENVIRONMENTS + 1), env={})
    assert not bounded(many, 0, 9, False)
    assert len(looked) == 2


def test_how_far_is_looked() -> None:
    def naive(text: str) -> int:
        total = 0
        for at, sign in enumerate(text):
            if sign != "[":
                continue
            depth = 0
            for end in range(at, len(text)):
                depth += {"[": 1, "]": -1}.get(text[end], 0)
                if depth == 0:
                    break
            else:
                end = len(text)
            total += end - at
        return total

    for text in ("", "[ab] [c", "[[a]b]]", "]][", "![[x](y)", "[[[", "a]b[c[d]e]f[g"):
        assert looked_through(text) == naive(text), text


def test_a_text_with_many_links_keeps_them() -> None:
    text = "\n".join(
        f"- [page {number}](https://example.org/{number}), and ![a picture](p.png)" for number in range(900)
    )
    assert text_html(text).count('class="inert"') == 1800
    rows = "\n".join(rf"a_{{{at}}} &= b \\\\" for at in range(40))
    assert "<math" in text_html(f"\\begin{{align}}\n{rows}\n\\end{{align}}\n")


def test_headings_go_down_one_level_at_a_time() -> None:
    html = text_html("### a\n\n# b\n\n##### c\n\n### d\n\n##### e")
    assert re.findall(r"<(h\d)>(.)</h\d>", html) == [("h3", "a"), ("h3", "b"), ("h4", "c"), ("h4", "d"), ("h5", "e")]
