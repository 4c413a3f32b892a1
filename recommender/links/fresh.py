"""Which lists of a links file are no longer what a new run proposes."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from recommender.errors import InputError
from recommender.inputs import read_input
from recommender.links.formats import MAX_BYTES, dump_links, load_links
from recommender.links.record import ArticleLinks, LinksFile, Related

Kind = Literal["new", "gone", "changed", "renamed"]
_List = tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class ListChange:
    """One article whose list is not as it was.

    Attributes
    ----------
    kind : {"new", "gone", "changed", "renamed"}
        Renamed: it leads to the same articles, and what is said of them or of the article itself is another.
    message : str
        What changed, in a few words.
    """

    key: str
    kind: Kind
    message: str


def compare_links(old: LinksFile, new: LinksFile) -> tuple[ListChange, ...]:
    """Articles whose lists differ, sorted by key. A score that moves and changes no order is no difference, nor is that
    a file of version 1 has no paths.
    """
    paths = any(one.path is not None for one in old.articles)
    return _compare(
        {one.key: _list(one, paths) for one in old.articles}, {one.key: _list(one, paths) for one in new.articles}
    )


def compare_file(path: Path, new: LinksFile) -> tuple[ListChange, ...]:
    """Articles whose lists in a links file of any format differ from new ones; all of them where there is no file.

    Raises
    ------
    InputError
        The file is there and is no links file.
    """
    if not path.exists():
        return compare_links(LinksFile("", new.k, ()), new)
    if path.suffix.lower() == ".csv":
        try:
            text = read_input(path, "a links file", MAX_BYTES).decode()
            # Version 1 has no paths, and an article without links has no line.
            paths = "path" in (csv.DictReader(io.StringIO(text)).fieldnames or ())
            return _compare(_csv_lists(text, paths), _csv_lists(dump_links(new, ".csv"), paths))
        except (UnicodeDecodeError, KeyError, csv.Error) as error:
            raise InputError(f"{path} is not a links file: {error}") from None
    return compare_links(load_links(path), new)


def _list(article: ArticleLinks, paths: bool) -> _List:
    def path(one: ArticleLinks | Related) -> str | None:
        return one.path if paths else None

    own = (article.id, article.title, article.subject, article.url, path(article))
    return (
        own, *((one.key, one.id, one.title, one.subject, one.url, path(one), one.curated) for one in article.related)
    )  # fmt: skip


def _csv_lists(text: str, paths: bool) -> dict[str, _List]:
    own, parts = ["id", "title", "subject", "url"], ["key", "id", "title", "subject", "url"]
    if paths:
        own.append("path")
        parts.append("path")
    lists: dict[str, list[tuple[object, ...]]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        rows = lists.setdefault(row["key"], [tuple(row[name] for name in own)])
        rows.append((*(row[f"related_{part}"] for part in parts), row["curated"]))
    return {key: tuple(rows) for key, rows in lists.items()}


def _compare(old: Mapping[str, _List], new: Mapping[str, _List]) -> tuple[ListChange, ...]:
    return tuple(
        change for key in sorted(old.keys() | new.keys()) if (change := _change(key, old.get(key), new.get(key)))
    )


def _change(key: str, old: _List | None, new: _List | None) -> ListChange | None:
    if old == new:
        return None
    if old is None:
        return ListChange(key, "new", "the article has no list")
    if new is None:
        return ListChange(key, "gone", "the article has a list and should have none")
    before, after = [one[0] for one in old[1:]], [one[0] for one in new[1:]]
    if before == after:
        return ListChange(key, "renamed", "its title, url or path, or that of an article it leads to, is another")
    others = len(set(after) - set(before))
    if others:
        return ListChange(key, "changed", f"{others} of {len(after)} links are others")
    if len(after) < len(before):
        return ListChange(key, "changed", f"{len(before) - len(after)} of {len(before)} links are no longer proposed")
    return ListChange(key, "changed", "its links are in another order")
