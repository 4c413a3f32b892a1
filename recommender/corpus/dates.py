"""Days and instants, in the ways in which people and generators write them."""

from __future__ import annotations

import datetime as dt
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache

from dateutil import parser

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:$|[Tt ](.*))")
_SLASHED = re.compile(r"(\d{4})([/.])(\d{1,2})\2(\d{1,2})(?:$|[Tt ](.*))")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_SECONDS = re.compile(r"[1-9]\d{8,9}(?:\d{3})?")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})?")
# As Jekyll, Hugo and others name files; the day may be missing in none of them.
_FILE_NAME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[-_].*)?")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as it is written.

    Attributes
    ----------
    day : datetime.date
        The day that is written, whatever its time zone.
    instant : str or None
        The instant in UTC, such as ``2024-12-31T22:00:00+00:00``, where a time zone is written.
    """

    day: dt.date
    instant: str | None = None

    @property
    def written(self) -> str:
        """The instant, else the day, in ISO 8601."""
        return self.instant or self.day.isoformat()


@lru_cache(maxsize=4096)
def read_moment(written: str) -> Moment | None:
    """What a date says, None where it names no day.

    Examples
    --------
    >>> read_moment("2024-01-01T00:30:00+09:00")
    Moment(day=datetime.date(2024, 1, 1), instant='2023-12-31T15:30:00+00:00')
    >>> read_moment("Jun 3, 2023").day
    datetime.date(2023, 6, 3)
    >>> read_moment("2024-01") is None
    True
    """
    text = written.strip()
    try:
        if match := _ISO.fullmatch(text):
            return _moment(match[1], match[2], match[3], match[4])
        if match := _SLASHED.fullmatch(text):
            return _moment(match[1], match[3], match[4], match[5])
        if match := _COMPACT.fullmatch(text):
            return _moment(match[1], match[2], match[3], None)
        if _SECONDS.fullmatch(text):
            seconds = int(text) if len(text) < 12 else int(text) / 1000
            return _of_instant(dt.datetime.fromtimestamp(seconds, dt.UTC))
        return _in_words(text)
    except (ValueError, OverflowError):
        return None


def day_of_name(path: str) -> dt.date | None:
    """The day with which a file's name begins, None where it begins with none."""
    match = _FILE_NAME.fullmatch(path.rpartition("/")[2].rpartition(".")[0])
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _moment(year: str, month: str, day: str, rest: str | None) -> Moment:
    date = dt.date(int(year), int(month), int(day))
    match = _TIME.fullmatch(rest.strip()) if rest else None
    if match is None:
        return Moment(date)
    time = dt.time(int(match[1]), int(match[2]), int(match[3] or 0), tzinfo=_zone(match[4]))
    return Moment(date, dt.datetime.combine(date, time).astimezone(dt.UTC).isoformat())


def _zone(written: str) -> dt.tzinfo:
    match = _OFFSET.fullmatch(written)
    if match is None:
        return dt.UTC
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    return dt.timezone(dt.timedelta(minutes=-minutes if match[1] == "-" else minutes))


def _in_words(text: str) -> Moment | None:
    """A date whose day, month and year are all there, in any order; what is missing would be made up otherwise."""
    if len(text) > 60 or not re.search(r"\d{4}", text) or not re.search(r"\d{1,2}(?!\d)", text):
        return None
    with warnings.catch_warnings():
        # A time zone by a name that is not known is one that is not there.
        warnings.simplefilter("ignore")
        one, other = (parser.parse(text, default=dt.datetime(2000, *parts)) for parts in ((1, 1), (2, 2)))
    if one.date() != other.date():
        return None
    return _of_instant(one.astimezone(dt.UTC), one.date()) if one.tzinfo else Moment(one.date())


def _of_instant(instant: dt.datetime, day: dt.date | None = None) -> Moment:
    return Moment(day or instant.date(), instant.isoformat())
