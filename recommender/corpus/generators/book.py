"""Books whose pages are those of their table of contents: mdBook (as of 0.4) and GitBook with its kin (HonKit)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from recommender.corpus.generators.address import Address, NotBuilt, Outcome, readable
from recommender.corpus.generators.configuration import Configuration, first_configuration
from recommender.corpus.generators.generator import Generator, covers, parts_below
from recommender.corpus.generators.values import text

_CONTENTS = "SUMMARY.md"
_LINK = re.compile(r"\]\(\s*<?([^)>\s]+)>?[^)]*\)")


class Book(Generator):
    """As `Generator`, for a folder of chapters with a table of contents."""

    def __init__(self, configuration: Configuration, content: str, source: str, contents: str = _CONTENTS) -> None:
        super().__init__(configuration, content)
        self._source = posixpath.normpath(source or ".").removeprefix(".").strip("/")
        self._contents = posixpath.join(self._source, contents)
        self.side_files = (self._contents,)
        written = self.folder.text(self._contents) or ""
        self.chapters = {
            posixpath.normpath(unquote(target.partition("#")[0])): number
            for number, target in enumerate(_LINK.findall(written))
            if "://" not in target
        }

    def owns(self, path: str) -> bool:
        inner = parts_below(path, self._source)
        if inner is None:
            return covers(self._source, path)
        return any(covers(inner, chapter) for chapter in self.chapters)

    def _address(self, path: str, front_matter: Mapping[str, object]) -> Outcome:
        inner = parts_below(path, self._source)
        if inner is None:
            return NotBuilt(f"it does not lie in {self._source}")
        if path == self._contents:
            return NotBuilt("it is the table of contents")
        if inner not in self.chapters:
            return NotBuilt(f"{self._contents} does not name it", Address(self.base + readable(self._page(inner))))
        return Address(self.base + readable(self._page(inner)))

    def _page(self, path: str) -> str:
        """The address of a chapter below the book's."""
        raise NotImplementedError


class MdBook(Book):
    """As `Book`, for mdBook."""

    name = "mdBook"

    def __init__(self, configuration: Configuration, content: str) -> None:
        super().__init__(configuration, content, text(configuration.at("book", "src")) or "src")
        self._set_base(text(configuration.at("output", "html", "site-url")))

    def _page(self, path: str) -> str:
        folder, slash, name = path.rpartition("/")
        stem = name.rpartition(".")[0]
        return f"/{folder}{slash}" if stem.casefold() in ("readme", "index") else f"/{folder}{slash}{stem}.html"


class GitBook(Book):
    """As `Book`, for GitBook."""

    name = "GitBook"

    def __init__(self, configuration: Configuration, content: str) -> None:
        at = configuration.at
        contents = text(at("structure", "summary")) or _CONTENTS
        super().__init__(configuration, content, text(at("root")) or "", contents.removeprefix("./"))
        self._start = posixpath.normpath(text(at("structure", "readme")) or "README.md")

    def _page(self, path: str) -> str:
        folder, slash, name = path.rpartition("/")
        if path == self._start:
            return "/"
        stem = name.rpartition(".")[0]
        return f"/{folder}" if stem.casefold() == "readme" else f"/{folder}{slash}{stem}"


def find_mdbook(folder: Path, content: str) -> Book | None:
    """MdBook by its configuration in a folder, None where there is none."""
    configuration = first_configuration(folder, ("book.toml",))
    return None if configuration is None else MdBook(configuration, content)


def find_gitbook(folder: Path, content: str) -> Book | None:
    """GitBook by its configuration in a folder, None where there is none."""
    configuration = first_configuration(folder, (".gitbook.yaml", "book.json"))
    return None if configuration is None else GitBook(configuration, content)


def guess_gitbook(folder: Path, content: str) -> Book | None:
    """GitBook by its table of contents beside a README, where it names a chapter of the content; None where not."""
    if not ((folder / _CONTENTS).is_file() and (folder / "README.md").is_file()):
        return None
    book = GitBook(Configuration(folder, (), {}), content)
    return book if book.chapters and book.owns(content) else None
