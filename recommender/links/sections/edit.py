"""The related links in a section of a text, such as "See also", rewritten in the section's own style.

As in front matter, only the lines of links change, and what was written is read back before it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from recommender.corpus.markdown import open_lines
from recommender.corpus.sections import without_sections
from recommender.links.front_matter.items import (
    EditError,
    Item,
    Kept,
    Splice,
    Written,
    changed_meanwhile,
    harm,
    spliced,
)
from recommender.links.sections.opened import ITEM, OpenedText, SectionStyle, open_text
from recommender.links.sections.written import TARGET, TITLE, edit_run, new_link, run_of, with_changes

_CONTINUED = re.compile(r"[ \t]+\S")


def edit_section(
    opened: OpenedText, slots: Mapping[int, Item], headings: Iterable[str], style: SectionStyle
) -> tuple[Splice, ...]:
    """Give a text new related links.

    Parameters
    ----------
    slots : mapping of int to Kept or Written
        The whole new list by place. The parts of a `Written` are `TARGET` and `TITLE`.

    Raises
    ------
    EditError
        The links are in running text, or the result would not say exactly what was intended.
    """
    items = [slots[place] for place in sorted(slots)]
    if items == [Kept(at) for at in range(len(opened.links))]:
        return ()
    splices = _rewritten(opened, items, style) if opened.links else _new(opened, items, style)
    _verify(opened, spliced(opened.text, list(splices)), items, frozenset(headings))
    return tuple(splices)


def _rewritten(opened: OpenedText, items: Sequence[Item], style: SectionStyle) -> list[Splice]:
    run = run_of(opened)
    if run is not None and items:
        return edit_run(opened, run, items, style)
    if items[: len(opened.links)] == [Kept(at) for at in range(len(opened.links))]:
        return [_behind(opened, items[len(opened.links) :], style)]
    spans = _spans(opened) if run is None else [(opened.links[0].line, opened.links[-1].line + 1)]
    if not items:
        return _without(opened, spans)
    newline = opened.newline
    offsets = opened.offsets
    texts = ["".join(opened.lines[first:last]) for first, last in spans]
    lead = ITEM.match(texts[-1])
    leads = _leads(lead, len(items) - len(texts)) if lead is not None else []
    splices: list[Splice] = []
    added: list[str] = []
    for place, item in enumerate(items):
        if isinstance(item, Kept):
            link = opened.links[item.index]
            new = with_changes(texts[item.index], link, item.changes, opened.line_in_file(link.line))
            new = _ended(new, newline)
        else:
            own = ITEM.match(texts[place]) if place < len(texts) else None
            before = own["lead"] if own is not None else leads[place - len(texts)]
            new = f"{before}{new_link(item, style)}{newline}"
        if place >= len(spans):
            added.append(new)
        elif not (isinstance(item, Kept) and item.index == place and not item.changes):
            first, last = spans[place]
            splices.append(Splice(offsets[first], offsets[last], new))
    for first, last in spans[len(items) :]:
        splices.append(Splice(offsets[first], offsets[last], ""))
    if added:
        splices.append(_added(opened, offsets[spans[-1][1]], added))
    return splices


def _behind(opened: OpenedText, items: Sequence[Item], style: SectionStyle) -> Splice:
    """New links after the list that is there, whatever else its items say."""
    span = _item_of(opened, opened.links[-1].line)
    if span is None:
        raise _running_text(opened, opened.links[-1].line)
    first, last = span
    lead = ITEM.match(opened.lines[first])
    leads = _leads(lead, len(items)) if lead is not None else []
    new = [
        f"{before}{new_link(item, style)}{opened.newline}"
        for before, item in zip(leads, items, strict=True)
        if isinstance(item, Written)
    ]
    return _added(opened, opened.offsets[last], new)


def _added(opened: OpenedText, end: int, lines: Sequence[str]) -> Splice:
    open_end = "" if opened.text[:end].endswith(("\n", "\r")) else opened.newline
    return Splice(end, end, open_end + "".join(lines))


def _leads(last: re.Match[str], count: int) -> list[str]:
    """The text before links that follow the last one."""
    if last["number"] is None:
        return [last["lead"]] * max(0, count)
    number = int(last["number"])
    step = 0 if number == 1 and count > 1 else 1
    head, tail = last["lead"].split(last["number"], 1)
    return [f"{head}{number + step * at}{tail}" for at in range(1, count + 1)]


def _without(opened: OpenedText, spans: Sequence[tuple[int, int]]) -> list[Splice]:
    """No link is left: the section goes where it holds nothing else."""
    offsets = opened.offsets
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
        raise changed_meanwhile()
    if opened.sections:
        raise EditError(
            "unsupported-layout", "the section holds no list of links", opened.line_in_file(opened.sections[0].start)
        )
    unclosed = _unclosed_code(opened)
    if unclosed is not None:
        message = "a block of code that begins here has no end, so that a section after it would be part of it"
        raise EditError("unclosed-code", message, opened.line_in_file(unclosed))
    newline = opened.newline
    body = "".join(opened.lines)
    stripped = body.rstrip()
    end = opened.start + len(stripped)
    tail = opened.text[end:]
    gap = newline * 2 if stripped else ""
    links = "".join(
        f"{style.lead if style.lead != '1. ' else f'{place}. '}{new_link(item, style)}{newline}"
        for place, item in enumerate(items, start=1)
        if isinstance(item, Written)
    )
    new = f"{gap}{style.heading}{newline}{newline}{links}"
    # What ended the text ends it still.
    return [Splice(end, len(opened.text), new + tail[len(newline) :] if tail.startswith(newline) else new)]


def _spans(opened: OpenedText) -> list[tuple[int, int]]:
    """Lines of the item of each link; each item holds one."""
    spans: list[tuple[int, int]] = []
    for link in opened.links:
        span = _item_of(opened, link.line)
        if span is None or span in spans:
            raise _running_text(opened, link.line)
        spans.append(span)
    return spans


def _item_of(opened: OpenedText, line: int) -> tuple[int, int] | None:
    """Lines of the list's item that holds a line of a section, None where none does."""
    section = next(one for one in opened.sections if one.start <= line < one.end)
    first = line
    while ITEM.match(opened.lines[first]) is None:
        if first - 1 <= section.start or not _CONTINUED.match(opened.lines[first]):
            return None
        first -= 1
    last = line + 1
    while last < section.end and _CONTINUED.match(opened.lines[last]) and not ITEM.match(opened.lines[last]):
        last += 1
    return first, last


