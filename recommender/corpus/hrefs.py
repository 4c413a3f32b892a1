"""The links inside a Markdown text: inline, by reference, as wikilinks and as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from recommender.corpus.markdown import open_lines

Form = Literal["inline", "reference", "wikilink", "html", "shortcode"]

_DESTINATION = r"(?:<(?P<angled>[^<>\n]*)>|(?P<bare>[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*))"
_TITLE = r"(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?"
_LINK = re.compile(
    # An image is no link; one inside a link's text is part of it.
    r"(?<!!)\[(?P<text>(?:[^\[\]]|!?\[[^\[\]]*\](?:\([^()]*\))?)*)\]"
    rf"(?:\(\s*{_DESTINATION}{_TITLE}\s*\)|(?P<full>\[(?P<label>[^\[\]]*)\]))?"
)
_WIKILINK = re.compile(r"(?<!!)\[\[(?P<target>[^\[\]|\n]+)(?:\|(?P<alias>[^\[\]\n]*))?\]\]")
_HREF = re.compile(
    r"<a\s(?:[^<>]*?\s)?href\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s<>\"']+))[^<>]*>(.*?)</a>", re.IGNORECASE
)
# Ways of generators to name a page by its file or its slug.
_SHORTCODE = re.compile(
    r"\{\{[<%]\s*(?:rel)?ref\s+(?:\"([^\"]*)\"|'([^']*)'|([^\s<>%\"']+))\s*[>%]\}\}"
    r"|\{%-?\s*(post_url|link|slug)\s+([^\s%]+?)\s*-?%\}"
)
_DEFINITION = re.compile(r" {0,3}\[(?P<label>[^\[\]]+)\]:\s*<?(?P<target>[^\s<>]+)>?")
_CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")


@dataclass(frozen=True, slots=True)
class Href:
    """A link in a text.

    Attributes
    ----------
    target : str
        What it leads to, as it is written, without angle brackets and title.
    text : str
        What a reader sees.
    line : int
        Zero-based line of the text.
    form : {"inline", "reference", "wikilink", "html", "shortcode"}
    """

    target: str
    text: str
    line: int
    form: Form


def hrefs(lines: list[str]) -> tuple[Href, ...]:
    """All links of a text in their order; none of code or of images."""
    if not any("[" in line or "<a" in line or "<A" in line for line in lines):
        return ()
    visible = list(open_lines(lines))
    defined = definitions(line for _, line in visible)
    return tuple(href for number, line in visible for href in _line(number, line, defined))


def definitions(lines: Iterable[str]) -> dict[str, str]:
    """Targets of the links by reference, by label."""
    found: dict[str, str] = {}
    for line in lines:
        if "]:" in line and (match := _DEFINITION.match(line)) is not None and not match["label"].startswith("^"):
            found.setdefault(label_of(match["label"]), match["target"])
    return found


def label_of(written: str) -> str:
    """The form in which labels of references are equal."""
    return " ".join(written.split()).casefold()


def _line(number: int, line: str, defined: dict[str, str]) -> Iterator[Href]:
    if "[" not in line and "<a" not in line and "<A" not in line:
        return
    if "`" in line:
        # As long as what it was, so that the links around it stay where they are.
        line = _CODE.sub(lambda match: match[0].replace("[", "(").replace("]", ")").replace("<", "("), line)
    if "{" in line:
        line = _SHORTCODE.sub(_shortcode, line)
    found: list[tuple[int, Href]] = []
    if "[[" in line:
        for match in _WIKILINK.finditer(line):
            target = match["target"].strip()
            found.append((match.start(), Href(target, (match["alias"] or target).strip(), number, "wikilink")))
        line = _WIKILINK.sub(lambda match: " " * len(match[0]), line)
    if "[" in line and not (_DEFINITION.match(line)):
        for match in _LINK.finditer(line):
            href = _link(number, match, defined)
            if href is not None:
                found.append((match.start(), href))
    if "<a" in line or "<A" in line:
        for match in _HREF.finditer(line):
            target = match[1] or match[2] or match[3] or ""
            found.append((match.start(), Href(_trimmed(target), re.sub(r"<[^<>]*>", "", match[4]), number, "html")))
    yield from (href for _, href in sorted(found, key=lambda item: item[0]) if href.target)


def _link(number: int, match: re.Match[str], defined: dict[str, str]) -> Href | None:
    text = match["text"].strip()
    target = match["angled"] if match["angled"] is not None else match["bare"]
    if target is not None:
        return Href(_trimmed(target), text, number, "shortcode" if target.startswith("ref:") else "inline")
    known = defined.get(label_of(match["label"] or text))
    return None if known is None else Href(_trimmed(known), text, number, "reference")


def _trimmed(target: str) -> str:
    return target.strip()


def _shortcode(match: re.Match[str]) -> str:
    """A name that a generator resolves, as a target of its own scheme."""
    name = match[1] or match[2] or match[3]
    if name is not None:
        return f"ref:{name}".replace(" ", "%20")
    return ("slug:" if match[4] == "slug" else "ref:") + match[5]


def plain_target(target: str) -> str:
    """A target without query and fragment, its escapes resolved."""
    return unquote(target.partition("#")[0].partition("?")[0]).strip()
