"""One content file of Hugo: whether it is built, and the address of its page."""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote

from recommender.corpus.generators.address import Address, NotBuilt, Outcome, Unknown, readable
from recommender.corpus.generators.hugo.paths import ContentFile, lowered
from recommender.corpus.generators.hugo.permalinks import PageParts, UnknownTokenError, expand
from recommender.corpus.generators.hugo.settings import Mount, Permalink, is_ugly
from recommender.corpus.generators.values import Mapped, mapping, moment, text, texts, truth

if TYPE_CHECKING:
    from recommender.corpus.generators.configuration import Configuration

_DATED_NAME = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(?:-(\d\d-\d\d-\d\d))?[-_]?(.*)")
# Front matter by which each date is known, the first that is there.
_DATES = {
    "date": ("date", "publishdate", "pubdate", "published", "lastmod", "modified"),
    "publishdate": ("publishdate", "pubdate", "published", "date"),
    "expirydate": ("expirydate", "unpublishdate"),
}
_ALIASES = {
    "date": ("date",),
    "publishdate": ("publishdate", "pubdate", "published"),
    "lastmod": ("lastmod", "modified"),
    "expirydate": ("expirydate", "unpublishdate"),
}
_NO_DATE = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


class PageSite(Protocol):
    """A site of Hugo as its pages need it; see `Hugo`."""

    configuration: Configuration
    zone: dt.tzinfo
    permalinks: dict[str, list[Permalink]]
    kinds_off: set[str]

    def branch(self, mount: Mount, folder: str, language: str) -> Mapped: ...

    def inherited(self, mount: Mount, folder: str, path: str, kind: str, language: str) -> Mapped: ...

    def spelled(self, path: str) -> str: ...

    def sanitized(self, path: str) -> str: ...

    def prefix(self, language: str) -> str: ...

    def base_of(self, language: str) -> str: ...

    def kind_of(self, file: ContentFile, folder: str) -> str: ...


