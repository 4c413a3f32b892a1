"""Links files beside each other: which links of a list come and go."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from recommender.links.formats import load_links
from recommender.links.fresh import ListChange
from recommender.links.record import ArticleLinks, LinksFile


@dataclass(frozen=True, slots=True)
class ListDiff:
    """The change of one list.

    Attributes
    ----------
    title : str
        Of the article.
    lines : tuple of str
        Its links before and after, one a line: those that go begin with ``-``, those that come with ``+``.
    """

    change: ListChange
    title: str
    lines: tuple[str, ...]


def list_diffs(old: Path, new: LinksFile, changes: Sequence[ListChange]) -> tuple[ListDiff, ...]:
    """What changes in lists of a links file; the file need not be there yet."""
    after = {one.key: one for one in new.articles}
    before = _lines_in(old, {change.key for change in changes}) if changes and old.exists() else {}
    return tuple(
        ListDiff(
            change,
            after[change.key].title if change.key in after else change.key,
            tuple(_diff(before.get(change.key, ()), _lines(after[change.key]) if change.key in after else ())),
        )
        for change in changes
    )


def _lines_in(path: Path, keys: set[str]) -> Mapping[str, Sequence[str]]:
    if path.suffix.lower() != ".csv":
        return {one.key: _lines(one) for one in load_links(path).articles if one.key in keys}
    lines: dict[str, list[str]] = {}
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["key"] in keys:
                lines.setdefault(row["key"], []).append(_line(row["related_title"], row["related_key"]))
    return lines


def _lines(article: ArticleLinks) -> list[str]:
    return [_line(one.title, one.key) for one in article.related]


def _line(title: str, key: str) -> str:
    return f"{title}  ({key})"


def _diff(before: Sequence[str], after: Sequence[str]) -> list[str]:
    # Whole lines alone: ndiff would look for likeness within them.
    lines: list[str] = []
    for kind, start, end, new_start, new_end in difflib.SequenceMatcher(None, before, after).get_opcodes():
        if kind == "equal":
            lines += [f"  {line}" for line in before[start:end]]
        else:
            lines += [f"- {line}" for line in before[start:end]]
            lines += [f"+ {line}" for line in after[new_start:new_end]]
    return lines
