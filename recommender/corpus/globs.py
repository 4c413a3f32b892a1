"""Glob patterns on paths with forward slashes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_PIECES = re.compile(r"(\*\*/|\*\*|\*|\?)")
_SPECIAL = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
# A regular expression tries all ways in which the stars share a path out among them.
_MOST_ACROSS, _MOST_WITHIN = 2, 1


class Globs:
    """Several globs, matched in a time that grows with the length of the path alone, whatever they are.

    ``**/`` is any number of folders, ``**`` any text, ``*`` and ``?`` stay within a name.

    Parameters
    ----------
    globs : iterable of str
        Without any, nothing matches.
    """

    def __init__(self, globs: Iterable[str]) -> None:
        every = [_pieces(glob) for glob in globs]
        plain = [pieces for pieces in every if _is_plain(pieces)]
        self._pattern = re.compile("|".join(map(_translated, plain)) or r"(?!)", re.DOTALL)
        self._others = [pieces for pieces in every if not _is_plain(pieces)]

    def fullmatch(self, path: str) -> bool:
        """Whether a whole path matches one of them."""
        if self._pattern.fullmatch(path) is not None:
            return True
        return bool(self._others) and any(_matches(pieces, path) for pieces in self._others)


def _pieces(glob: str) -> list[str]:
    """Single characters and wildcards."""
    return [piece for part in _PIECES.split(glob) for piece in ([part] if part in _SPECIAL else part)]


def _is_plain(pieces: Sequence[str]) -> bool:
    """Whether a regular expression is quick on any path: few stars have the same characters to share out."""
    if sum(piece in ("**", "**/") for piece in pieces) > _MOST_ACROSS:
        return False
    within = 0
    for piece in pieces:
        within = 0 if piece in ("/", "**/") else within + (piece == "*")
        if within > _MOST_WITHIN:
            return False
    return True


def _translated(pieces: Sequence[str]) -> str:
    return "".join(_SPECIAL.get(piece, re.escape(piece)) for piece in pieces)


def _matches(pieces: Sequence[str], path: str) -> bool:
    """Follow all places of the glob at once that the path up to a character can lead to.

    Within the folders of a ``**/`` a place is negative: the next part begins after a slash.
    """
    places = _passed(pieces, {0})
    for character in path:
        reached = set()
        for place in places:
            if place < 0:
                reached.add(place)
                if character == "/":
                    reached.add(-place)
            elif place < len(pieces):
                reached |= _steps(pieces[place], place, character)
        places = _passed(pieces, reached)
    return len(pieces) in places


def _steps(piece: str, place: int, character: str) -> set[int]:
    if piece == "**":
        return {place}
    if piece == "**/":
        return {-place - 1, place + 1} if character == "/" else {-place - 1}
    if piece in ("*", "?"):
        return set() if character == "/" else {place if piece == "*" else place + 1}
    return {place + 1} if piece == character else set()


def _passed(pieces: Sequence[str], places: set[int]) -> set[int]:
    """The places together with those after wildcards that may be empty."""
    found = set()
    for place in places:
        at = place
        while at not in found:
            found.add(at)
            if 0 <= at < len(pieces) and pieces[at] in ("*", "**", "**/"):
                at += 1
    return found
