"""Hugo's permalink patterns and their tokens."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_TOKEN = re.compile(r":\w+(?:\[.+?\])?")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


class UnknownTokenError(ValueError):
    """A pattern holds a token whose value is not known."""


@dataclass(frozen=True, slots=True)
class PageParts:
    """What tokens can name of a page; texts as they are written, not yet fit for an address.

    Attributes
    ----------
    title, slug, base : str
        `base` is the file's name, or its folder's where it is a bundle.
    sections : tuple of str
        The folders above it, as they are spelled in addresses.
    section_slugs : tuple of str or None
        The slug, else the title, of each of these folders; None where it has neither.
    """

    title: str
    slug: str
    base: str
    date: dt.datetime
    sections: tuple[str, ...]
    section_slugs: tuple[str | None, ...]


def expand(pattern: str, page: PageParts, urlize: Callable[[str], str]) -> str:
    """A pattern with the page's values in place of its tokens.

    Raises
    ------
    UnknownTokenError
        A token is none of Hugo's, or the page lacks what it names.
    """
    escaped = pattern.replace("\\:", "\0")
    return _TOKEN.sub(lambda match: _value(match[0][1:], page, urlize), escaped).replace("\0", ":")


def _value(token: str, page: PageParts, urlize: Callable[[str], str]) -> str:
    name, bracket, cut = token.partition("[")
    if name == "section":
        return page.sections[0] if page.sections else ""
    if name == "sections":
        return "/".join(_cut(page.sections, bracket + cut))
    if name in ("sectionslug", "sectionslugs"):
        if None in page.section_slugs:
            raise UnknownTokenError(f":{token} needs a title of each section")
        slugs = [urlize(slug) for slug in page.section_slugs if slug is not None]
        return "/".join(slugs[:1] if name == "sectionslug" else _cut(slugs, bracket + cut))
    if name in ("slugorfilename", "slugorcontentbasename"):
        return urlize(page.slug or page.base)
    if name in ("filename", "contentbasename"):
        return urlize(page.base)
    if name == "slug":
        return urlize(page.slug or page.title.replace("/", "-"))
    if name == "title":
        return urlize(page.title.replace("/", "-"))
    return _dated(token, page.date)


def _dated(token: str, date: dt.datetime) -> str:
    values = {
        "year": f"{date.year}",
        "month": f"{date.month:02}",
        "monthname": _MONTHS[date.month - 1],
        "day": f"{date.day:02}",
        "weekday": f"{date.isoweekday() % 7}",
        "weekdayname": _DAYS[date.weekday()],
        "yearday": f"{date.timetuple().tm_yday}",
    }
    if token in values:
        return values[token]
    return _layout(token, date)


# Go's reference time, spelled in the parts that a token of letters and digits can hold.
_LAYOUT = re.compile(r"January|Jan|Monday|Mon|MST|2006|002|_2|01|02|03|04|05|06|15|PM|pm|1|2|3|4|5")


def _layout(token: str, date: dt.datetime) -> str:
    """A date by a layout of Go's ``time`` package."""
    hour = date.hour % 12 or 12
    values = {
        "January": _MONTHS[date.month - 1], "Jan": _MONTHS[date.month - 1][:3], "Monday": _DAYS[date.weekday()],
        "Mon": _DAYS[date.weekday()][:3], "2006": f"{date.year:04}", "06": f"{date.year % 100:02}",
        "002": f"{date.timetuple().tm_yday:03}", "_2": f"{date.day:2}", "01": f"{date.month:02}", "1": f"{date.month}",
        "02": f"{date.day:02}", "2": f"{date.day}", "15": f"{date.hour:02}", "03": f"{hour:02}", "3": f"{hour}",
        "04": f"{date.minute:02}", "4": f"{date.minute}", "05": f"{date.second:02}", "5": f"{date.second}",
        "PM": "PM" if date.hour >= 12 else "AM", "pm": "pm" if date.hour >= 12 else "am",
    }  # fmt: skip
    if not _LAYOUT.search(token) or "MST" in token:
        raise UnknownTokenError(f":{token} is not one of Hugo's tokens")
    return _LAYOUT.sub(lambda match: values[match[0]], token)


def _cut(parts: Sequence[str], cut: str) -> list[str]:
    """Some of the sections, by ``[1:]``, ``[last]`` and the like."""
    if not cut:
        return list(parts)
    low, colon, high = cut.strip("[]").lower().partition(":")
    count = len(parts)
    first = _position(low, count, 0)
    if not colon:
        return [parts[first]] if first < count else []
    last = _position(high, count, count)
    return list(parts[first:last]) if first < count else []


def _position(written: str, count: int, otherwise: int) -> int:
    if written == "last":
        return count - 1
    return int(written) if written.isdecimal() else otherwise
