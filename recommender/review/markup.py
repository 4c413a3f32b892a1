"""An article's text as HTML that can do nothing: no scripts, no images, no links that lead anywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import escape, unescape
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, tostring

from recommender.embedder.text import plain_text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

# What is longer is shown as its source: no reader follows it, and the time to lay it out has no bound.
LONGEST_FORMULA = 2_000
LONGEST_TEXT = 200_000
# For a link, an image or a LaTeX environment that is begun and never ended, the parser looks through all that follows.
# What would take longer than this stays as it is written: characters to look through for the ends of links in one text,
# environments in one text, lines of one environment.
MOST_LOOKED_THROUGH = 300_000
MOST_ENVIRONMENTS = 500
MOST_LINES = 100
# The level of the page's heading above a text.
_PAGE_HEADING = 2

# All that the library writes and a browser needs; anything else, such as a link in a formula, is left out.
# fmt: off
_TAGS = frozenset({
    "math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "mstyle", "mpadded",
    "mphantom", "menclose", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts",
    "mprescripts", "mtable", "mtr", "mtd",
})
_ATTRIBUTES = frozenset({
    "accent", "columnalign", "columnlines", "columnspacing", "depth", "display", "displaystyle", "fence", "form",
    "frame", "height", "largeop", "linebreak", "linethickness", "lspace", "mathcolor", "mathsize", "mathvariant",
    "maxsize", "minsize", "movablelimits", "notation", "rowlines", "rowspacing", "rspace", "scriptlevel",
    "separator", "stretchy", "symmetric", "voffset", "width",
})
# fmt: on


def text_html(raw: str) -> str:
    r"""Markdown with formulas as HTML.

    HTML in the text is shown as it is written, a link as its text with its address in the title, an image as its
    description. A formula that cannot be understood is shown as its source.

    Parameters
    ----------
    raw : str
        As it is written in the file; a backslash and an n may mean a line break.

    Examples
    --------
    >>> text_html(r"**Salt**\n\n<b>$x<y$</b>")[:24]
    '<p><strong>Salt</strong>'
    """
    text = plain_text(raw)
    cut = len(text) > LONGEST_TEXT
    env: dict[str, Any] = {}
    tokens = _markdown().parse(text[:LONGEST_TEXT], env)
    _fit_headings(tokens)
    html = str(_markdown().renderer.render(tokens, _markdown().options, env))
    return f"{html}<p class=note>… the rest of this text is not shown</p>" if cut else html


@lru_cache(maxsize=4_096)
def formula_html(source: str, display: bool) -> str:
    """A formula in LaTeX as MathML, or its source where that is not possible."""
    shown = f'<code class="formula">{escape(source)}</code>'
    if len(source) > LONGEST_FORMULA:
        return shown
    from latex2mathml import converter

    try:
        root = converter.convert_to_element(source, display="block" if display else "inline")
        return tostring(_clean(root), encoding="unicode", method="html")
    except Exception:  # noqa: BLE001  (whatever the parser trips over, an editor can still read the source)
        return shown


def _clean(element: Element) -> Element:
    clean = Element(element.tag if element.tag in _TAGS else "mrow")
    # The library writes signs as character references, in texts that are yet to be escaped.
    clean.text = None if element.text is None else unescape(element.text)
    clean.tail = None if element.tail is None else unescape(element.tail)
    for name, value in element.attrib.items():
        if name in _ATTRIBUTES:
            clean.set(name, value)
    clean.extend(_clean(child) for child in element)
    return clean


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import image, link
    from mdit_py_plugins.amsmath import amsmath_block, amsmath_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 30})
    markdown.enable(["table", "strikethrough"])
    markdown.use(dollarmath_plugin, allow_labels=False, allow_space=True, allow_digits=False, double_inline=True)
    markdown.use(amsmath_plugin)
    markdown.block.ruler.at(
        "amsmath", _bounded_environment(amsmath_block), {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    markdown.inline.ruler.at("link", _bounded_brackets(link))
    markdown.inline.ruler.at("image", _bounded_brackets(image))
    for name in ("math_inline", "math_inline_double", "math_block", "amsmath"):
        markdown.add_render_rule(name, _formula(display=name != "math_inline"))
    for name, rule in (
        ("link_open", _link_open), ("link_close", _link_close), ("image", _image),
        ("table_open", _table_open), ("table_close", _table_close),
        ("th_open", _cell_open), ("td_open", _cell_open),
    ):  # fmt: skip
        markdown.add_render_rule(name, rule)
    return markdown


def _bounded_environment(rule: Callable[[StateBlock, int, int, bool], bool]) -> Callable[..., bool]:
    def bounded(state: StateBlock, first: int, end: int, silent: bool) -> bool:
        if "environments" not in state.env:
            state.env["environments"] = state.src.count(r"\begin{") <= MOST_ENVIRONMENTS
        return bool(state.env["environments"]) and rule(state, first, min(end, first + MOST_LINES), silent)

    return bounded


def _bounded_brackets(rule: Callable[[StateInline, bool], bool]) -> Callable[..., bool]:
    def bounded(state: StateInline, silent: bool) -> bool:
        admitted: dict[str, bool] = state.env.setdefault("brackets", {})
        if state.src not in admitted:
            state.env["left"] = state.env.get("left", MOST_LOOKED_THROUGH) - looked_through(state.src)
            admitted[state.src] = state.env["left"] >= 0
        return admitted[state.src] and rule(state, silent)

    return bounded


def looked_through(text: str) -> int:
    """How many characters are looked through for the ends of all brackets.

    >>> looked_through("[ab] [c")
    5
    """
    open_at: list[int] = []
    total = 0
    for found in re.finditer(r"[\[\]]", text):
        if found[0] == "[":
            open_at.append(found.start())
        elif open_at:
            total += found.start() - open_at.pop()
    return total + sum(len(text) - at for at in open_at)


Rule = Callable[..., str]


def _formula(*, display: bool) -> Rule:
    def rule(_self: Any, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
        html = formula_html(tokens[at].content.strip(), display)
        return f'<span class="display">{html}</span>' if display else html

    return rule


def _fit_headings(tokens: Sequence[Token]) -> None:
    """Headings below those of the page, none more than one level below the one before it."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    ranks = {tag: rank for rank, tag in enumerate(sorted({token.tag for token in headings}))}
    before = _PAGE_HEADING
    for opening, closing in zip(headings[::2], headings[1::2], strict=True):
        before = min(_PAGE_HEADING + 1 + ranks[opening.tag], before + 1, 6)
        opening.tag = closing.tag = f"h{before}"


def _link_open(_self: Any, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    return f'<span class="inert" title="{escape(str(tokens[at].attrGet("href") or ""))}">'


def _link_close(_self: Any, _tokens: Sequence[Token], _at: int, _options: Any, _env: Any) -> str:
    return "</span>"


def _image(_self: Any, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    token = tokens[at]
    return (
        f'<span class="inert" title="{escape(str(token.attrGet("src") or ""))}">[image: {escape(token.content)}]</span>'
    )


def _table_open(_self: Any, _tokens: Sequence[Token], _at: int, _options: Any, _env: Any) -> str:
    return '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>\n'


def _table_close(_self: Any, _tokens: Sequence[Token], _at: int, _options: Any, _env: Any) -> str:
    return "</table></div>\n"


def _cell_open(_self: Any, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    # A column's alignment is an inline style there, which the page's policy does not admit.
    found = re.search(r"text-align:(left|center|right)", str(tokens[at].attrGet("style") or ""))
    return f'<{tokens[at].tag} class="{found[1]}">' if found else f"<{tokens[at].tag}>"
