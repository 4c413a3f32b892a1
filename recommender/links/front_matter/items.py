"""The new contents of the places of an article's related links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Value = str | int

# The only part of a link that is a single text, not a mapping (shape `strings`).
WHOLE = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A link that is there already, left as it is written but for what `changes` names.

    Attributes
    ----------
    index : int
        Its position in `Article.links`.
    changes : mapping of str to str or int
        New values of parts by their names in the front matter; `WHOLE` for a link that is a single text.
    """

    index: int
    changes: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """A new link: its parts by their names in the front matter; only `WHOLE` for a link that is a single text."""

    parts: Mapping[str, Value]


Item = Kept | Written


@dataclass(frozen=True, slots=True)
class Splice:
    """Characters `start` to `end` of a text become `text`."""

    start: int
    end: int
    text: str


class EditError(ValueError):
    """The front matter cannot be edited as asked; nothing was changed.

    Attributes
    ----------
    rule : str
        A short stable name for the reason.
    line : int
        One-based line within the file, 0 where the whole file is meant.
    """

    def __init__(self, rule: str, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.line = line


NOT_WRITTEN = "not-written"


def harm(why: str) -> EditError:
    """The error for an edit whose result would not say exactly what was meant."""
    return EditError(NOT_WRITTEN, f"the links cannot be written here without harm: {why}; the file is left as it was")


def changed_meanwhile() -> EditError:
    """The error for a file whose links are no longer those for which a plan was made."""
    return EditError("changed", "the file's links were changed by somebody else meanwhile; run again")


def spliced(text: str, splices: list[Splice]) -> str:
    """`text` with all splices made; they must not overlap. Those at one place are made in the order given."""
    pieces: list[str] = []
    at = 0
    for splice in sorted(splices, key=lambda splice: (splice.start, splice.end)):
        if splice.start < at:
            raise EditError("unsupported-layout", "two links share a line in a way that cannot be edited safely")
        pieces += (text[at : splice.start], splice.text)
        at = splice.end
    pieces.append(text[at:])
    return "".join(pieces)
