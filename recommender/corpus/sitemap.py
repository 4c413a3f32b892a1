"""The addresses in a sitemap, or in the sitemaps that an index names."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

from recommender.errors import InputError
from recommender.inputs import read_input

MAX_BYTES = 100_000_000
"""The size of the largest sitemap that is read, also when it is unpacked; the protocol allows half of that."""
MAX_ADDRESSES = 5_000_000


def sitemap_addresses(path: Path) -> tuple[str, ...]:
    """The addresses of a site without scheme and host, in the order of the file, each once.

    Parameters
    ----------
    path : Path
        ``sitemap.xml``, an index of sitemaps that are files beside it, or a text with an address a line; also packed
        (``.gz``).

    Raises
    ------
    InputError
        It cannot be read, is larger than `MAX_BYTES`, or is no sitemap; or a sitemap of the index is not there.
    """
    found: dict[str, None] = {}
    for address in _addresses(path, is_inside=False):
        found[address] = None
        if len(found) > MAX_ADDRESSES:
            raise InputError(f"{path}: expected at most {MAX_ADDRESSES:,} addresses")
    if not found:
        raise InputError(f"{path}: expected a sitemap with addresses; found none")
    return tuple(found)


def _addresses(path: Path, *, is_inside: bool) -> Iterator[str]:
    raw = _unpacked(path, read_input(path, "a sitemap", MAX_BYTES))
    if not raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        yield from _paths(path, raw.decode("utf-8", "replace").splitlines())
        return
    locations, is_index = _locations(path, raw)
    if not is_index:
        yield from _paths(path, locations)
        return
    if is_inside:
        raise InputError(f"{path}: an index of sitemaps names another index; give the sitemaps themselves")
    for location in locations:
        yield from _addresses(_beside(path, location), is_inside=True)


def _locations(path: Path, raw: bytes) -> tuple[list[str], bool]:
    """What a sitemap or an index names, and whether it is an index."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    found: list[str] = []
    kind = ""
    parents: list[str] = []
    try:
        for event, element in iterparse(BytesIO(raw), events=("start", "end"), forbid_dtd=True):
            name = element.tag.rpartition("}")[2]
            if event == "start":
                kind = kind or name
                parents.append(name)
                continue
            parents.pop()
            # An image or a video of a page has a location too.
            if name == "loc" and parents[-1:] in (["url"], ["sitemap"]) and element.text:
                found.append(element.text.strip())
            if name in ("url", "sitemap"):
                element.clear()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise InputError(f"{path}: not a sitemap that can be read: {error}") from None
    if kind not in ("urlset", "sitemapindex"):
        raise InputError(f"{path}: expected a sitemap (urlset or sitemapindex); found <{kind}>")
    return found, kind == "sitemapindex"


def _unpacked(path: Path, raw: bytes) -> bytes:
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    try:
        with gzip.GzipFile(fileobj=BytesIO(raw)) as file:
            text = file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: not a packed file that can be read: {error}") from None
    if len(text) > MAX_BYTES:
        raise InputError(f"{path}: more than {MAX_BYTES:,} bytes when it is unpacked")
    return text


def _beside(index: Path, location: str) -> Path:
    """The file of a sitemap that an index names by its address: below the index's folder, else beside it."""
    (path,) = _paths(index, [location]) or ("",)
    parts = [part for part in path.split("/") if part not in ("", ".", "..")]
    for place in (index.parent.joinpath(*parts), index.parent / (parts[-1] if parts else "")):
        for file in (place, place.with_name(place.name.removesuffix(".gz"))):
            if file.is_file():
                return file
    raise InputError(f"{index} names {location}; expected its file beside it, found none")


def _paths(path: Path, addresses: list[str]) -> list[str]:
    """Addresses without scheme and host."""
    found = []
    for number, address in enumerate(addresses, start=1):
        if not address.strip():
            continue
        try:
            parts = urlsplit(address.strip())
        except ValueError:
            raise InputError(f"{path}: address {number:,} is none: {address[:80]!r}") from None
        found.append(unquote(parts.path) or "/")
    return found
