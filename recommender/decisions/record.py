"""One decision of an editor, and its line in the file."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Literal

import msgspec

from recommender import ranges
from recommender.validation_words import in_words

VERSION: Literal[1] = 1

Verdict = Literal["accept", "reject", "pin", "reorder", "never", "undo"]

# What each verdict says beside itself; everything else must be left out.
_SAYS: dict[Verdict, frozenset[str]] = {
    "accept": frozenset({"source", "target"}),
    "reject": frozenset({"source", "target"}),
    "pin": frozenset({"source", "target", "position"}),
    "reorder": frozenset({"source", "order"}),
    "never": frozenset({"target"}),
    "undo": frozenset({"undoes"}),
}
_PARTS = ("source", "target", "position", "order", "undoes")

# How msgspec names JSON that ends before it is complete.
_TRUNCATED = "truncated"


class Decision(msgspec.Struct, frozen=True, omit_defaults=True):
    """A decision; the names of its parts are those of the file.

    Attributes
    ----------
    v : int
        Version of the format.
    id : str
        Unique in the file.
    at : str
        When, in UTC: ``2026-01-31T09:05:59Z``.
    verdict : {"accept", "reject", "pin", "reorder", "never", "undo"}
    source, target : str
        Keys of the article whose list it is about, and of the one that is linked.
    position : int
        Of a pin: the place in the list, from 1.
    order : tuple of str
        Of a reorder: keys of the links in their new order.
    undoes : str
        Of an undo: the `id` of the decision that no longer holds; that may be an undo itself.
    batch : str
        The same for decisions that were made in one go, and are taken back in one go.
    """

    v: Literal[1]
    id: str
    at: str
    who: str
    verdict: Verdict
    source: str | None = None
    target: str | None = None
    position: int | None = None
    order: tuple[str, ...] | None = None
    undoes: str | None = None
    batch: str | None = None

    def __post_init__(self) -> None:
        says = _SAYS[self.verdict]
        for part in _PARTS:
            value = getattr(self, part)
            if (value is not None) != (part in says):
                raise ValueError(f"{self.verdict} {'needs' if part in says else 'has no'} {part}")
            if value == "":
                raise ValueError(f"{part} is empty")
        if self.position is not None and (wrong := ranges.K.problem(self.position)):
            raise ValueError(f"position {wrong}")
        if self.source is not None and self.source == self.target:
            raise ValueError("source and target are the same article")
        if not self.id:
            raise ValueError("id is empty")


class CutShortError(ValueError):
    """A line that ends before its decision is complete: its writing was interrupted."""


def new_decision(
    who: str,
    verdict: Verdict,
    *,
    source: str | None = None,
    target: str | None = None,
    position: int | None = None,
    order: tuple[str, ...] | None = None,
    undoes: str | None = None,
    batch: str | None = None,
    now: dt.datetime | None = None,
) -> Decision:
    """A decision made now, with an id of its own.

    Raises
    ------
    ValueError
        The parts do not fit the verdict.
    """
    moment = (now or dt.datetime.now(dt.UTC)).astimezone(dt.UTC)
    return Decision(
        VERSION, secrets.token_hex(8), moment.strftime("%Y-%m-%dT%H:%M:%SZ"), who, verdict,
        source, target, position, order, undoes, batch,
    )  # fmt: skip


def dump_line(decision: Decision) -> bytes:
    """The line of a decision, with its end."""
    return msgspec.json.encode(decision) + b"\n"


def parse_line(line: bytes) -> Decision:
    """The decision of a line.

    Raises
    ------
    CutShortError
        The line is the beginning of one.
    ValueError
        It is none.
    """
    try:
        return msgspec.json.decode(line, type=Decision)
    except msgspec.ValidationError as error:
        raise ValueError(_version_first(line) or in_words(str(error))) from None
    except msgspec.DecodeError as error:
        if line.lstrip().startswith(b"{") and _TRUNCATED in str(error):
            raise CutShortError("the line ends before its decision does; a write was interrupted") from None
        raise ValueError(f"not JSON: {error}") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"not valid UTF-8: {error.reason}") from None


def _version_first(line: bytes) -> str | None:
    """Of a line that does not fit: whether another version wrote it."""
    try:
        found = msgspec.json.decode(line)
    except RecursionError:
        return "it is nested too deeply"
    version = found.get("v") if isinstance(found, dict) else None
    if isinstance(version, int) and version > VERSION:
        return f"format version {version} is newer than this program, which reads version {VERSION}; upgrade it"
    return None
