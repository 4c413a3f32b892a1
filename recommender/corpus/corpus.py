"""All articles of a site, in the order of their keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from pathlib import Path

import msgspec

from recommender.corpus.article import Article
from recommender.corpus.folder import Listing
from recommender.corpus.table import is_row
from recommender.errors import InputError, Problem

_NO_LISTING = Listing((), ())
_SHOWN = 3
# What the rules of files are called in a sentence that counts them.
_CAUSES = {
    **dict.fromkeys(("invalid-row", "unreadable", "invalid-path"), "that cannot be read"),
    **dict.fromkeys(
        ("invalid-yaml", "invalid-toml", "invalid-json", "invalid-javascript"), "with front matter that is not valid"
    ),
    "missing-field": "without what an article needs",
    "wrong-type": "with a value of the wrong type",
    "unclosed-front-matter": "with front matter that does not end",
    "yaml-limit": "with front matter larger or nested deeper than is read",
    "invalid-utf8": "that are not UTF-8",
    "too-large": "larger than is read",
}


class TextMark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is kept of a text once it was read.

    Attributes
    ----------
    digest : bytes
        16 bytes that name the text.
    chars : int
        Its length in characters.
    """

    digest: bytes
    chars: int


class ReadFile(msgspec.Struct, frozen=True, array_like=True):
    """What reading one file gave: an article, or a problem, or neither where it has no front matter."""

    path: str
    article: Article | None = None
    texts: dict[str, TextMark] = {}
    problem: Problem | None = None
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """How the addresses of a site were settled.

    Attributes
    ----------
    place : str
        What was looked at: a folder of pages, or a sitemap.
    pages : int
        Pages or addresses in it.
    moved : int
        Articles whose address is another than their file shows.
    missing : tuple of str
        Paths of the articles that no page was found for, in their order.
    """

    place: str
    pages: int
    moved: int
    missing: tuple[str, ...]

    def __str__(self) -> str:
        shown = ", ".join(self.missing[:_SHOWN]) + (" …" if len(self.missing) > _SHOWN else "")
        not_there = f"; {len(self.missing):,} articles are not there: {shown}" if self.missing else ""
        return f"{self.moved:,} settled by {self.place} ({self.pages:,} pages){not_there}"


@dataclass(frozen=True)
class Corpus:
    """The articles of a site and what was left out.

    Attributes
    ----------
    articles : tuple of Article
        Sorted by key; an article's row number everywhere is its position here.
    texts : tuple of dict
        Per article its texts' marks by view name.
    problems : tuple of Problem
        Files that could not be used, sorted by path.
    warnings : tuple of Problem
        Values that could not be read and are as good as absent, sorted by path.
    without_front_matter : int
        Files that hold no front matter and are no articles.
    unread : dict of str to int
        Files of the folder that are not read, by suffix.
    settled : Settled or None
        How addresses were settled by a built site; None where they were not.
    """

    articles: tuple[Article, ...]
    texts: tuple[dict[str, TextMark], ...]
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    without_front_matter: int = 0
    unread: dict[str, int] = field(default_factory=dict)
    settled: Settled | None = None

    def __len__(self) -> int:
        return len(self.articles)

    def among(self, rows: Sequence[int]) -> Corpus:
        """Some of the articles, ascending, without what was left out."""
        return Corpus(tuple(self.articles[row] for row in rows), tuple(self.texts[row] for row in rows))

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row number by key."""
        return {article.key: row for row, article in enumerate(self.articles)}


def assemble(files: Iterable[ReadFile], listing: Listing = _NO_LISTING, settled: Settled | None = None) -> Corpus:
    """Sort what was read into a corpus. Of several articles with one key the first by path stays, the others are
    reported.
    """
    by_key: dict[str, ReadFile] = {}
    found = list(listing.problems)
    without = 0
    for file in _in_order(files):
        if file.problem is not None:
            found.append(file.problem)
        elif file.article is None:
            without += 1
        elif (first := by_key.setdefault(file.article.key, file)) is not file:
            message = f"the key {file.article.key!r} already belongs to {first.path}; keys must be unique"
            line = file.article.lines.key or (0 if is_row(file.path) else 1)
            found.append(Problem(file.path, line, "repeated-key", message))
    chosen = [by_key[key] for key in sorted(by_key)]
    return Corpus(
        articles=tuple(file.article for file in chosen if file.article is not None),
        texts=tuple(file.texts for file in chosen),
        problems=tuple(sorted(found)),
        warnings=tuple(sorted(chain.from_iterable(file.warnings for file in chosen))),
        without_front_matter=without,
        unread=listing.unread,
        settled=settled,
    )


def _in_order(files: Iterable[ReadFile]) -> list[ReadFile]:
    """Files by their paths, rows of a table by their lines."""
    found = sorted(files, key=lambda file: file.path)
    if found and is_row(found[0].path):
        found.sort(key=lambda file: int(file.path.rpartition(":")[2]))
    return found


def require_articles(corpus: Corpus, content: Path) -> None:
    """Raise `InputError`, which says what the folder holds instead, where a corpus has no article."""
    if len(corpus):
        return
    causes = [f"{count:,} {_CAUSES.get(rule, rule)}" for rule, count in Counter(map(_rule, corpus.problems)).items()]
    if corpus.without_front_matter:
        causes.append(f"{corpus.without_front_matter:,} without front matter")
    causes += [f"{count:,} {suffix or 'without a suffix'} not read" for suffix, count in corpus.unread.items()]
    if not causes:
        raise InputError(f"expected articles in {content}; the folder holds no files")
    files = len(corpus.problems) + corpus.without_front_matter + sum(corpus.unread.values())
    example = f"\n  {corpus.problems[0]}" if corpus.problems else ""
    raise InputError(
        f"expected articles in {content}; none of its {files:,} files is one: {', '.join(causes)}{example}\n"
        "content.include says which files are read, fields.required what each of them needs"
    )


def _rule(problem: Problem) -> str:
    return problem.rule
