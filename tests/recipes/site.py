"""Runs a recipe as its reader would: writes its files, then its commands, in the order of the page."""

from __future__ import annotations

import html
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from tests.conftest import ROOT

_STEP = re.compile(r"(?:^`(?P<path>[^`]+)`:\n\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)

ARTICLES = {
    "cells": ("What a cell's membrane is", "A double layer of lipids around every cell lets water pass."),
    "osmosis": ("Osmosis & salt", "Water crosses a membrane of lipids towards the saltier side of the cell."),
    "neurons": ("How neurons <fire>", "Sodium ions rush through the membrane into the cell and the voltage rises."),
    "money": ("What money is", "Money is what buyers and sellers accept for goods at agreed prices."),
    "inflation": ("Why prices rise", "Prices rise when more money chases the same goods that buyers want."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """A file to write or a command to run."""

    path: str | None
    text: str


def steps(recipe: str) -> list[Step]:
    """The steps of a page of `docs/recipes`."""
    found: list[Step] = []
    for match in _STEP.finditer((ROOT / "docs" / "recipes" / recipe).read_text()):
        if match["path"]:
            found.append(Step(match["path"], match["text"]))
        elif match["kind"] == "console":
            found += [Step(None, line[2:]) for line in match["text"].splitlines() if line.startswith("$ ")]
    return found


def follow(recipe: str, site: Path, programs: Mapping[str, list[str]], until: str | None = None) -> list[str]:
    """Write a recipe's files, then run its commands in a site's folder; gives the commands that ran.

    Parameters
    ----------
    recipe : str
    site : Path
    programs : mapping
        What runs a program that is not `recommender`.
    until : str, optional
        The last command to run begins with this.
    """
    todo = steps(recipe)
    for step in todo:
        if step.path is not None:
            place = site / step.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(step.text)
    ran: list[str] = []
    for step in todo:
        if step.path is None:
            name, *arguments = shlex.split(step.text)
            program = {"recommender": [sys.executable, "-m", "recommender"], "mkdir": ["mkdir"], **programs}[name]
            done = subprocess.run([*program, *arguments], cwd=site, capture_output=True, text=True, timeout=300)
            assert done.returncode == 0, f"{step.text}\n{done.stdout}\n{done.stderr}"
            ran.append(step.text)
            if until is not None and step.text.startswith(until):
                break
    return ran


def write_articles(folder: Path, name: str = "{slug}.md", extra: str = "") -> None:
    """Articles without curated links."""
    folder.mkdir(parents=True, exist_ok=True)
    for slug, (title, text) in ARTICLES.items():
        front_matter = f'title: "{title}"\n{extra}'
        (folder / name.format(slug=slug)).write_text(f"---\n{front_matter}---\n\n{text}\n")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._inside = 0
        self._href: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if self._inside or values.get("class") == "related":
            self._inside += 1
        if self._inside and tag == "a":
            self._href = values["href"]

    def handle_endtag(self, tag: str) -> None:
        self._inside = max(0, self._inside - 1)
        self._href = None

    def handle_data(self, data: str) -> None:
        if self._href is not None:
            self.found.append((self._href, html.unescape(data)))


def related_links(page: Path) -> list[tuple[str, str]]:
    """Address and text of every link in a built page's related part."""
    parser = _Links()
    parser.feed(page.read_text(encoding="utf-8"))
    return parser.found
