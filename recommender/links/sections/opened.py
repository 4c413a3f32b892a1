"""A file's text with its sections of related links, and how a site writes them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from recommender.corpus.front_matter import BOM, UnclosedFrontMatterError, find_front_matter
from recommender.corpus.hrefs import Href, hrefs
from recommender.corpus.sections import RelatedSection, sections_of
from recommender.links.front_matter.items import EditError

# The beginning of a list's item.
ITEM = re.compile(r"(?P<lead>[ \t]*(?:[-*+]|(?P<number>\d+)(?P<mark>[.)]))[ \t]+)")


@dataclass(frozen=True, slots=True)
class SectionStyle:
    """How a site writes its sections of related links.

    Attributes
    ----------
    heading : str
        Its line.
    lead : str
        What precedes a link: ``- ``.
    wikilink : bool
        Links are written in double brackets.
    alias : bool
        Links in double brackets have the title after a bar.
    """

    heading: str = "## See also"
    lead: str = "- "
    wikilink: bool = False
    alias: bool = False


@dataclass(frozen=True, slots=True)
class OpenedText:
    """A file's text with its sections of related links.

    Attributes
    ----------
    start : int
        Where the body begins.
    lines : list of str
        Of the body, with their ends.
    links : tuple of Href
        In the sections, as `Article.links` has them.
    """

    text: str
    start: int
    lines: list[str]
    sections: tuple[RelatedSection, ...]
    links: tuple[Href, ...]

    @property
    def newline(self) -> str:
        """The line end of the file."""
        return next((end for end in ("\r\n", "\n", "\r") if end in self.text), "\n")

    @property
    def offsets(self) -> list[int]:
        """Where each line of the body begins in the file, and where the last one ends."""
        offsets = [self.start]
        for line in self.lines:
            offsets.append(offsets[-1] + len(line))
        return offsets

    def line_in_file(self, line: int) -> int:
        """One-based number in the file of a zero-based line of the body."""
        return self.text.count("\n", 0, self.start) + line + 1


def open_text(text: str, headings: Iterable[str]) -> OpenedText:
    """Find the sections of a file.

    Parameters
    ----------
    text : str
        The whole file.
    headings : iterable of str
        In the form of `recommender.corpus.sections.folded_heading`.

    Raises
    ------
    EditError
        The front matter has no end.
    """
    try:
        parts = find_front_matter(text)
    except UnclosedFrontMatterError as error:
        raise EditError("unclosed-front-matter", str(error), 1) from None
    start = parts.body_start if parts is not None else len(BOM) if text.startswith(BOM) else 0
    lines = text[start:].splitlines(keepends=True)
    plain = [line.rstrip("\r\n") for line in lines]
    sections = sections_of(plain, headings, hrefs(plain))
    found = tuple(
        link for section in sections for link in section.links if not link.target.startswith(("#", "mailto:", "tel:"))
    )
    return OpenedText(text, start, lines, sections, found)


def style_of_sections(texts: Iterable[OpenedText]) -> SectionStyle:
    """As most of these texts write theirs."""
    seen: Counter[str] = Counter()
    leads: Counter[str] = Counter()
    forms: Counter[tuple[bool, bool]] = Counter()
    for opened in texts:
        for section in opened.sections:
            seen[opened.lines[section.start].rstrip("\r\n")] += 1
        for link in opened.links:
            item = ITEM.match(opened.lines[link.line])
            if item is not None:
                leads["1. " if item["number"] else item["lead"]] += 1
            forms[(link.form == "wikilink", link.form == "wikilink" and link.text != link.target)] += 1
    usual = SectionStyle()
    wikilink, alias = forms.most_common(1)[0][0] if forms else (False, False)
    return SectionStyle(
        seen.most_common(1)[0][0] if seen else usual.heading,
        leads.most_common(1)[0][0] if leads else usual.lead,
        wikilink,
        alias,
    )
