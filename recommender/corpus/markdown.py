"""Markdown as far as reading an article needs it: its lines outside code, its headings, a heading as plain text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_HTML_HEADING = re.compile(r"[ \t]*<h([1-6])(?:\s[^>]*)?>(.*?)</h\1>", re.IGNORECASE)
_NO_PARAGRAPH = re.compile(r"\s*(?:$|[#>|<]|[-*+]\s|\d+[.)]\s|:::|!!!|\{[%{]|import\s|export\s)")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?-->")
_ATTRIBUTES = re.compile(r"\s*\{:?\s*[#.][^{}]*\}\s*$|\s*\{#[^{}]*\}|\s*\{/\*.*?\*/\}")
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^()]*\)")
_LINK = re.compile(r"\[([^\[\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\[\]]*\])")
_WIKILINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
_CODE = re.compile(r"(`+)(.+?)\1")
_STRONG = re.compile(r"(\*\*\*|\*\*|\*|~~)(?=\S)(.+?)(?<=\S)\1")
_UNDERLINED = re.compile(r"(?<!\w)(__|_)(?=\S)(.+?)(?<=\S)\1(?!\w)")
# Characters of a text that are looked at where its language is asked for.
_BEGINNING = 6_000
# No heading is longer, and marks that are begun again and again take quadratic time.
_LONGEST_HEADING = 2_000
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a text.

    Attributes
    ----------
    level : int
        1 to 6.
    text : str
        As it is written, without the marks of the heading.
    line : int
        Zero-based line of the text.
    """

    level: int
    text: str
    line: int


def open_lines(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines outside blocks of code, with their zero-based numbers."""
    fence = ""
    for number, line in enumerate(lines):
        match = _FENCE.match(line) if "`" in line or "~" in line else None
        if fence:
            if match and match[1].startswith(fence) and not match[2].strip():
                fence = ""
        elif match and not (match[1][0] == "`" and "`" in match[2]):
            fence = match[1]
        else:
            yield number, line


def headings(lines: list[str]) -> Iterator[Heading]:
    """Headings in either way of Markdown, or as HTML on a line of their own."""
    before, before_number = "", -2
    for number, line in open_lines(lines):
        if (match := _ATX.match(line)) is not None:
            yield Heading(len(match[1]), (match[2] or "").strip(), number)
            line = ""
        elif (match := _SETEXT.match(line)) is not None:
            if before.strip() and before_number == number - 1 and not _NO_PARAGRAPH.match(before):
                yield Heading(1 if match[1][0] == "=" else 2, before.strip(), number - 1)
            line = ""
        elif ("<h" in line or "<H" in line) and (match := _HTML_HEADING.match(line)) is not None:
            yield Heading(int(match[1]), match[2].strip(), number)
        before, before_number = line, number


def shown_text(body: str) -> str:
    """The beginning of a text without code, tags and the targets of links, as far as needed for its language."""
    lines = body[:_BEGINNING].splitlines()
    text = " ".join(line for _, line in open_lines(lines))
    return " ".join(_CODE.sub(" ", _TAG.sub(" ", _LINK.sub(r"\1", _IMAGE.sub("", text)))).split())


def title_of(body: str) -> str | None:
    """What the text calls itself: its first heading of the first level, else a heading that nothing precedes."""
    if "#" not in body and "=" not in body and "<h" not in body and "<H" not in body:
        return None
    lines = body.splitlines()
    first: Heading | None = None
    for heading in headings(lines):
        if not (text := plain_heading(heading.text)):
            continue
        if heading.level == 1:
            return text
        first = first or heading
    if first is None or any(line.strip() and not _NO_PARAGRAPH.match(line) for line in lines[: first.line]):
        return None
    return plain_heading(first.text)


def plain_heading(text: str) -> str:
    """A heading without anchors, tags and marks.

    Examples
    --------
    >>> plain_heading("The <em>first</em> `step` of **[two](/two/)** {#first-step}")
    'The first step of two'
    """
    if len(text) > _LONGEST_HEADING:
        return text
    codes: list[str] = []

    def kept(match: re.Match[str]) -> str:
        codes.append(match[2].strip())
        return f"\x00{len(codes) - 1}\x00"

    text = _CODE.sub(kept, text)
    text = _ATTRIBUTES.sub("", _TAG.sub("", text))
    text = _WIKILINK.sub(r"\1", _LINK.sub(r"\1", _IMAGE.sub("", text)))
    for _ in range(2):
        text = _UNDERLINED.sub(r"\2", _STRONG.sub(r"\2", text))
    text = html.unescape(_ESCAPED.sub(r"\1", text))
    text = re.sub("\x00(\\d+)\x00", lambda match: codes[int(match[1])] if int(match[1]) < len(codes) else "", text)
    return " ".join(text.split())
