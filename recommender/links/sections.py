"""The related links in a section of a text, such as "See also", rewritten in the section's own style.

As in front matter, only the lines of links change, and what was written is read back before it is used.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from recommender.corpus.front_matter import BOM, UnclosedFrontMatterError, find_front_matter
from recommender.corpus.hrefs import Href, hrefs
from recommender.corpus.sections import RelatedSection, sections_of, without_sections
from recommender.links.front_matter.items import EditError, Item, Kept, Splice, Written, spliced
from recommender.links.front_matter.verify import NOT_WRITTEN

# The parts of a `Written` link in a text.
TARGET, TITLE = "target", "title"

_ITEM = re.compile(r"(?P<lead>[ \t]*(?:[-*+]|(?P<number>\d+)(?P<mark>[.)]))[ \t]+)")
_CONTINUED = re.compile(r"[ \t]+\S")
# Between two links of a line.
_SEPARATOR = re.compile(r"(\s*[,;|·]\s*)(?=\[)")
_ONE_LINK = re.compile(r"\[(?!\[)[^\n]*?\]\((?:<[^<>]*>|[^()\s]*)\)|\[\[[^\[\]]*\]\]")
_SPECIAL = re.compile(r"([\\\[\]])")


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
        Links in double brackets have the title behind a bar.
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
    text : str
    start : int
        Where the body begins.
    lines : list of str
        Of the body, with their ends.
    sections : tuple of RelatedSection
    links : tuple of Href
        In the sections, as `Article.links` has them.
    """

    text: str
    start: int
    lines: list[str]
    sections: tuple[RelatedSection, ...]
    links: tuple[Href, ...]


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
            item = _ITEM.match(opened.lines[link.line])
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


def edit_section(
    opened: OpenedText, slots: Mapping[int, Item], headings: Iterable[str], style: SectionStyle
) -> tuple[Splice, ...]:
    """Give a text new related links.

    Parameters
    ----------
    opened : OpenedText
    slots : mapping of int to Kept or Written
        The whole new list by place. The parts of a `Written` are `TARGET` and `TITLE`.
    headings : iterable of str
    style : SectionStyle

    Raises
    ------
    EditError
        The links stand in running text, or the result would not say exactly what was intended.
    """
    items = [slots[place] for place in sorted(slots)]
    if (
        [item.index for item in items if isinstance(item, Kept)]
        == list(range(len(opened.links)))
        == [*range(len(items))]
    ):
        return ()
    splices = _rewritten(opened, items, style) if opened.links else _new(opened, items, style)
    _verify(opened, spliced(opened.text, list(splices)), items, frozenset(headings))
    return tuple(splices)