class HugoPage:
    """One file that may be a page."""

    def __init__(self, site: PageSite, mount: Mount, file: ContentFile, folder: str, language: str) -> None:
        self._site = site
        self._mount = mount
        self._file = file
        self._language = language
        self._kind = site.kind_of(file, folder)
        # Of a page bundle and of a section the name is the folder's.
        named_by_folder = file.is_leaf and bool(folder)
        self._base = folder.rpartition("/")[2] if named_by_folder else file.base
        self._folder = folder.rpartition("/")[0] if named_by_folder else folder

    def outcome(self, own: Mapped) -> Outcome:
        logical = f"/{self._folder}" if self._file.is_branch else posixpath.join("/", self._folder, self._base)
        logical = lowered(logical).replace(" ", "-")
        inherited = self._site.inherited(self._mount, self._file.folder, logical, self._kind, self._language)
        fields = {**inherited, **own}
        if self._kind in self._site.kinds_off:
            return NotBuilt(f"disableKinds leaves out pages of the kind {self._kind}")
        if (reason := _left_out(fields)) is not None:
            return NotBuilt(reason)
        try:
            url = self._url(fields, logical)
        except UnknownTokenError as error:
            return Unknown(f"of a permalink pattern: {error}")
        return self._dated(url, fields)

    def _dated(self, url: str, fields: Mapped) -> Outcome:
        at = self._site.configuration.at
        since = None if truth(at("buildfuture")) is True else self._moment("publishdate", fields)
        until = None if truth(at("buildexpired")) is True else self._moment("expirydate", fields)
        address = Address(url, since, until)
        if truth(fields.get("draft")) is True and truth(at("builddrafts")) is not True:
            return NotBuilt("draft: true", address)
        return address

    def _moment(self, name: str, fields: Mapped) -> dt.datetime | None:
        """One of Hugo's four dates, by the fields that the configuration names."""
        configured = [one.lower() for one in texts(self._site.configuration.at("frontmatter", name))]
        names: list[str] = []
        for one in configured or [":default"]:
            names += _DATES.get(name, ()) if one == ":default" else _ALIASES.get(one, (one,))
        for one in names:
            if one == ":filename":
                match = _DATED_NAME.fullmatch(self._base)
                found = moment(match[1], self._site.zone) if match is not None else None
            else:
                found = moment(fields.get(one), self._site.zone)
            if found is not None:
                return found
        return None

    def _slug(self, fields: Mapped) -> str:
        slug = text(fields.get("slug"))
        if slug is None and ":filename" in texts(self._site.configuration.at("frontmatter", "date")):
            match = _DATED_NAME.fullmatch(self._base)
            slug = match[3] if match is not None and match[3] else None
        return (slug or "").strip("-")

    def _url(self, fields: Mapped, logical: str) -> str:
        site = self._site
        prefix, base = site.prefix(self._language), site.base_of(self._language)
        if self._kind == "home":
            return f"{base}/{readable(prefix)}"
        slug = self._slug(fields)
        written = text(fields.get("url"))
        if written is not None:
            return base + readable(self._own_url(written.strip(), prefix, fields, slug))
        ugly = self._kind in ("page", "term") and is_ugly(site.configuration, self._folder.split("/")[0])
        pattern = next((one.pattern for one in site.permalinks[self._language] if one.fits(self._kind, logical)), None)
        if pattern is not None:
            path = site.sanitized("/" + unquote(self._expanded(pattern, fields, slug).replace("+", " ")).strip("/"))
        elif self._file.is_branch:
            path = site.spelled(self._above())
        else:
            name = site.sanitized(slug) if slug else site.spelled(self._base)
            path = posixpath.join(site.spelled(self._above()), name.lstrip("/"))
        path = _cleaned(f"{prefix}/{path}")
        return base + readable(path if path == "/" else path + (".html" if ugly else "/"))

    def _above(self) -> str:
        """The path of the sections above, and of a section itself, where those with a slug go by it."""
        parts: list[str] = []
        raw = self._file.folder.split("/") if self._file.folder else []
        if self._file.is_leaf:
            raw = raw[:-1]
        for depth in range(1, len(raw) + 1):
            slug = text(self._site.branch(self._mount, "/".join(raw[:depth]), self._language).get("slug"))
            parts.append(self._site.sanitized(slug) if slug else raw[depth - 1])
        return posixpath.join(self._mount.target, *parts)

    def _own_url(self, written: str, prefix: str, fields: Mapped, slug: str) -> str:
        """The path that the field ``url`` asks for."""
        if ":" in written:
            written = self._expanded(written, fields, slug)
        path = _cleaned(written)
        is_file = "." in written and not written.endswith("/")
        if not written.startswith("/"):
            path = f"/{prefix}".rstrip("/") + path
        if is_file:
            return path.removesuffix("index.html")
        return path if path.endswith("/") else f"{path}/"

    def _expanded(self, pattern: str, fields: Mapped, slug: str) -> str:
        site = self._site
        raw = self._file.folder.split("/") if self._file.folder else []
        if self._file.is_leaf:
            raw = raw[:-1]
        while len(raw) > 1 and not site.branch(self._mount, "/".join(raw), self._language):
            # A folder below the top is a section only where it has a page of its own.
            raw.pop()
        sections = tuple(site.spelled(part) for part in (*self._mount.target.split("/"), *raw) if part)
        slugs: list[str | None] = []
        for depth in range(1, len(raw) + 1):
            branch = site.branch(self._mount, "/".join(raw[:depth]), self._language)
            slugs.append(text(branch.get("slug")) or text(branch.get("title")))
        base = self._base if not self._file.is_branch else ""
        title = fields.get("title")
        page = PageParts(
            title=text(title) or "",
            slug=slug,
            base=base,
            date=self._moment("date", fields) or _NO_DATE,
            sections=sections,
            section_slugs=tuple(slugs),
        )
        return expand(pattern, page, site.sanitized)


def _left_out(fields: Mapped) -> str | None:
    """Why front matter says that a page is not built, None where it does not say so."""
    if truth(fields.get("headless")) is True:
        return "headless: true"
    build = mapping(fields.get("build") or fields.get("_build"))
    render = build.get("render")
    if truth(render) is False or text(render) in ("never", "link"):
        return f"build.render: {text(render)}"
    outputs = [one.lower() for one in texts(fields.get("outputs"))]
    if outputs and "html" not in outputs:
        return "its outputs are not HTML"
    return None


def _cleaned(path: str) -> str:
    """A path from the root on, without empty and dotted parts."""
    return posixpath.normpath("/" + path.lstrip("/"))


def upwards(folder: str) -> list[str]:
    """A folder and those above it, the nearest first."""
    parts = folder.split("/") if folder else []
    return ["/".join(parts[:depth]) for depth in range(len(parts), -1, -1)]
