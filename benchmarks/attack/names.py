"""Sites with odd names, line ends and encodings of files, as other systems make them."""

from __future__ import annotations

import os
import random
import unicodedata
from pathlib import Path

from benchmarks.attack.findings import Findings, emptied, run, snapshot

_NAMES = (
    "con",
    "aux.old", "name.", "two  spaces", " lead", "a:b", "a\\b", "\u00e9t\u00e9", unicodedata.normalize("NFD", "\u00fc"),
    "\u65e5\u672c\u8a9e", "emoji-\U0001f600", "-rf", "--help", "a'b\"c", "per%20cent", "a#b", "q?x", "[x]", "{n}", "*",
    "tab\tname", "new\nline", "\x1b[31mred", "x" * 240, "\u202egnirts", "~", "$HOME", "`id`", "<b>", "&amp;",
)  # fmt: skip
_ENDS = ("\n", "\r\n", "\r")


def attack_names(draw: random.Random, count: int, folder: Path, site: Path, findings: Findings) -> None:
    """Give the files of a site odd names and line ends: every command ends well, and `undo` gives the bytes back."""
    articles = sorted(site.rglob("*.md"))[:40]
    content, state = folder / "odd", folder / "odd-state"
    for number in range(count):
        emptied(content, state)
        content.mkdir()
        for at, article in enumerate(articles):
            text = article.read_text(encoding="utf-8").replace("\n", draw.choice(_ENDS))
            name = draw.choice(_NAMES) + ("" if draw.random() < 0.5 else f"-{at}")
            place = (
                content / draw.choice(("", "sub", "con", "d.md")) / f"{name}{draw.choice(('.md', '.MD', '.markdown'))}"
            )
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(draw.choice(("", "\ufeff")).encode() + text.encode())
        _bytes_name(content)
        before = snapshot(content)
        links = folder / "odd.json"
        common = ("--no-cache", "-q")
        run(findings, "links", content, "-o", links, *common)
        run(findings, "check", content, "-f", "json", "-o", folder / "odd-check.json", *common)
        run(findings, "apply", links, content, "--overwrite", "--state-dir", state, *common)
        findings.tried["sites with odd names"] += 1
        if snapshot(content) != before:
            run(findings, "undo", content, "--state-dir", state, "-q")
            if snapshot(content) != before:
                findings.add(f"odd names {number}: undo does not give the bytes of before")


def _bytes_name(content: Path) -> None:
    """A name that is no UTF-8, where the system allows it."""
    try:
        descriptor = os.open(os.fsencode(content) + b"/\xff\xfe.md", os.O_CREAT | os.O_WRONLY)
    except OSError:
        return
    os.write(descriptor, b"---\ntitle: Odd\nurl: /odd\n---\nText\n")
    os.close(descriptor)
