"""How Hugo spells paths: what of a name it keeps, and what of a file's name it reads as a language."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Suffixes of files that are pages, by Hugo's content formats.
FORMATS = frozenset({"ad", "adoc", "asciidoc", "htm", "html", "markdown", "md", "mdown", "org", "pandoc", "pdc", "rst"})
_ALLOWED = frozenset("./\\_#+~-@")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")


def sanitized(path: str, *, keep_case: bool, plain_letters: bool) -> str:
    """A path as Hugo writes it: letters, digits and a few signs stay, runs of spaces become hyphens.

    >>> sanitized("/My Second R&D/", keep_case=False, plain_letters=False)
    '/my-second-rd/'
    """
    found: list[str] = []
    pending = was_hyphen = False
    for position, character in enumerate(path):
        if _is_allowed(character) or (character == "%" and _ESCAPE.match(path, position)):
            was_hyphen = character == "-"
            if pending and not was_hyphen:
                found.append("-")
            pending = False
            found.append(character)
        elif found and not was_hyphen and character.isspace():
            pending = True
    result = "".join(found)
    if plain_letters:
        decomposed = unicodedata.normalize("NFD", result)
        result = unicodedata.normalize("NFC", "".join(one for one in decomposed if unicodedata.category(one) != "Mn"))
    return result if keep_case else lowered(result)


def _is_allowed(character: str) -> bool:
    return (
        character in _ALLOWED or unicodedata.category(character)[0] in "LM" or unicodedata.category(character) == "Nd"
    )


def lowered(text: str) -> str:
    """Lower case letter by letter, as Go does it."""
    return "".join(low if len(low := one.lower()) == 1 else low[0] for one in text)


@dataclass(frozen=True, slots=True)
class ContentFile:
    """A file of the content folder, its name taken apart.

    Attributes
    ----------
    folder : str
        Its folder, without slashes at the ends; empty for the content folder itself.
    base : str
        The name without suffix and language.
    language : str or None
        The language in its name.
    """

    folder: str
    base: str
    language: str | None

    @property
    def is_branch(self) -> bool:
        """Whether it is the page of its folder: the home page, a section, a taxonomy or a term."""
        return self.base == "_index"

    @property
    def is_leaf(self) -> bool:
        """Whether the folder with all that it holds is one page."""
        return self.base == "index"


def take_apart(path: str, languages: frozenset[str]) -> ContentFile | None:
    """The parts of a file's path; None where it is no page by its suffix or is hidden."""
    folder, _, name = path.rpartition("/")
    stem, _, suffix = name.rpartition(".")
    if (
        suffix.lower() not in FORMATS
        or not stem
        or name[0] in ".#"
        or any(part[:1] == "." for part in folder.split("/"))
    ):
        return None
    before, dot, last = stem.rpartition(".")
    if dot and before and last.lower() in languages:
        return ContentFile(folder, before, last.lower())
    return ContentFile(folder, stem, None)