def _rewritten(opened: OpenedText, items: Sequence[Item], style: SectionStyle) -> list[Splice]:
    line = _one_line(opened)
    if items and line is not None:
        return [_on_one_line(opened, line, items, style)]
    spans = _spans(opened) if line is None else [(line.number, line.number + 1)]
    if not items:
        return _without(opened, spans)
    newline = _newline(opened)
    offsets = _offsets(opened)
    texts = ["".join(opened.lines[first:last]) for first, last in spans]
    lead = _ITEM.match(texts[-1])
    leads = _leads(lead, len(items) - len(texts)) if lead is not None else []
    splices: list[Splice] = []
    added: list[str] = []
    for place, item in enumerate(items):
        if isinstance(item, Kept):
            new = _ended(texts[item.index], newline)
        else:
            own = _ITEM.match(texts[place]) if place < len(texts) else None
            before = own["lead"] if own is not None else leads[place - len(texts)]
            new = f"{before}{_link(item, style)}{newline}"
        if place >= len(spans):
            added.append(new)
        elif not (isinstance(item, Kept) and item.index == place):
            first, last = spans[place]
            splices.append(Splice(offsets[first], offsets[last], new))
    for first, last in spans[len(items) :]:
        splices.append(Splice(offsets[first], offsets[last], ""))
    if added:
        end = offsets[spans[-1][1]]
        open_end = "" if opened.text[:end].endswith(("\n", "\r")) else newline
        splices.append(Splice(end, end, open_end + "".join(added)))
    return splices


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that holds links and nothing else: what precedes them, each of them, and what separates them."""

    number: int
    lead: str
    links: tuple[str, ...]
    separator: str


def _one_line(opened: OpenedText) -> _Line | None:
    """The line of all links, None where they stand otherwise."""
    numbers = {link.line for link in opened.links}
    if len(numbers) != 1:
        return None
    (number,) = numbers
    written = opened.lines[number].rstrip()
    lead = written[: len(written) - len(written.lstrip())]
    pieces = _SEPARATOR.split(written.strip())
    links, separators = pieces[::2], pieces[1::2]
    if len(links) != len(opened.links) or not all(map(_ONE_LINK.fullmatch, links)):
        return None
    return _Line(number, lead, tuple(links), separators[0] if separators else ", ")


def _on_one_line(opened: OpenedText, line: _Line, items: Sequence[Item], style: SectionStyle) -> Splice:
    """Links that stand in one line, in one line again."""
    start = _offsets(opened)[line.number]
    written = [line.links[item.index] if isinstance(item, Kept) else _link(item, style) for item in items]
    return Splice(start, start + len(opened.lines[line.number].rstrip()), line.lead + line.separator.join(written))


def _leads(last: re.Match[str], count: int) -> list[str]:
    """What precedes the links behind the last one."""
    if last["number"] is None:
        return [last["lead"]] * max(0, count)
    number = int(last["number"])
    step = 0 if number == 1 and count > 1 else 1
    head, tail = last["lead"].split(last["number"], 1)
    return [f"{head}{number + step * at}{tail}" for at in range(1, count + 1)]


def _without(opened: OpenedText, spans: Sequence[tuple[int, int]]) -> list[Splice]:
    """No link is left: the section goes where it holds nothing else."""
    offsets = _offsets(opened)
    inside = {line for first, last in spans for line in range(first, last)}
    splices = []
    for section in opened.sections:
        rest = [line for line in range(section.start + 1, section.end) if line not in inside]
        own = [line for line in range(section.start, section.end) if line in inside]
        if any(opened.lines[line].strip() for line in rest):
            splices += [Splice(offsets[line], offsets[line + 1], "") for line in own]
        else:
            splices.append(Splice(offsets[section.start], offsets[section.end], ""))
    return splices


def _new(opened: OpenedText, items: Sequence[Item], style: SectionStyle) -> list[Splice]:
    """A section at the end of the text."""
    if any(isinstance(item, Kept) for item in items):
        raise EditError("changed", "the file's links were changed by somebody else meanwhile; run again")
    if opened.sections:
        raise EditError(
            "unsupported-layout", "the section holds no list of links", _line(opened, opened.sections[0].start)
        )
    newline = _newline(opened)
    body = "".join(opened.lines)
    stripped = body.rstrip()
    end = opened.start + len(stripped)
    tail = opened.text[end:]
    gap = newline * 2 if stripped else ""
    links = "".join(
        f"{style.lead if style.lead != '1. ' else f'{place}. '}{_link(item, style)}{newline}"
        for place, item in enumerate(items, start=1)
        if isinstance(item, Written)
    )
    new = f"{gap}{style.heading}{newline}{newline}{links}"
    # What ended the text ends it still.
    return [Splice(end, len(opened.text), new + tail[len(newline) :] if tail.startswith(newline) else new)]


def _spans(opened: OpenedText) -> list[tuple[int, int]]:
    """Lines of the item of each link; each item holds one."""
    spans = []
    ends = {line for section in opened.sections for line in (section.end,)}
    for link in opened.links:
        lines = opened.lines
        if _ITEM.match(lines[link.line]) is None or sum(one.line == link.line for one in opened.links) > 1:
            raise EditError(
                "unsupported-layout",
                "the links of the section stand in running text; give each an item of a list",
                _line(opened, link.line),
            )
        last = link.line + 1
        while last < len(lines) and last not in ends and _CONTINUED.match(lines[last]) and not _ITEM.match(lines[last]):
            last += 1
        spans.append((link.line, last))
    for (_, end), (start, _) in pairwise(spans):
        if start < end:
            raise EditError("unsupported-layout", "two links share an item of a list", _line(opened, start))
    return spans


def _link(item: Written, style: SectionStyle) -> str:
    target, title = str(item.parts[TARGET]), " ".join(str(item.parts[TITLE]).split())
    if style.wikilink:
        plain = re.sub(r"[\[\]|]", " ", title)
        return f"[[{target}|{plain}]]" if style.alias else f"[[{target}]]"
    text = _SPECIAL.sub(r"\\\1", title)
    return f"[{text}](<{target}>)" if re.search(r"[\s()]", target) else f"[{text}]({target})"


def _verify(opened: OpenedText, after: str, items: Sequence[Item], headings: frozenset[str]) -> None:
    """Raise `EditError` unless the new text holds the links that are wanted, and all else as before."""
    found = open_text(after, headings)
    meant = [
        (opened.links[item.index].target, opened.links[item.index].text)
        if isinstance(item, Kept)
        else (str(item.parts[TARGET]), None)
        for item in items
    ]
    there = [(link.target, link.text) for link in found.links]
    same = len(there) == len(meant) and all(
        target == wanted and text in (None, shown) for (target, shown), (wanted, text) in zip(there, meant, strict=True)
    )
    if not same:
        raise _harm("a link would not be what was meant")
    if after[: found.start] != opened.text[: opened.start]:
        raise _harm("the front matter would change")
    before = without_sections("".join(opened.lines), opened.sections)
    now = without_sections("".join(found.lines), found.sections)
    if before.split() != now.split() or (opened.sections and found.sections and before != now):
        raise _harm("other text would change")


def _harm(why: str) -> EditError:
    return EditError(NOT_WRITTEN, f"the links cannot be written here without harm: {why}; the file is left as it was")


def _ended(text: str, newline: str) -> str:
    return text if text.endswith(("\n", "\r")) else text + newline


def _newline(opened: OpenedText) -> str:
    return next((end for end in ("\r\n", "\n", "\r") if end in opened.text), "\n")


def _offsets(opened: OpenedText) -> list[int]:
    """Where each line of the body begins in the file, and where the last one ends."""
    offsets = [opened.start]
    for line in opened.lines:
        offsets.append(offsets[-1] + len(line))
    return offsets


def _line(opened: OpenedText, line: int) -> int:
    return opened.text.count("\n", 0, opened.start) + line + 1
