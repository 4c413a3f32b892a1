"""A single link of a section as text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from recommender.corpus.hrefs import Href
from recommender.links.front_matter.items import EditError, Value, Written
from recommender.links.sections.opened import SectionStyle

# The parts of a `Written` link in a text, and of what changes in one.
TARGET, TITLE = "target", "title"

_SPECIAL = re.compile(r"([\\\[\]])")


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
        The link is written in a form that is not changed, or stands twice in the text.
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
