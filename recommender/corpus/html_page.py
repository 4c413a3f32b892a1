"""A page of a built site: its title, its main text as Markdown, its address and its language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from recommender.corpus.source import Source
from recommender.corpus.values import nodes_of

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

SUFFIXES = (".html", ".htm")
EVERY_PAGE = ("**/*.html", "**/*.htm")

# Elements around the text on every page, and those that are not shown as text.
_AROUND = (
    "script", "style", "noscript", "template", "svg", "iframe", "form", "button", "nav", "header nav", "body > header",
    "body > footer", "footer", "aside", "[role=navigation]", "[role=banner]", "[role=contentinfo]", "[role=search]",
    "[aria-hidden=true]", "[hidden]", ".headerlink", ".breadcrumb", ".breadcrumbs", ".pagination", ".sidebar", ".toc",
    ".table-of-contents", ".skip-link", ".sr-only",
)  # fmt: skip
# Where the text is, the surest first.
_MAIN = ("main article", "main", "[role=main]", "article", "#content", ".content", "body")
_BLOCKS = frozenset(
    (
        "address", "article", "blockquote", "body", "dd", "details", "div", "dl", "dt", "figure", "hr", "main", "ol",
        "p", "pre", "section", "summary", "table", "tr", "ul",
    )
)  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
# A site's name after the page's: "Soup – The garden".
_SITE_NAME = re.compile(r"\s+[|–—·•»:-]\s+")
_DEEPEST = 200


def is_built(path: str, text: str) -> bool:
    """Whether a file is a page as browsers get it, and not the source of one, which begins with front matter."""
    return path.lower().endswith(SUFFIXES) and not text.startswith(("---", "\ufeff---"))


def read_html(path: str, text: str) -> Source | None:
    """Take a page apart; None for one that only leads to another.

    Parameters
    ----------
    path : str
        Relative to the content folder, with forward slashes.
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(text)
    if any(_attribute(node, "http-equiv").lower() == "refresh" for node in tree.css("meta")):
        return None
    fields = {
        "title": _title(tree),
        "description": _meta(tree, "description") or _meta(tree, "og:description"),
        "address": _address(tree, path),
        "lang": _attribute(tree.css_first("html"), "lang") or None,
        "robots": _meta(tree, "robots"),
        "date": _meta(tree, "article:published_time") or _attribute(tree.css_first("time[datetime]"), "datetime"),
        "keywords": _meta(tree, "keywords"),
    }
    for selector in _AROUND:
        for around in tree.css(selector):
            around.decompose()
    main = next((node for selector in _MAIN if (node := tree.css_first(selector)) is not None), None)
    body = "" if main is None else _markdown(main)
    written = {name: value for name, value in fields.items() if value}
    return Source(path, nodes_of(written, {}), body, body_line=1)


def _title(tree: LexborHTMLParser) -> str:
    headings = [text for node in tree.css("main h1, article h1, h1") if (text := _words(node))]
    whole = _meta(tree, "og:title") or _words(tree.css_first("head > title"))
    if headings and (not whole or headings[0].casefold() in whole.casefold() or len(set(headings)) == 1):
        return headings[0]
    return _SITE_NAME.split(whole)[0].strip() or (headings[0] if headings else "")


def _address(tree: LexborHTMLParser, path: str) -> str:
    """The path of the canonical address, else of the file."""
    canonical = _attribute(tree.css_first("link[rel=canonical]"), "href") or _meta(tree, "og:url")
    try:
        found = unquote(urlsplit(canonical).path) if canonical else ""
    except ValueError:
        found = ""
    if found.startswith("/"):
        return found
    folder, slash, name = path.rpartition("/")
    return f"/{folder}{slash}" if name in ("index.html", "index.htm") else "/" + path


def _meta(tree: LexborHTMLParser, name: str) -> str:
    for node in tree.css("meta"):
        if name in (_attribute(node, "name").lower(), _attribute(node, "property").lower()):
            return _attribute(node, "content").strip()
    return ""


def _attribute(node: LexborNode | None, name: str) -> str:
    return "" if node is None else node.attributes.get(name) or ""


def _words(node: LexborNode | None) -> str:
    return "" if node is None else " ".join(node.text().replace("¶", "").split())


def _markdown(node: LexborNode) -> str:
    lines = "".join(_pieces(node, 0)).split("\n")
    text = "\n".join(" ".join(line.split()) for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _pieces(node: LexborNode, depth: int) -> Iterator[str]:
    """The text below a node, with headings, items of lists and links as Markdown writes them."""
    child = node.child
    while child is not None:
        tag = child.tag or ""
        if tag == "-text":
            yield re.sub(r"\s+", " ", child.text_content or "")
        elif tag in _HEADINGS:
            yield f"\n\n{'#' * _HEADINGS[tag]} {_words(child)}\n\n"
        elif tag == "a" and (target := _attribute(child, "href").strip()):
            shown = _words(child).replace("[", "(").replace("]", ")")
            yield f"[{shown}](<{target.replace('<', '%3C').replace('>', '%3E')}>)" if shown else ""
        elif tag == "br":
            yield "\n"
        elif depth < _DEEPEST and tag != "-comment":
            around = "\n\n" if tag in _BLOCKS else ""
            yield "\n- " if tag == "li" else around
            yield from _pieces(child, depth + 1)
            yield around
        child = child.next
