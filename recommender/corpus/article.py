"""What the rest of the package knows of an article."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import msgspec

from recommender.errors import Problem

# Fewer than a floating-point number holds; Python itself refuses to read a few thousand.
_MOST_DIGITS = 300


# Structs, since a large site has millions: the cache gives them several times as quickly as it would dataclasses.
class Link(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A curated link, as an editor wrote it.

    Attributes
    ----------
    target : str
        What names the target: a url, an id, a slug, a path or a title, according to the site's settings.
    id, title, group, url
        What the front matter says of the target, None where it does not say.
    line : int
        One-based line of the link in its file, 0 where unknown.
    place : int
        The number of its field where fields are numbered, else its one-based position in the list; 0 where unknown.
    section : bool
        It is in a section of the text, such as "See also", and not in the front matter.
    wikilink : bool
        It is written in double brackets.
    field : int
        The number of its field in `RelatedSettings.each`; 0 for a link of a section.
    """

    target: str
    id: int | str | None = None
    title: str | None = None
    group: str | None = None
    url: str | None = None
    line: int = 0
    place: int = 0
    section: bool = False
    wikilink: bool = False
    field: int = 0


class TextLink(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A link in an article's text.

    Attributes
    ----------
    target : str
        What it leads to, as it is written.
    line : int
        One-based line in the file.
    wikilink : bool
        It is written in double brackets.
    """

    target: str
    line: int
    wikilink: bool = False


class FieldLines(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One-based lines of an article's fields in its file, 0 for a field that is not written there."""

    key: int = 0
    id: int = 0
    title: int = 0
    url: int = 0
    question: int = 0


class Article(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One article without its texts.

    Attributes
    ----------
    key : str
        Unique in the corpus; the url on most sites.
    path : str
        The file, relative to the content folder, with forward slashes.
    id : int or str or None
        Not unique on every site.
    group : str or None
        Subject, section or product.
    opens, closes : str or None
        Day, or instant in UTC, from which on it is published, and until when; in ISO 8601. None where the date alone
        says it.
    slug : str or None
        The name in a field of its own, by which links may name it.
    text_links : tuple of TextLink
        The links in its text.
    translated : str or None
        What its translations have in common with it, where the site's generator says it.
    no_index : bool
        The site asks that this article is not found.
    draft : bool
        It is not published yet.
    language : str or None
        A language tag such as ``"en"`` or ``"pt-BR"``, as it is written.
    aliases : tuple of str
        Other titles by which links may name it.
    links : tuple of Link
        The curated links in the order in which they were written.
    lines : FieldLines
        Where its fields are.
    """

    key: str
    path: str
    title: str
    id: int | str | None = None
    group: str | None = None
    url: str | None = None
    date: dt.date | None = None
    no_index: bool = False
    draft: bool = False
    language: str | None = None
    aliases: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    lines: FieldLines = FieldLines()
    opens: str | None = None
    closes: str | None = None
    slug: str | None = None
    text_links: tuple[TextLink, ...] = ()
    translated: str | None = None

    @property
    def number(self) -> int | None:
        """The id as a number, also where it is written as a text; None if it is none, or longer than any id."""
        if isinstance(self.id, str):
            is_number = self.id.isdecimal() and self.id.isascii() and len(self.id) <= _MOST_DIGITS
            return int(self.id) if is_number else None
        return self.id


@dataclass(frozen=True, slots=True)
class Document:
    """An article with its texts.

    Attributes
    ----------
    texts : dict of str to str
        By view name (``"question"``, ``"answer"``, …), as they are in the file.
    warnings : tuple of Problem
        Values that could not be read and are as good as absent.
    """

    article: Article
    texts: dict[str, str]
    warnings: tuple[Problem, ...] = ()
