"""A file split into front matter and body, every character kept."""

from __future__ import annotations

import re
from dataclasses import dataclass

BOM = "\ufeff"

_OPENING = re.compile(r"---[ \t]*(?:\r\n|\n|\r)")
_CLOSING = re.compile(r"[\r\n](?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)")


class UnclosedFrontMatterError(ValueError):
    """The file begins with ``---`` and no later line ends the front matter."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Where the front matter and the body stand in a file's text.

    Attributes
    ----------
    start, end : int
        Bounds of the YAML between the two marker lines, in characters of the text.
    body_start : int
        Where the text behind the closing marker's line begins.
    first_line : int
        One-based line of the YAML's first line.
    """

    start: int
    end: int
    body_start: int
    first_line: int = 2

    def yaml(self, text: str) -> str:
        return text[self.start : self.end]

    def body(self, text: str) -> str:
        return text[self.body_start :]


def find_front_matter(text: str) -> FrontMatter | None:
    """Locate the front matter of `text`; None where it does not begin with a line of ``---``.

    A byte order mark may precede it; lines may end in LF, CRLF or CR.

    Raises
    ------
    UnclosedFrontMatterError
        The front matter has no end.
    """
    offset = 1 if text.startswith(BOM) else 0
    opening = _OPENING.match(text, offset)
    if opening is None:
        return None
    closing = _closing(text, opening.end() - 1)
    if closing is not None:
        return FrontMatter(opening.end(), closing.start() + 1, closing.end())
    raise UnclosedFrontMatterError("the front matter that begins with '---' on line 1 has no closing '---' line")


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
