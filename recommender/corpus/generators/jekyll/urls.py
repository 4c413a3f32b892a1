"""Jekyll's permalink templates and their placeholders."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping

STYLES = {
    "none": "/:categories/:title:output_ext",
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
}
_PLACEHOLDER = re.compile(r":([a-z_]+)")
_KEPT = {"default": "", "pretty": "._~!$&'()+,;=@"}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DATES: dict[str, Callable[[dt.datetime], str]] = {
    "year": lambda date: f"{date.year:04}",
    "month": lambda date: f"{date.month:02}",
    "day": lambda date: f"{date.day:02}",
    "hour": lambda date: f"{date.hour:02}",
    "minute": lambda date: f"{date.minute:02}",
    "second": lambda date: f"{date.second:02}",
    "i_day": lambda date: f"{date.day}",
    "i_month": lambda date: f"{date.month}",
    "short_month": lambda date: _MONTHS[date.month - 1][:3],
    "long_month": lambda date: _MONTHS[date.month - 1],
    "short_year": lambda date: f"{date.year % 100:02}",
    "w_year": lambda date: f"{date.isocalendar().year}",
    "week": lambda date: f"{date.isocalendar().week:02}",
    "w_day": lambda date: f"{date.isoweekday()}",
    "short_day": lambda date: _DAYS[date.weekday()][:3],
    "long_day": lambda date: _DAYS[date.weekday()],
    "y_day": lambda date: f"{date.timetuple().tm_yday:03}",
}


class UnknownPlaceholderError(ValueError):
    """A template holds a placeholder whose value is not known."""


def slugify(text: str, mode: str = "default", *, cased: bool = False) -> str:
    """A text as Jekyll makes it part of an address.

    >>> slugify("Soup_Day & more!"), slugify("Soup_Day & more!", "pretty", cased=True)
    ('soup-day-more', 'Soup_Day-&-more!')
    """
    kept = re.escape(_KEPT[mode])
    # Letters and marks of any alphabet and decimal digits: what \w holds beside the underscore, but for other numbers.
    slug = "".join(one if _is_kept(one, kept) else " " for one in text)
    slug = re.sub(r" +", "-", slug)
    slug = re.sub(r"^-|-$", "", slug)
    return slug if cased else slug.lower()


def _is_kept(character: str, kept: str) -> bool:

    category = unicodedata.category(character)
    return category[0] in "LM" or category == "Nd" or (character in kept and character != "\\")


def with_suffix(template: str, style: str) -> str:
    """A template of pages or of a collection with the ending that the site's style of posts has."""
    if style == "pretty":
        return template + "/"
    if style in ("date", "ordinal", "none"):
        return template + ":output_ext"
    if style.endswith("/"):
        return template + "/"
    return template + ":output_ext" if style.endswith(":output_ext") else template


def fill(template: str, values: Mapping[str, str], date: dt.datetime | None) -> str:
    """A template of a post or a collection with the values of a document.

    Raises
    ------
    UnknownPlaceholderError
        A placeholder is none of Jekyll's, or needs a date that is not known.
    """

    def value(match: re.Match[str]) -> str:
        name = match[1]
        for one, rest in ((name, ""), (name.removesuffix("_"), "_")):
            if one in values:
                return values[one] + rest
            if one in _DATES:
                if date is None:
                    raise UnknownPlaceholderError(f":{one} needs a date, and the file has none")
                return _DATES[one](date) + rest
        raise UnknownPlaceholderError(f":{name} is not one of Jekyll's placeholders")

    return _PLACEHOLDER.sub(value, template)


def fill_page(template: str, folder: str, base: str, suffix: str) -> str:
    """A template of a page, which knows three placeholders."""
    return template.replace(":path", folder).replace(":basename", base).replace(":output_ext", suffix)


def sanitized(path: str) -> str:
    """A path as Jekyll cleans it."""
    return re.sub("/+", "/", f"/{path}".replace("..", "/").replace("./", ""))
