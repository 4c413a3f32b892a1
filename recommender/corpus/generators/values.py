"""Values of front matter and configurations, whatever type their format gave them."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import yaml

_MOMENT = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:[Tt]|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d*)?)?)?"
    r"\s*(Z|z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{1,2})?(?:\s+[A-Z]{3,4})?"
)
_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})
Mapped = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Computed:
    """Stands for a value that a configuration computes, and that is not known without running it.

    Attributes
    ----------
    path, line
        Where it is written.
    code : str
        Its beginning, as written.
    otherwise : object
        What a literal beside it says for the case that it is not set (``process.env.BASE || "/"``); None without one.
    """

    path: str
    line: int
    code: str
    otherwise: object = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call in a configuration: what it gives is not known, with what it is made is.

    Attributes
    ----------
    path, line, code
        As in `Computed`.
    name : str
        What is called, as written; of a method its name alone.
    """

    path: str
    line: int
    code: str
    name: str
    arguments: tuple[object, ...]


def mapping(value: object) -> Mapped:
    """The value where it is a mapping, else an empty one."""
    return {str(key): item for key, item in value.items()} if isinstance(value, Mapping) else {}


def items(value: object) -> list[object]:
    """The items of a list; a single value is a list of one, nothing an empty list."""
    if isinstance(value, list | tuple):
        return list(value)
    return [] if value is None else [value]


def texts(value: object) -> list[str]:
    """The texts in a list, or a single one."""
    return [found for item in items(value) if (found := text(item)) is not None]


def text(value: object) -> str | None:
    """The text of a single value that says something, else None."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, int | float | dt.date):
        return str(value)
    return None


def truth(value: object) -> bool | None:
    """True, false, or None for anything else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        folded = value.strip().casefold()
        return True if folded in _TRUE else False if folded in _FALSE else None
    return None


def moment(value: object, zone: dt.tzinfo = dt.UTC) -> dt.datetime | None:
    """A date, or date and time, with its time zone; `zone` where none is written. None for anything else."""
    if isinstance(value, dt.datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=zone)
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day, tzinfo=zone)
    match = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    try:
        return dt.datetime(year, month, day, hour, minute, second, tzinfo=_zone(match[7]) or zone)
    except ValueError:
        return None


def zone_of(name: object) -> dt.tzinfo | None:
    """The time zone of that name (``Europe/Berlin``), None where there is none."""
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else None
    except (OSError, ValueError, LookupError):
        return None


def _zone(written: str | None) -> dt.tzinfo | None:
    if written is None:
        return None
    if written[0] not in "+-":
        return dt.UTC
    digits = written[1:].replace(":", "").ljust(4, "0") if len(written) > 3 else written[1:].rjust(2, "0") + "00"
    offset = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]))
    return dt.timezone(-offset if written[0] == "-" else offset)


def front_matter_of(text: str) -> Mapped:
    """The fields between ``---`` or ``+++`` lines, or of a JSON object, at the beginning of a text.

    Empty where there are none or they cannot be read: the reader of the page reports that.
    """
    text = text.removeprefix("\ufeff")
    try:
        if text.startswith("{"):
            return mapping(json.JSONDecoder().raw_decode(text)[0])
        fence = text[:3]
        first, newline, rest = text.partition("\n")
        if fence not in ("---", "+++") or first.strip() != fence or not newline:
            return {}
        lines = rest.split("\n")
        end = next((at for at, line in enumerate(lines) if line.rstrip() == fence), None)
        if end is None:
            return {}
        inner = "\n".join(lines[:end])
        return mapping(tomllib.loads(inner) if fence == "+++" else yaml.safe_load(inner))
    except (ValueError, yaml.YAMLError, RecursionError):
        return {}
