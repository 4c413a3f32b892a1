"""What is done to a text before it is encoded.

Little, because more did not help: reducing Markdown, LaTeX, HTML and Liquid to text was measured on three sites with a
static model and a transformer and found no more curated links; `models/README.md` has the figures.
"""

from __future__ import annotations

import re
import unicodedata

# Part of the name of every cached vector: to be raised when `plain_text` returns something else for the same text.
PREPARATION = "text 2"

# LaTeX commands without their first two characters. None of them begins an English word that is likely to begin a line.
_LATEX = (
    *("abla", "atural", "cong", "e", "earrow", "eg", "eq", "ewcommand", "ewline", "geq", "gtr", "leftarrow", "leq"),
    *("olimits", "onumber", "orm", "ormalsize", "ot", "otin", "prec", "rightarrow", "sim", "subseteq", "succ"),
    *("supseteq", "u", "vdash", "warrow"),
)
_ESCAPED_BREAK = re.compile(rf"\\n(?!(?:{'|'.join(_LATEX)})(?![A-Za-z]))")


def plain_text(raw: str) -> str:
    r"""Text of one view, ready to be encoded.

    Some sites write a line break as a backslash and an n, so that a text is one line of its file. Such a pair becomes a
    line break, unless the text has real ones, which shows that it means itself, or it begins a command of LaTeX.
    Letters and their accents are composed: models have learned them so, and macOS takes them apart.

    Examples
    --------
    >>> plain_text(r"## Speed\n\nFor $\nu \neq 0$ it is\nlow.").splitlines()
    ['## Speed', '', 'For $\\nu \\neq 0$ it is', 'low.']
    """
    if not raw.isascii():
        raw = unicodedata.normalize("NFC", raw)
    if "\\n" not in raw or "\n" in raw:
        return raw
    return _ESCAPED_BREAK.sub("\n", raw)
