"""Links of a section as text: single ones, and a run of links with nothing but separators between them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recommender.corpus.hrefs import Href
from recommender.links.front_matter.items import EditError, Item, Kept, Splice, Value, Written
from recommender.links.sections.opened import OpenedText, SectionStyle

# The parts of a `Written` link in a text, and of what changes in one.
TARGET, TITLE = "target", "title"

_SPECIAL = re.compile(r"([\\\[\]])")
# Commas, bars and dots in the middle, line ends, and short words such as "and".
_SEPARATOR = re.compile(
    r"(\s{0,9}(?:[,;|·•]|<br\s{0,9}/?>)\s{0,9}(?:\w{1,3}\s{1,9})?|\s{1,9}\w{1,3}\s{1,9}|[ \t]{0,9}\n\s{0,9})(?=\[)"
)
_ONE_LINK = re.compile(r"\[(?!\[)[^\n]*?\]\((?:<[^<>]*>|[^()\s]*)\)|\[\[[^\[\]]*\]\]")
_END = re.compile(r"[.,;]\Z")
_USUAL = ", "


def new_link(item: Written, style: SectionStyle) -> str:
    """A new link as the site writes them."""
    target, title = str(item.parts[TARGET]), str(item.parts[TITLE])
    if style.wikilink:
        return f"[[{target}|{_alias(title)}]]" if style.alias else f"[[{target}]]"
    return f"[{_text(title)}]({_destination(target)})"


def with_changes(text: str, link: Href, changes: Mapping[str, Value], line: int) -> str:
    """A text in which a link has a new target or title.

    Parameters
    ----------
    text : str
        That holds the link.
    line : int
        One-based line in the file, for the problem.

    Raises
    ------
    EditError
        The link is written in a form that is not changed, or is in the text twice.
    """
    if not changes:
        return text
    target, title = re.escape(link.target), re.escape(link.text)
    forms = {
        "inline": rf"(?P<before>\[\s*)(?P<title>{title})(?P<middle>\s*\]\(\s*)<?(?P<target>{target})>?(?=[\s)])",
        "wikilink": rf"(?P<before>\[\[\s*)(?P<target>{target})(?:(?P<middle>\s*\|\s*)(?P<title>{title}))?(?=\s*\]\])",
    }
    found = list(re.finditer(forms[link.form], text)) if link.form in forms else []
    if len(found) != 1:
        raise EditError("unsupported-layout", "a link of this form is not written anew; change it by hand", line)
    (match,) = found
    if link.form == "inline":
        title_text = _text(str(changes[TITLE])) if TITLE in changes else match["title"]
        new = (
            _destination(str(changes[TARGET])) if TARGET in changes else match[0][match.end("middle") - match.start() :]
        )
        return text[: match.start()] + match["before"] + title_text + match["middle"] + new + text[match.end() :]
    alias = (match["middle"] or "") + (_alias(str(changes[TITLE])) if TITLE in changes else match["title"] or "")
    own = str(changes.get(TARGET, match["target"]))
    return text[: match.start()] + match["before"] + own + (alias if match["middle"] else "") + text[match.end() :]


def _text(title: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(title.split()))


def _alias(title: str) -> str:
    return re.sub(r"[\[\]|]", " ", " ".join(title.split()))


def _destination(target: str) -> str:
    return f"<{target}>" if re.search(r"[\s()]", target) else target


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
