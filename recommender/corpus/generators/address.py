"""What a generator makes of one file: a page with an address, no page, or something that no rule can know."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

# What a path of a url may hold as it is (RFC 3986: unreserved, sub-delims, ":", "@" and "/").
_UNSAFE = re.compile(r"[^A-Za-z0-9._~!$&'()*+,;=:@/\-]")


@dataclass(frozen=True, slots=True)
class Address:
    """A page that the generator builds.

    Attributes
    ----------
    url : str
        Its path on the site's host, the base path included (``/blog/posts/soup/``). Letters of any alphabet are
        readable; what a url cannot hold (spaces, ``%``, ``#``, ``?``, quotes) is percent-encoded, so that
        `urllib.parse.unquote` gives the path of the page.
    since, until : datetime.datetime or None
        The page is built only from and until that moment; None without such a limit. Both have a time zone.
    listed : bool
        The site names it among its pages; one that it leaves out of its collections, or that lists others, is not
        proposed.
    """

    url: str
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    listed: bool = True


@dataclass(frozen=True, slots=True)
class NotBuilt:
    """The generator builds no page of the file.

    Attributes
    ----------
    reason : str
        Continues "is not built: ", such as ``"draft: true"``.
    address : Address or None
        What the page's address will be once it is published; None where the file is no page at all.
    """

    reason: str
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """The page's address depends on something that only the generator can work out.

    Attributes
    ----------
    reason : str
        Continues "its address is not known: ", such as ``"permalink is a template"``.
    listed : bool
        As of `Address`.
    """

    reason: str
    listed: bool = True


Outcome = Address | NotBuilt | Unknown


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file belongs among the site's languages.

    Attributes
    ----------
    language : str or None
        Its language's code as the generator's configuration writes it; None on a site of one language that names none.
    page : str
        The file's path without the marks of its language: equal for all translations of a page.
    """

    language: str | None
    page: str


def readable(path: str) -> str:
    """A path as a url: what a url cannot hold is percent-encoded, letters of any alphabet stay.

    >>> readable("/Käse & 100% a.b/")
    '/Käse%20&%20100%25%20a.b/'
    """
    return _UNSAFE.sub(_escaped, path)


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if ord(character) > 127 and character.isprintable() and not character.isspace():
        return character
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogateescape"))
