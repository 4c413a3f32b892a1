"""What is known of a site from its generator's configuration."""

from __future__ import annotations

import posixpath
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from recommender.corpus.generators.address import NotBuilt, Outcome, Place
from recommender.corpus.generators.configuration import Configuration, UnknownSetting
from recommender.corpus.generators.folder import SiteFolder
from recommender.digest import digest

OUTSIDE = "it does not lie in the generator's folder"


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the site.

    Attributes
    ----------
    code : str
        As the configuration writes it (``de``, ``pt-BR``, ``zh_CN``).
    """

    code: str
    default: bool = False


class Generator(ABC):
    """A site as its generator sees it; `read_generator` makes one.

    Parameters
    ----------
    content : str
        The content folder that was asked about, relative to the configuration's folder; empty where it is that.

    Attributes
    ----------
    name : str
        The generator's name, as its users write it.
    root : pathlib.Path
        The folder of the configuration.
    files : tuple of str
        The files of the configuration, relative to `root`; none where the generator was recognised without one.
    site : str or None
        Scheme and host, without a final slash (``https://example.org``).
    base : str
        The path below the host where the site is: empty, or such as ``/blog``, without a final slash. Every address
        begins with it.
    languages : tuple of Language
        Empty where the site names none.
    """

    name: str

    def __init__(self, configuration: Configuration, content: str) -> None:
        self.configuration = configuration
        self.root: Path = configuration.folder
        self.files: tuple[str, ...] = configuration.files
        self.site: str | None = None
        self.base = ""
        self.languages: tuple[Language, ...] = ()
        self.folder = SiteFolder(configuration.folder)
        self._content = content

    @property
    def unknown(self) -> tuple[UnknownSetting, ...]:
        """What the configuration computes, so that addresses which depend on it may be others."""
        return tuple(self.configuration.unknown)

    @abstractmethod
    def owns(self, path: str) -> bool:
        """Whether a file or folder, relative to `root`, belongs to the generator's content or holds it."""

    def address(self, path: str, front_matter: Mapping[str, object]) -> Outcome:
        """What the generator makes of a file.

        Parameters
        ----------
        path : str
            Relative to the content folder that `read_generator` was given, with forward slashes.
        front_matter : mapping
            The file's front matter as plain values; empty where it has none. Dates and truth values may be texts.
        """
        inner = self._from_root(path)
        return NotBuilt(OUTSIDE) if inner.startswith("../") else self._address(inner, front_matter)

    def place(self, path: str) -> Place:
        """The language of a file, and what its translations have in common with it."""
        inner = self._from_root(path)
        return Place(None, path) if inner.startswith("../") else self._place(inner)

    def fingerprint(self) -> bytes:
        """Names all that addresses depend on beside the pages' own files: where it is the same, addresses are."""
        parts = [self.name.encode()]
        parts += [(self.folder.text(path) or "").encode() for path in (*self.files, *self.side_files)]
        top = "" if self._content.startswith("..") else posixpath.normpath(self._content or ".").removeprefix(".")
        above = [folder for folder in _above(top) if top]
        for folder, names in [*((one, self.folder.names(one)) for one in above), *self.folder.walk(top)]:
            for name in sorted(names):
                weight = self._weight(name)
                if weight is not None:
                    place = posixpath.join(folder, name)
                    parts += [place.encode(), (self.folder.text(place) or "").encode() if weight == "text" else b""]
        return digest(*parts)

    # It builds a page without a translation in the default language.
    falls_back: bool = False

    # Files beside the configuration that decide addresses, too.
    side_files: tuple[str, ...] = ()

    def _weight(self, name: str) -> Literal["name", "text"] | None:
        """Whether a file's name, or its text, decides where other files of its folder or below are built."""
        return None

    @abstractmethod
    def _address(self, path: str, front_matter: Mapping[str, object]) -> Outcome:
        """As `address`, of a path relative to `root`."""

    def _place(self, path: str) -> Place:
        """As `place`, of a path relative to `root`."""
        return Place(None, path)

    def _from_root(self, path: str) -> str:
        found = posixpath.normpath(posixpath.join(self._content, path))
        if found.startswith("../"):
            # The content folder lies above.
            root = self.root.as_posix()
            return posixpath.relpath(posixpath.join(root, found), root)
        return found

    def _set_site(self, address: str | None) -> None:
        """Take scheme, host and base path from the address of the site's start page."""
        if not address:
            return
        try:
            parts = urlsplit(address.strip())
            host = parts.hostname
        except ValueError:
            return
        if parts.scheme and host:
            self.site = f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"
        self._set_base(parts.path)

    def _set_base(self, path: str | None) -> None:
        stripped = (path or "").strip().strip("/")
        self.base = f"/{stripped}" if stripped else ""


def _above(folder: str) -> list[str]:
    """The folders above a folder."""
    parts = folder.split("/")
    return ["/".join(parts[:depth]) for depth in range(len(parts))]


def parts_below(path: str, folder: str) -> str | None:
    """What follows a folder in a path, None where the path does not lie in it; every path lies in the folder ``""``."""
    folder = folder.strip("/")
    if folder in ("", "."):
        return path
    return path[len(folder) + 1 :] if path.startswith(folder + "/") else None


def covers(folder: str, path: str) -> bool:
    """Whether a path lies in a folder, is it, or contains it."""
    folder, path = (one.strip("/") if one not in (".", "./") else "" for one in (folder, path))
    return (
        not folder
        or not path
        or path == folder
        or f"{path}/".startswith(f"{folder}/")
        or f"{folder}/".startswith(f"{path}/")
    )
