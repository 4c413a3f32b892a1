"""What an edit changes, as a unified diff that `git apply` and `patch -p1` take."""

from __future__ import annotations

import difflib

_NO_END = "\\ No newline at end of file\n"


def unified_diff(path: str, before: str, after: str) -> str:
    """The difference between two texts of one file; lines end with LF for this purpose, a CR before it stays."""
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}", lineterm="\n")
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_END}" for line in lines)


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + lines[-1:] * bool(lines[-1])
