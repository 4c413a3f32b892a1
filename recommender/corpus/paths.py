"""Field expressions: the place of a value in a file.

An expression names a front-matter field by its path (``seo.page_keywords``), or one of

- ``$body``: the text after the front matter,
- ``$path``: the file's path below the content folder, without its suffix,
- ``$slug``: the file's name without its suffix (its folder's name for an ``index`` file),
- ``$url``: the url path made from the file's path by the settings of `urls`,
- ``$heading``: the first heading of the text,
- ``$name``: the file's name as words (``getting-started`` gives ``Getting started``),
- ``$page_name``: the same, of a file that has front matter,
- ``$date``: the date with which the file's name begins,
- ``$language``: the language of the folder or the suffix that the file is in, by the settings of `languages`,
- ``$detected``: the language that the text shows,
- ``$drafts``: the file lies in a folder ``_drafts``,
- ``$missing``: the file is the page that is shown for one that is not there (``404``).

Of a field that is true or false, ``not NAME`` is the opposite.

``a | b`` is the first of several that is there. A list of expressions is all of them, one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass

BODY, PATH, SLUG, URL, HEADING, NAME = "$body", "$path", "$slug", "$url", "$heading", "$name"
PAGE_NAME = "$page_name"
DATE, LANGUAGE, DETECTED, DRAFTS, MISSING = "$date", "$language", "$detected", "$drafts", "$missing"
NOT = "not "
SPECIAL = (BODY, PATH, SLUG, URL, HEADING, NAME, PAGE_NAME, DATE, LANGUAGE, DETECTED, DRAFTS, MISSING)
# Those that every file has.
_OF_EVERY_FILE = frozenset({BODY, PATH, SLUG, URL, NAME})


@dataclass(frozen=True, slots=True)
class FieldExpression:
    """Parsed form: all of `parts`, each the first of its alternatives that is there."""

    parts: tuple[tuple[str, ...], ...]

    @classmethod
    def parse(cls, written: str | list[str] | tuple[str, ...] | None) -> FieldExpression | None:
        """Parse an expression of the settings; None means a field that the site does not have.

        Raises
        ------
        ValueError
            An empty alternative, or a ``$`` name that does not exist.
        """
        if written is None:
            return None
        parts = [written] if isinstance(written, str) else list(written)
        parsed = tuple(tuple(name.strip() for name in part.split("|")) for part in parts)
        for name in (name for part in parsed for name in part):
            if not name:
                raise ValueError("a field name is empty")
            if name.startswith("$") and name not in SPECIAL:
                raise ValueError(f"{name} is none of {', '.join(SPECIAL)}")
        return cls(parsed) if parsed else None

    @property
    def needs_front_matter(self) -> bool:
        """Whether a file without front matter has nothing here."""
        return not any(name in _OF_EVERY_FILE or name == HEADING for part in self.parts for name in part)
