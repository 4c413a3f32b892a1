"""Line breaks that were written as two characters."""

from __future__ import annotations

import pytest

from recommender.embedder.text import plain_text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", ""),
        ("one line", "one line"),
        (r"one\ntwo", "one\ntwo"),
        (r"# Title\n\n1. **First**\n   - and", "# Title\n\n1. **First**\n   - and"),
        (r"ends\n", "ends\n"),
        (r"the\nthe, \nnew \nnumber \nnot so", "the\nthe, \nnew \nnumber \nnot so"),
        (
            r"$\nu$, $\nabla f$, $a \neq b$, $\neg p$, $x \notin A$",
            r"$\nu$, $\nabla f$, $a \neq b$, $\neg p$, $x \notin A$",
        ),
        (r"$T_{\mu\nu}$\nwhere", "$T_{\\mu\\nu}$\nwhere"),
        (r"$$\n\neg p\n$$", "$$\n\\neg p\n$$"),
        (r"\\\nb = 1 \\", "\\\\\nb = 1 \\\\"),
    ],
)
def test_written_breaks(raw: str, expected: str) -> None:
    assert plain_text(raw) == expected


def test_a_text_with_real_breaks_means_what_it_says() -> None:
    raw = 'First line\nprint("a\\nb")\n'
    assert plain_text(raw) == raw


def test_twice_is_once() -> None:
    raw = r"one\ntwo \nu\n\nthree"
    assert plain_text(plain_text(raw)) == plain_text(raw)


def test_letters_and_accents_are_composed() -> None:
    assert plain_text("cafe\u0301") == "caf\u00e9"
    assert plain_text("\u00e9t\u00e9 \u2460") == "\u00e9t\u00e9 \u2460"
