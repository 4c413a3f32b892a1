"""Texts that may take more than their length in time: what is begun and never ended, nested, or repeated."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

from benchmarks.attack.findings import Findings

# Marks of Markdown, HTML, LaTeX, front matter and configurations, alone and begun.
PIECES = (
    "[", "]", "[]", "](", "[a](", "![", "[[", "[[a|", "[a]: x\n", "[a][b", "(", ")", "<", "<a ", "<a href=", "<!--",
    "</", ">", "> ",
    "*", "**", "_", "__", "~~", "`", "```\n", "~~~", "|", "|-", "\n|", "#", "# ", "\n# ", "\n\n",
    "\n", "\r", " ", "\t", "- ", "\n- ",
    "1. ", "\n  - ", "=\n", "a\n===\n", "---\n", "&", "&a", "&#", ";", "\\", "\\[", "\\(", "$", "$$",
    "\\begin{a}", "\\end{a}", "\\frac",
    "{", "}", "{{", "{%", "{{< ref ", ":::", "!!!", "a", "a ", "A.", "http://", "www.", "@",
    "a@b", "e\u0301", "\u4e2d", "'", '"', ": ",
    "a: ", "?", "&a ", "*a ", "!a ", "|\n", "import a from 'b'\n", "export ", "<b>", "<p>", "<h1>",
    "**See also**", "## See also\n", ",",
)  # fmt: skip
_LENGTH = 20_000
# More than this for twice the length, and enough time to be sure of it.
_RATIO = 3.2
_SECONDS = 0.4


def attack_scaling(draw: random.Random, count: int, findings: Findings) -> None:
    """Give every function that reads text as a whole texts of two lengths, and compare the time that it takes."""
    every = _readers()
    for number in range(count):
        name = sorted(every)[number % len(every)]
        pattern = _pattern(draw)
        slow = grows(every[name], pattern)
        findings.tried[f"scaling of {name}"] += 1
        if slow is not None:
            findings.add(f"scaling: {name} takes {slow} for {pattern!r}")


def _pattern(draw: random.Random) -> Sequence[str]:
    """What a text repeats, and what it begins and ends with."""
    repeated = "".join(draw.choice(PIECES) for _ in range(draw.choice((1, 1, 2, 3))))
    return draw.choice(("", "", draw.choice(PIECES))), repeated, draw.choice(("", "", draw.choice(PIECES)))


def grows(read: Callable[[str], object], pattern: Sequence[str]) -> str | None:
    """How long twice the length takes where that is out of proportion, else None."""
    first = _seconds(read, _text(pattern, _LENGTH))
    twice = _seconds(read, _text(pattern, 2 * _LENGTH))
    if twice < _SECONDS or twice < _RATIO * first:
        return None
    # Once more: another process may have been in the way.
    again = _seconds(read, _text(pattern, 2 * _LENGTH)), _seconds(read, _text(pattern, _LENGTH))
    if again[0] < _RATIO * again[1]:
        return None
    return f"{again[0]:.1f} s where half takes {again[1]:.1f} s"


def _text(pattern: Sequence[str], length: int) -> str:
    before, repeated, after = pattern
    return before + repeated * (length // len(repeated)) + after


def _seconds(read: Callable[[str], object], text: str) -> float:
    begun = time.thread_time()
    read(text)
    return time.thread_time() - begun


def _readers() -> dict[str, Callable[[str], object]]:
    from recommender.corpus.fields import DocumentReader
    from recommender.corpus.front_matter import UnclosedFrontMatterError, find_front_matter
    from recommender.corpus.generators.javascript import read_javascript
    from recommender.corpus.generators.python import read_python
    from recommender.corpus.hrefs import hrefs
    from recommender.corpus.html_page import read_html
    from recommender.corpus.markdown import shown_text, title_of
    from recommender.corpus.problems import FileProblemError
    from recommender.corpus.sections import KNOWN_HEADINGS, find_sections
    from recommender.corpus.yaml_nodes import YamlProblem, compose
    from recommender.embedder.text import plain_text
    from recommender.errors import RecommenderError
    from recommender.lexical.terms import named_terms
    from recommender.links.front_matter import EditError, Written
    from recommender.links.sections import SectionStyle, edit_section, open_text
    from recommender.review.markup import formula_html, text_html
    from recommender.settings import Settings

    refusals = (FileProblemError, UnclosedFrontMatterError, YamlProblem, EditError, RecommenderError)
    # As those who read configurations take them.
    refusals += (ValueError, SyntaxError, RecursionError, MemoryError)

    def quiet(read: Callable[..., object], *arguments: object) -> object:
        """What is read, None where it is refused."""
        try:
            return read(*arguments)
        except refusals:
            return None

    def section(text: str) -> object:
        opened = open_text(f"## See also\n\n{text}", KNOWN_HEADINGS)
        new = Written({"target": "/a", "title": "A"})
        return edit_section(opened, {1: new}, KNOWN_HEADINGS, SectionStyle())

    return {
        "an article": lambda text: quiet(DocumentReader(Settings()).read, "x.md", text),
        "front matter": lambda text: (quiet(find_front_matter, f"---\n{text}"), quiet(find_front_matter, text)),
        "YAML": lambda text: quiet(compose, text, []),
        "a section that is written": lambda text: quiet(section, text),
        "sections": lambda text: find_sections(f"## See also\n\n{text}", KNOWN_HEADINGS),
        "headings": lambda text: find_sections(f"# a{' '.join(text.split())}b\n\n[a](b)", KNOWN_HEADINGS),
        "links": lambda text: hrefs(text.splitlines()),
        "a title": title_of,
        "shown text": shown_text,
        "plain text": plain_text,
        "words": lambda text: list(named_terms(text)),
        "a page of HTML": lambda text: read_html("x.html", f"<html><body>{text}"),
        "Markdown as HTML": text_html,
        "a formula": lambda text: formula_html(text[:2_000], display=True),
        "JavaScript": lambda text: quiet(read_javascript, "x.js", text),
        "Python": lambda text: quiet(read_python, "x.py", text),
    }
