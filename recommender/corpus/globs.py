"""Glob patterns on paths with forward slashes."""

from __future__ import annotations

import re
from collections.abc import Iterable


def glob_pattern(globs: Iterable[str]) -> re.Pattern[str]:
    """One pattern for all globs, to be matched in full; without any it matches nothing.

    ``**/`` is any number of folders, ``**`` any text, ``*`` and ``?`` stay within a name.
    """
    return re.compile("|".join(_translated(glob) for glob in globs) or r"(?!)")


def _translated(glob: str) -> str:
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    special = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(special.get(part, re.escape(part)) for part in parts)
