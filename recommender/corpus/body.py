"""A text with the sections of related links taken out, those links, and the links that are left."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from recommender.corpus.article import Link, TextLink
from recommender.corpus.hrefs import Href, hrefs
from recommender.corpus.sections import sections_of, without_sections
from recommender.corpus.source import Source
from recommender.corpus.urls import is_address


@dataclass(frozen=True, slots=True)
class Body:
    """The text after the front matter.

    Attributes
    ----------
    text : str
        Without the sections of related links.
    curated : tuple of Link
        The links in these sections.
    links : tuple of TextLink
        The links in the text that may lead to an article.
    """

    text: str
    curated: tuple[Link, ...] = ()
    links: tuple[TextLink, ...] = ()


def read_body(source: Source, headings: frozenset[str], host: str) -> Body:
    """Read the links of a file's body.

    Parameters
    ----------
    headings : frozenset of str
        Names of sections of related links, in the form of `recommender.corpus.sections.folded_heading`.
    host : str
        The site's own, in lower case.
    """
    body = source.body
    if "](" not in body and "[" not in body and "<a" not in body and "<A" not in body:
        return Body(body)
    lines = body.splitlines()
    found = hrefs(lines)
    if not found:
        return Body(body)
    sections = sections_of(lines, headings, found)
    inside = {id(href) for section in sections for href in section.links}
    curated = [href for section in sections for href in section.links]
    return Body(
        text=without_sections(body, sections),
        curated=tuple(
            Link(
                target=href.target,
                title=href.text if href.text != href.target else None,
                line=source.body_line + href.line,
                place=place,
                section=True,
                wikilink=href.form == "wikilink",
            )
            for place, href in enumerate((one for one in curated if _is_page(one)), start=1)
        ),
        links=tuple(
            TextLink(href.target, source.body_line + href.line, href.form == "wikilink")
            for href in found
            if id(href) not in inside and _may_lead_to_an_article(href, host)
        ),
    )


def _is_page(href: Href) -> bool:
    """Not a place on the same page, and not an address for mail."""
    return not href.target.startswith(("#", "mailto:", "tel:"))


def _may_lead_to_an_article(href: Href, host: str) -> bool:
    if not _is_page(href):
        return False
    if not is_address(href.target) and not href.target.startswith("//"):
        return True
    try:
        return bool(host) and urlsplit(href.target).netloc.casefold() == host
    except ValueError:
        return False
