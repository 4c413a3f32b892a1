"""Field expressions: where in a file a value stands.

An expression names a front-matter field by its path (``seo.page_keywords``), or one of

- ``$body``: the text behind the front matter,
- ``$path``: the file's path below the content folder, without its suffix,
- ``$slug``: the file's name without its suffix (its folder's name for an ``index`` file),
- ``$url``: the url path made from the file's path by the settings of `urls`.

Of a field that is true or false, ``not NAME`` is the opposite.

``a | b`` is the first of several that is there. A list of expressions is all of them, one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass

BODY, PATH, SLUG, URL = "$body", "$path", "$slug", "$url"
NOT = "not "
SPECIAL = (BODY, PATH, SLUG, URL)


@dataclass(frozen=True, slots=True)
class FieldExpression:
    """Parsed form: all of `parts`, each the first of its alternatives that is there."""

    parts: tuple[tuple[str, ...], ...]

    @classmethod
    def parse(cls, written: str | list[str] | tuple[str, ...] | None) -> FieldExpression | None:
        """Parse what stands in the settings; None stands for a field that the site does not have.

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