def _running_text(opened: OpenedText, line: int) -> EditError:
    message = "the links of the section are in running text; give each an item of a list"
    return EditError("unsupported-layout", message, opened.line_in_file(line))


def _unclosed_code(opened: OpenedText) -> int | None:
    """The zero-based line of a block of code that does not end."""
    plain = [line.rstrip("\r\n") for line in opened.lines]
    if not plain or any(number == len(plain) for number, _ in open_lines([*plain, ""])):
        return None
    return max((number for number, _ in open_lines(plain)), default=-1) + 1


def _verify(opened: OpenedText, after: str, items: Sequence[Item], headings: frozenset[str]) -> None:
    """Raise `EditError` unless the new text holds the links that are wanted, and all else as before."""
    found = open_text(after, headings)
    meant = [
        (
            str(item.changes.get(TARGET, opened.links[item.index].target)),
            None if TITLE in item.changes or not _has_title(opened, item) else opened.links[item.index].text,
        )
        if isinstance(item, Kept)
        else (str(item.parts[TARGET]), None)
        for item in items
    ]
    there = [(link.target, link.text) for link in found.links]
    same = len(there) == len(meant) and all(
        target == wanted and text in (None, shown) for (target, shown), (wanted, text) in zip(there, meant, strict=True)
    )
    if not same:
        raise harm("a link would not be what was meant")
    if after[: found.start] != opened.text[: opened.start]:
        raise harm("the front matter would change")
    before = without_sections("".join(opened.lines), opened.sections)
    now = without_sections("".join(found.lines), found.sections)
    if before.split() != now.split() or (opened.sections and found.sections and before != now):
        raise harm("other text would change")


def _has_title(opened: OpenedText, item: Kept) -> bool:
    """Whether a link shows something else than its target, which may change."""
    return not item.changes or opened.links[item.index].text != opened.links[item.index].target


def _ended(text: str, newline: str) -> str:
    return text if text.endswith(("\n", "\r")) else text + newline
