"""File patterns of the Node world (``**/_*.{md,mdx}``), matched in bounded time."""

from __future__ import annotations

from functools import lru_cache

import regex

# A pattern is a site's own text: one that takes longer is taken as not matching.
SECONDS = 0.2


def fits(pattern: str, path: str) -> bool:
    """Whether a path matches a pattern; ``*`` stays within a folder, ``**`` crosses folders.

    >>> fits("**/_*.{md,mdx}", "guide/_part.mdx"), fits("*.md", "guide/a.md")
    (True, False)
    """
    compiled = _compiled(pattern.removeprefix("./"))
    return compiled is not None and matches(compiled, path)


def matches(pattern: regex.Pattern[str], path: str, *, whole: bool = True) -> bool:
    """Whether an expression matches a path as a whole or at its beginning; not where that takes too long."""
    try:
        found = pattern.fullmatch(path, timeout=SECONDS) if whole else pattern.match(path, timeout=SECONDS)
    except TimeoutError:
        return False
    return found is not None


@lru_cache(maxsize=1_000)
def _compiled(pattern: str) -> regex.Pattern[str] | None:
    written: list[str] = []
    position = depth = 0
    while position < len(pattern):
        if pattern.startswith("**/", position):
            written.append("(?:[^/]+/)*")
            position += 3
            continue
        if pattern.startswith("**", position):
            written.append(".*")
            position += 2
            continue
        character = pattern[position]
        if character in "{}":
            depth += 1 if character == "{" else -1
        inside = {",": "|"} if depth else {}
        written.append(
            {"*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")", **inside}.get(character, regex.escape(character))
        )
        position += 1
    try:
        return regex.compile("".join(written))
    except regex.error:
        return None
