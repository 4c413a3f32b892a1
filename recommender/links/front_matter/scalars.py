"""Texts and numbers as YAML scalars: in the wanted style where that is safe, quoted where it is not.

A plain text must be a text to every reader: to YAML 1.1 (`yes`, `1_000`, `12:30` are none), to YAML 1.2, and to the
readers of Ruby, Go and JavaScript that static site generators use.
"""

from __future__ import annotations

import re
from typing import Literal

from recommender.links.front_matter.items import Value

ScalarStyle = Literal["plain", "single", "double", "folded", "literal"]

_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"})
# Whatever any YAML might take for a number or a time.
_NUMBER_LIKE = re.compile(r"[-+.0-9][-+.,:_0-9a-fA-FoOxXtTzZ\s]*(?:inf|nan)?", re.IGNORECASE)
_PLAIN_START = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=<~]")
_BREAKING = re.compile(r": |:$| #|\t")
# PyYAML's own scanner ends a plain text in brackets at a question mark, too.
_FLOW = re.compile(r"[,?\[\]{}]")
# Everything that YAML cannot hold as it is, takes for a line break, or that an editor would not show.
_HIDDEN = r"\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff"
_UNPRINTABLE = re.compile(rf"[{_HIDDEN}]")
_ESCAPED = re.compile(rf'[\\"{_HIDDEN}]')
_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def is_plain_text(text: str, *, flow: bool = False) -> bool:
    """Whether `text` can be unquoted and is a text to every reader of YAML."""
    return bool(
        text
        and text == text.strip()
        and _PLAIN_START.match(text)
        and not text.startswith(("---", "..."))
        and text.lower() not in _WORDS
        and not _NUMBER_LIKE.fullmatch(text)
        and not _BREAKING.search(text)
        and not _UNPRINTABLE.search(text)
        and not (flow and _FLOW.search(text))
    )


def scalar(value: Value, style: ScalarStyle = "plain", *, quote: ScalarStyle = "double", flow: bool = False) -> str:
    """A value on one line.

    Parameters
    ----------
    style : str
        What is wanted; styles that take lines of their own count as plain here.
    quote : {"single", "double"}
        Used where plain is wanted and not safe.
    flow : bool
        Whether it is between brackets or braces.

    Raises
    ------
    ValueError
        The text holds half a surrogate pair, which no file can.
    """
    if isinstance(value, int):
        return str(value)
    if style not in ("single", "double"):
        if is_plain_text(value, flow=flow):
            return value
        style = quote
    if style == "single" and not _UNPRINTABLE.search(value):
        return "'" + value.replace("'", "''") + "'"
    value.encode("utf-8")
    return '"' + _ESCAPED.sub(_escape, value) + '"'


def is_block_text(text: Value) -> bool:
    """Whether a value can be on an indented line of its own below ``>-`` or ``|-``."""
    return isinstance(text, str) and bool(text) and text == text.strip() and not _UNPRINTABLE.search(text)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return _SHORT.get(character) or f"\\u{ord(character):04x}"
