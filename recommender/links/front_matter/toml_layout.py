"""The places of entries and tables in TOML front matter: spans of text, found without changing a character.

The text is known to be TOML (`tomllib` has read it), so that only what separates its parts is looked for.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field

_BLANK = re.compile(r"(?:[ \t]|\r\n|\n|\r|#[^\r\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_LINE_END = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r|\Z)")
_STRINGS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r'"""(?:\\.|[^\\])*?"{3,5}(?!")',
        r"'''.*?'{3,5}(?!')",
        r'"(?:\\.|[^"\\\r\n])*"',
        r"'[^'\r\n]*'",
    )
)
_BARE = re.compile(r"""[^\s,\[\]{}#"'=]+(?:[ ]\d[^\s,\[\]{}#"'=]*)?""")


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value.

    Attributes
    ----------
    path : tuple of str
        The key, from the root on.
    start, end : int
        Its lines, a comment after the value and the line end included.
    """

    path: tuple[str, ...]
    start: int
    end: int
    value_start: int
    value_end: int


@dataclass(slots=True)
class Table:
    """A header and the entries below it.

    Attributes
    ----------
    path : tuple of str
        Empty for what precedes the first header.
    is_item : bool
        ``[[…]]``: one of a list of tables.
    start, end : int
        From the header to the end of the last entry; blank lines and comments that follow belong to nothing.
    entries : list of Entry
    """

    path: tuple[str, ...]
    is_item: bool
    start: int
    end: int
    entries: list[Entry] = field(default_factory=list)


def tables_of(text: str) -> list[Table]:
    """All tables in their order; the first holds what precedes any header."""
    tables = [Table((), False, 0, 0)]
    at = _passed(text, 0)
    while at < len(text):
        start = text.rfind("\n", 0, at) + 1 if "\r" not in text else _line_start(text, at)
        if text[at] == "[":
            brackets = 2 if text.startswith("[[", at) else 1
            keys, at = _key(text, at + brackets)
            at = _ended(text, _spaced(text, at) + brackets)
            tables.append(Table(tuple(keys), brackets == 2, start, at))
        else:
            keys, at = _key(text, at)
            value_start = _spaced(text, _spaced(text, at) + 1)
            value_end = value_end_of(text, value_start)
            end = _ended(text, value_end)
            table = tables[-1]
            table.entries.append(Entry((*table.path, *keys), start, end, value_start, value_end))
            table.end = at = end
        at = _passed(text, at)
    return tables


def elements_of(text: str, start: int) -> tuple[list[tuple[int, int]], int]:
    """Spans of the items of the list whose bracket is at `start`, and where it ends."""
    elements: list[tuple[int, int]] = []
    at = _passed(text, start + 1)
    while text[at] != "]":
        end = value_end_of(text, at)
        elements.append((at, end))
        at = _passed(text, end)
        if text[at] == ",":
            at = _passed(text, at + 1)
    return elements, at + 1


def value_end_of(text: str, at: int) -> int:
    """Where the value that begins at `at` ends."""
    if text[at] == "[":
        return elements_of(text, at)[1]
    if text[at] == "{":
        at = _passed(text, at + 1)
        while text[at] != "}":
            if text[at] == ",":
                at = _passed(text, at + 1)
                continue
            _, at = _key(text, at)
            at = _passed(text, value_end_of(text, _spaced(text, _spaced(text, at) + 1)))
        return at + 1
    for pattern in (*_STRINGS, _BARE):
        found = pattern.match(text, at)
        if found:
            return found.end()
    raise ValueError(f"no value at character {at}")


def has_comment(text: str, start: int, end: int) -> bool:
    """Whether there is a comment within a list."""
    elements, _ = elements_of(text, start)
    gaps = [start, *(place for span in elements for place in span), end]
    return any("#" in text[gaps[at] : gaps[at + 1]] for at in range(0, len(gaps), 2))


def _key(text: str, at: int) -> tuple[list[str], int]:
    """The parts of a dotted key, and where it ends."""
    parts: list[str] = []
    while True:
        at = _spaced(text, at)
        begun = at
        if text[at] in "\"'":
            at = value_end_of(text, at)
        else:
            while text[at] not in " \t.=]":
                at += 1
        written = text[begun:at]
        parts.append(next(iter(tomllib.loads(f"{written} = 0"))))
        next_at = _spaced(text, at)
        if text[next_at] != ".":
            return parts, at
        at = next_at + 1


def _passed(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _spaced(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _ended(text: str, at: int) -> int:
    found = _LINE_END.match(text, at)
    return found.end() if found else at


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def items_path(tables: list[Table], path: tuple[str, ...]) -> Iterator[list[Table]]:
    """The tables of each ``[[path]]``, those below it included."""
    group: list[Table] = []
    for table in tables:
        if table.path == path and table.is_item:
            if group:
                yield group
            group = [table]
        elif group and table.path[: len(path)] == path:
            group.append(table)
        elif group:
            yield group
            group = []
    if group:
        yield group
