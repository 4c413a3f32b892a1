"""Links that follow each other with nothing but separators between them, on one line or on several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from recommender.links.front_matter.items import Item, Kept, Splice
from recommender.links.sections.opened import OpenedText, SectionStyle
from recommender.links.sections.written import new_link, with_changes

# Commas, bars and dots in the middle, line ends, and short words such as "and".
_SEPARATOR = re.compile(
    r"(\s{0,9}(?:[,;|·•]|<br\s{0,9}/?>)\s{0,9}(?:\w{1,3}\s{1,9})?|\s{1,9}\w{1,3}\s{1,9}|[ \t]{0,9}\n\s{0,9})(?=\[)"
)
_ONE_LINK = re.compile(r"\[(?!\[)[^\n]*?\]\((?:<[^<>]*>|[^()\s]*)\)|\[\[[^\[\]]*\]\]")
_END = re.compile(r"[.,;]\Z")
_USUAL = ", "


@dataclass(frozen=True, slots=True)
class LinkRun:
    """A run of links.

    Attributes
    ----------
    start, end : int
        Its characters in the file, without what ends it, such as a full stop.
    links : tuple of str
        As they are written.
    separators : tuple of str
        Between them.
    """

    start: int
    end: int
    links: tuple[str, ...]
    separators: tuple[str, ...]


def run_of(opened: OpenedText) -> LinkRun | None:
    """The run that all links of a text are, None where they are not one."""
    first, last = opened.links[0].line, opened.links[-1].line
    start, end = opened.offsets[first], opened.offsets[last + 1]
    written = opened.text[start:end]
    start += len(written) - len(written.lstrip())
    written = opened.text[start:end]
    written = _END.sub("", written.rstrip())
    pieces = _SEPARATOR.split(written.replace("\r\n", "\n"))
    links, separators = pieces[::2], pieces[1::2]
    if len(links) != len(opened.links) or not all(map(_ONE_LINK.fullmatch, links)):
        return None
    if "\r\n" in written:
        links = [link.replace("\n", "\r\n") for link in links]
        separators = [one.replace("\n", "\r\n") for one in separators]
    return LinkRun(start, start + len(written), tuple(links), tuple(separators))


def edit_run(opened: OpenedText, run: LinkRun, items: Sequence[Item], style: SectionStyle) -> list[Splice]:
    """The links of a run become others, in a run again."""
    texts = [
        with_changes(
            run.links[item.index],
            opened.links[item.index],
            item.changes,
            opened.line_in_file(opened.links[item.index].line),
        )
        if isinstance(item, Kept)
        else new_link(item, style)
        for item in items
    ]
    more = run.separators[0] if run.separators else _USUAL
    separators = [*run.separators, *[more] * len(texts)]
    written = texts[0] + "".join(separator + text for separator, text in zip(separators, texts[1:], strict=False))
    return [] if written == opened.text[run.start : run.end] else [Splice(run.start, run.end, written)]
