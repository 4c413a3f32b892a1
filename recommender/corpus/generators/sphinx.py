"""Sphinx (as of 9): each document is a page at its path, with or without a suffix."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from recommender.corpus.generators.address import Address, NotBuilt, Outcome, readable
from recommender.corpus.generators.configuration import Configuration, read_settings
from recommender.corpus.generators.generator import Generator, parts_below
from recommender.corpus.generators.globs import fits
from recommender.corpus.generators.values import text, texts

_CONFIGURATION = "conf.py"
# What Sphinx's own command writes into every configuration.
_SIGNS = ("project", "extensions", "html_theme", "master_doc", "root_doc")
_BUILT = ("_build", "_static", "_templates")


class Sphinx(Generator):
    """As `Generator`, for Sphinx. The folder of its configuration holds its documents."""

    name = "Sphinx"

    def __init__(self, configuration: Configuration, content: str) -> None:
        super().__init__(configuration, content)
        at = configuration.at
        self._set_site(text(at("html_baseurl")))
        self._suffix = ".html" if at("html_file_suffix") is None else text(at("html_file_suffix")) or ""
        self._excluded = tuple(texts(at("exclude_patterns")))
        self._root = text(at("root_doc")) or text(at("master_doc")) or "index"

    def owns(self, path: str) -> bool:
        return not any(parts_below(path, folder) is not None for folder in _BUILT)

    def _address(self, path: str, front_matter: Mapping[str, object]) -> Outcome:
        if not self.owns(path) or any(fits(pattern, path) or _is_below(path, pattern) for pattern in self._excluded):
            return NotBuilt("exclude_patterns names it")
        stem = path.rpartition(".")[0]
        folder, slash, name = stem.rpartition("/")
        if stem == self._root or (name == "index" and self._suffix == ".html"):
            return Address(self.base + readable(f"/{folder}{slash}"))
        return Address(self.base + readable(f"/{stem}{self._suffix}"))


def _is_below(path: str, pattern: str) -> bool:
    return parts_below(path, pattern.rstrip("/")) is not None


def find_sphinx(folder: Path, content: str) -> Sphinx | None:
    """Sphinx by its configuration in a folder, None where there is none."""
    if not (folder / _CONFIGURATION).is_file():
        return None
    values, problems = read_settings(folder, _CONFIGURATION)
    if not any(name in values for name in _SIGNS):
        return None
    configuration = Configuration(folder, (_CONFIGURATION,), values)
    configuration.unknown += problems
    return Sphinx(configuration, content)
