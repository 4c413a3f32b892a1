"""Words as Unicode sees them: letters with their marks, and runs of scripts that put no space between words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Thai to Lao, Burmese, Khmer, radicals to kana, Han: a sentence is one run of letters. Korean has spaces, but a word
# and its particles are between two.
_IN_PAIRS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u302f\u3031-\u303c\u3041-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u1100-\u11ff\uac00-\ud7ff"
)
_STARTS_IN_PAIRS = re.compile(f"[{_IN_PAIRS}]")
_RUNS = re.compile(f"[{_IN_PAIRS}]+|[^{_IN_PAIRS}]+")
_ASCII_WORD = re.compile(r"\w+", re.ASCII)
# Capitals before a capitalised part, and a part; underscores and digits are between them.
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LAST_MARK = 0x11FFF
_SOFT_HYPHEN = "\u00ad"


def find_words(chunk: str) -> list[str]:
    """The words between two spaces, in compatibility composition (NFKC), in the case that they have.

    Examples
    --------
    >>> find_words("Ｆｉｌｅ-name(s)")
    ['File', 'name', 's']
    """
    if chunk.isascii():
        return _ASCII_WORD.findall(chunk)
    return _word_with_marks().findall(unicodedata.normalize("NFKC", chunk).replace(_SOFT_HYPHEN, ""))


def runs(word: str) -> list[str]:
    """A word in parts, each of which either is of scripts that are read by pairs of characters or is not."""
    return [word] if word.isascii() else _RUNS.findall(word)


def is_in_pairs(run: str) -> bool:
    """Whether a part of `runs` is of a script that is read by pairs of characters."""
    return not run.isascii() and _STARTS_IN_PAIRS.match(run) is not None


def character_pairs(run: str) -> list[str]:
    """Adjacent characters of a run; a single one by itself.

    Examples
    --------
    >>> character_pairs("東京都"), character_pairs("木")
    (['東京', '京都'], ['木'])
    """
    return [run[place : place + 2] for place in range(len(run) - 1)] or [run]


def identifier_parts(word: str) -> list[str]:
    """What a name in a program is put together from, in lower case, without single letters; nothing for one piece.

    Examples
    --------
    >>> identifier_parts("RadGridView"), identifier_parts("array_map"), identifier_parts("Grid")
    (['rad', 'grid', 'view'], ['array', 'map'], [])
    """
    parts = _PARTS.findall(word)
    return [part.lower() for part in parts if len(part) > 1] if len(parts) > 1 else []


@lru_cache(maxsize=1)
def _word_with_marks() -> re.Pattern[str]:
    r"""As ``\w+``, with the accents and vowel signs that `re` takes for gaps between words."""
    marks = [chr(code) for code in range(0x300, _LAST_MARK + 1) if unicodedata.category(chr(code)) in ("Mn", "Mc")]
    return re.compile(rf"[\w{''.join(marks)}]+")
