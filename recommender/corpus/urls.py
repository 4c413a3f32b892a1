"""Urls, paths and slugs: how a file's url follows from its path, and when two urls are the same page."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote, urlsplit

from recommender.settings import UrlSettings

PLACEHOLDERS = ("path", "slug", "year", "month", "day")

_PLACEHOLDER = re.compile(r"\{(" + "|".join(PLACEHOLDERS) + r")\}")
_PLAIN_PATH = re.compile(r"/(?:[\w.~-][\w./~-]*)?", re.ASCII)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|(?:mailto|tel|sms|javascript|data|xref|irc|news|about):\S", re.IGNORECASE)
# As Jekyll names posts.
_DATED = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})-(.+)")


def stem_of(path: str) -> str:
    """A file's path without its suffix: ``guides/install.md`` gives ``guides/install``."""
    folder, slash, name = path.rpartition("/")
    dot = name.rfind(".")
    return folder + slash + (name[:dot] if 0 < dot < len(name) - 1 else name)


def slug_of(path: str) -> str:
    """A file's name without its suffix; of an ``index`` file the name of its folder."""
    folder, _, name = stem_of(path).rpartition("/")
    return folder.rpartition("/")[2] if folder and name in ("index", "_index") else name


def name_of(path: str) -> str:
    """A file's name as words; of an ``index`` or ``README`` file its folder's.

    >>> name_of("guides/getting-started.md")
    'Getting started'
    """
    stem = stem_of(path)
    slug = slug_of(path)
    if slug.casefold() == "readme":
        slug = stem.rpartition("/")[0].rpartition("/")[2] or slug
    dated = _DATED.fullmatch(slug)
    words = " ".join(re.split(r"[\s_-]+", dated[4] if dated else slug)).strip()
    return words[:1].upper() + words[1:] if words.islower() else words


def url_of(path: str, urls: UrlSettings) -> str:
    """The url path of a file by the site's settings.

    >>> url_of("_plugins/acl/index.md", UrlSettings(rewrite={"_plugins/": "plugins/"}))
    '/plugins/acl/'
    >>> url_of("_posts/2024-05-17-cells.md", UrlSettings(rewrite={"_posts/": "/{year}/{month}/{day}/{slug}.html"}))
    '/2024/05/17/cells.html'
    """
    stem = stem_of(path)
    if stem in ("index", "_index"):
        stem = ""
    elif stem.endswith(("/index", "/_index")):
        stem = stem.rpartition("/")[0]
    for beginning in sorted(urls.rewrite, key=len, reverse=True):
        if (stem + "/").startswith(beginning):
            template, rest = urls.rewrite[beginning], (stem + "/")[len(beginning) :].rstrip("/")
            if "{" in template:
                return _filled(template, rest)
            stem = (template + rest).rstrip("/")
            break
    return _filled(urls.pattern, stem)


def _filled(pattern: str, stem: str) -> str:
    """A pattern with the parts of a path in it; a file that is not named after a date has none of its parts."""
    name = stem.rpartition("/")[2]
    dated = _DATED.fullmatch(name)
    year, month, day, slug = dated.groups() if dated else ("", "", "", name)
    parts = {"path": stem, "slug": slug, "year": year, "month": month.zfill(2), "day": day.zfill(2)}
    url = _PLACEHOLDER.sub(lambda match: parts[match[1]], pattern)
    while "//" in url:
        url = url.replace("//", "/")
    return url


def is_address(written: str) -> bool:
    """Whether it begins with a scheme, such as ``https:`` or ``mailto:``."""
    return _ADDRESS.match(written) is not None


def normal_url(url: str, urls: UrlSettings) -> str | None:
    """The form in which urls of one page are equal, None where the url leads to another site or is none.

    Scheme and host of the site itself, query, fragment and a final slash (or ``index.html``) are dropped, percent
    escapes resolved and letters composed; the case of letters is kept but for the host's.
    """
    if _PLAIN_PATH.fullmatch(url):
        # Most urls of a site are plain paths, and taking urls apart is slow.
        return url.removesuffix("index.html").rstrip("/") or "/"
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    if parts.scheme or parts.netloc:
        own = urlsplit(urls.site).netloc.casefold() if urls.site else ""
        if parts.netloc.casefold() != own or not own:
            return None
    path = unquote(parts.path).removesuffix("index.html").rstrip("/")
    if not path.isascii():
        path = unicodedata.normalize("NFC", path)
    return path if path.startswith("/") else "/" + path
