"""A file split into front matter and body, every character kept: YAML between ``---``, TOML between ``+++``, JSON in
braces, what the opening line names (``---json``, ``---toml``, ``---js``), as Eleventy reads it, or lines of ``Name:
value`` at the top, as Pelican and MkDocs read them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from json import JSONDecoder
from typing import Literal

BOM = "\ufeff"

Format = Literal["yaml", "toml", "json", "js", "lines"]

_OPENING = re.compile(r"(?:---[ \t]*(?P<name>json|toml|js|javascript|ya?ml)?|\+\+\+)[ \t]*(?:\r\n|\n|\r)")
_NAMED: dict[str | None, Format] = {"json": "json", "toml": "toml", "js": "js", "javascript": "js"}
_CLOSING = re.compile(r"[\r\n](?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)")
_TOML_CLOSING = re.compile(r"[\r\n]\+\+\+[ \t]*(?:\r\n|\n|\r|\Z)")
_REST_OF_LINE = re.compile(r"[ \t]*(?:\r\n|\n|\r|\Z)")
_LINES = re.compile(r"(?:[A-Za-z][\w -]*:(?:[ \t][^\r\n]*)?(?:\r\n|\n|\r|\Z)(?:[ \t]+\S[^\r\n]*(?:\r\n|\n|\r|\Z))*)+")
_TITLE_LINE = re.compile(r"^title:[ \t]*\S", re.IGNORECASE | re.MULTILINE)


class UnclosedFrontMatterError(ValueError):
    """The file begins with ``---`` or ``+++`` and no later line ends the front matter."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The places of front matter and body in a file's text.

    Attributes
    ----------
    start, end : int
        Bounds of what holds the fields, in characters of the text: without the marker lines of YAML and TOML.
    body_start : int
        Where the text after it begins.
    first_line : int
        One-based line of its first line.
    format : {"yaml", "toml", "json", "js", "lines"}
    named : bool
        The opening line names the format.
    """

    start: int
    end: int
    body_start: int
    first_line: int = 2
    format: Format = "yaml"
    named: bool = False

    def yaml(self, text: str) -> str:
        return text[self.start : self.end]

    def body(self, text: str) -> str:
        return text[self.body_start :]


def find_front_matter(text: str) -> FrontMatter | None:
    """Locate the front matter of `text`, None where it begins with none.

    A byte order mark may precede it; lines may end in LF, CRLF or CR.

    Raises
    ------
    UnclosedFrontMatterError
        The front matter has no end.
    """
    offset = 1 if text.startswith(BOM) else 0
    opening = _OPENING.match(text, offset)
    if opening is None:
        return _json(text, offset) or _lines(text, offset)
    if opening[0][0] == "+":
        toml = _TOML_CLOSING.search(text, opening.end() - 1)
        if toml is not None:
            return FrontMatter(opening.end(), toml.start() + 1, toml.end(), format="toml")
        raise UnclosedFrontMatterError("the front matter that begins with '+++' on line 1 has no closing '+++' line")
    closing = _closing(text, opening.end() - 1)
    if closing is not None:
        named = _NAMED.get(opening["name"], "yaml")
        return FrontMatter(opening.end(), closing.start() + 1, closing.end(), format=named, named=bool(opening["name"]))
    raise UnclosedFrontMatterError("the front matter that begins with '---' on line 1 has no closing '---' line")


def _json(text: str, offset: int) -> FrontMatter | None:
    """An object that the text begins with and that fills its lines."""
    if not text.startswith("{", offset):
        return None
    try:
        found, end = JSONDecoder().raw_decode(text, offset)
    except (ValueError, RecursionError):
        return None
    rest = _REST_OF_LINE.match(text, end)
    return FrontMatter(offset, end, rest.end(), 1, "json") if isinstance(found, dict) and found and rest else None


def _lines(text: str, offset: int) -> FrontMatter | None:
    """Lines of names and values up to a blank one, of which one is a title."""
    match = _LINES.match(text, offset)
    if match is None or not _TITLE_LINE.search(match[0]):
        return None
    rest = _REST_OF_LINE.match(text, match.end())
    return None if rest is None else FrontMatter(offset, match.end(), rest.end(), 1, "lines")


def _closing(text: str, start: int) -> re.Match[str] | None:
    """The first match of `_CLOSING` from `start` on; a search for fixed texts is several times as quick as the
    pattern's.
    """
    found: re.Match[str] | None = None
    for beginning in ("\n---", "\r---", "\n...", "\r..."):
        end = len(text) if found is None else found.start()
        at = text.find(beginning, start, end)
        while at >= 0:
            if match := _CLOSING.match(text, at):
                found = match
                break
            at = text.find(beginning, at + 1, end)
    return found
