"""Makes the new texts of files from plans for their links, of one field or section or of several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from recommender.corpus.article import Article, Link
from recommender.corpus.html_page import is_built
from recommender.corpus.sections import folded_heading
from recommender.corpus.yaml_nodes import Node, ScalarNode, as_id
from recommender.links.front_matter import (
    EditError,
    Item,
    Kept,
    Splice,
    Style,
    Value,
    Written,
    common_style,
    edit_opened,
    open_front_matter,
    spliced,
    style_of,
)
from recommender.links.front_matter.items import changed_meanwhile
from recommender.links.sections import OpenedText, SectionStyle, edit_section, open_text, style_of_sections
from recommender.links.writing.replace import FileError, read_source
from recommender.settings import RelatedSettings

_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class LinksPlan:
    """New links of one file.

    Attributes
    ----------
    slots : mapping of int to Kept or Written
        As for `edit_links`.
    known : tuple of Link
        The links for which it was made; a file that has others is left as it is.
    """

    slots: Mapping[int, Item]
    known: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class OwnedList:
    """The whole content of a field that holds suggestions and nothing else."""

    links: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class LinkMaker:
    """Edits the related links of files.

    Attributes
    ----------
    plans : mapping of str to LinksPlan or OwnedList
        By path.
    style : Style
        How the site writes links.
    sections : SectionStyle or None
        How the site writes sections of related links, where these are edited instead of the front matter.
    """

    plans: Mapping[str, LinksPlan | OwnedList]
    related: RelatedSettings
    style: Style
    sections: SectionStyle | None = None

    def share(self, paths: Sequence[str]) -> LinkMaker:
        return replace(self, plans={path: self.plans[path] for path in paths})

    def edit(self, path: str, text: str) -> tuple[Splice, ...]:
        plan = self.plans[path]
        if is_built(path, text):
            raise EditError("unsupported-layout", "a page that a generator built is never written; write its source", 1)
        if self.sections is not None and isinstance(plan, LinksPlan):
            return self._edit_section(plan, text, self.sections)
        opened = open_front_matter(text, self.related)
        there = [found.link for found in opened.links]
        slots: Mapping[int, Item]
        if isinstance(plan, OwnedList):
            slots = _owned(plan.links, [found.node for found in opened.links])
        else:
            if list(map(_content, there)) != list(map(_content, plan.known)):
                raise changed_meanwhile()
            slots = plan.slots
        return edit_opened(opened, slots, self.related, self.style).splices

    def _edit_section(self, plan: LinksPlan, text: str, style: SectionStyle) -> tuple[Splice, ...]:
        opened = open_text(text, headings_of(self.related))
        if [link.target for link in opened.links] != [link.target for link in plan.known]:
            raise changed_meanwhile()
        return edit_section(opened, plan.slots, headings_of(self.related), style)


def headings_of(related: RelatedSettings) -> frozenset[str]:
    """The headings of sections of related links, in the form in which they are compared."""
    return frozenset(map(folded_heading, related.sections))


def site_sections(root: str, articles: Sequence[Article], related: RelatedSettings) -> SectionStyle:
    """How a site writes its sections of related links, seen in a sample of its files."""
    linked = [article.path for article in articles if any(link.section for link in article.links)]
    step = max(1, len(linked) // _SAMPLE)
    return style_of_sections(_texts(root, linked[::step], headings_of(related)))


def _texts(root: str, paths: Sequence[str], headings: frozenset[str]) -> Iterator[OpenedText]:
    for path in paths:
        try:
            yield open_text(read_source(root, path, to_write=False).raw.decode("utf-8"), headings)
        except (FileError, EditError, UnicodeDecodeError):
            continue


def site_style(root: str, articles: Sequence[Article], related: RelatedSettings) -> Style:
    """How a site writes its links, seen in a sample of its files.

    Parameters
    ----------
    root : str
        The content folder, with symbolic links resolved.
    """
    linked = [article.path for article in articles if article.links]
    step = max(1, len(linked) // _SAMPLE)
    return common_style(_styles(root, linked[::step], related))


def _styles(root: str, paths: Sequence[str], related: RelatedSettings) -> Iterator[Style]:
    for path in paths:
        try:
            text = read_source(root, path, to_write=False).raw.decode("utf-8")
            yield style_of(open_front_matter(text, related), related)
        except (FileError, EditError, UnicodeDecodeError):
            continue


def _content(link: Link) -> tuple[object, ...]:
    return (link.place, link.target, link.id, link.title, link.group, link.url)


def _owned(wanted: Sequence[Written], nodes: Sequence[Node]) -> dict[int, Item]:
    """Links that are there as they should be stay, each in its place of the new order."""
    there: dict[frozenset[tuple[str, Value]], int] = {}
    for position, node in enumerate(nodes):
        if all(isinstance(value, ScalarNode) for _, value in node.value):
            there.setdefault(frozenset((key.value, as_id(value)) for key, value in node.value), position)
    return {
        label: Kept(there.pop(name)) if (name := frozenset(item.parts.items())) in there else item
        for label, item in enumerate(wanted, start=1)
    }


@dataclass(frozen=True, slots=True)
class SeveralMakers:
    """Edits what each of these edits; none of them touches what another does."""

    makers: tuple[LinkMaker, ...]

    def share(self, paths: Sequence[str]) -> SeveralMakers:
        shares = (maker.share([path for path in paths if path in maker.plans]) for maker in self.makers)
        return SeveralMakers(tuple(shares))

    def edit(self, path: str, text: str) -> tuple[Splice, ...]:
        splices: list[Splice] = []
        after = text
        for maker in self.makers:
            if path in maker.plans:
                splices += maker.edit(path, text)
                after = spliced(after, list(maker.edit(path, after)))
        if spliced(text, splices) != after:
            raise EditError("unsupported-layout", "two kinds of links share a line; change them by hand")
        return tuple(splices)
