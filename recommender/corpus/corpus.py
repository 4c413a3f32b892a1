"""All articles of a site, in the order of their keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import msgspec

from recommender.corpus.article import Article
from recommender.errors import Problem


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
    without_front_matter : int
        Files that hold no front matter and are no articles.
    """

    articles: tuple[Article, ...]
    texts: tuple[dict[str, TextMark], ...]
    problems: tuple[Problem, ...] = ()
    without_front_matter: int = 0

    def __len__(self) -> int:
        return len(self.articles)

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row number by key."""
        return {article.key: row for row, article in enumerate(self.articles)}


def assemble(files: Iterable[ReadFile], problems: Sequence[Problem] = ()) -> Corpus:
    """Sort what was read into a corpus. Of several articles with one key the first by path stays, the others are
    reported.
    """
    by_key: dict[str, ReadFile] = {}
    found = list(problems)
    without = 0
    for file in sorted(files, key=lambda file: file.path):
        if file.problem is not None:
            found.append(file.problem)
        elif file.article is None:
            without += 1
        elif (first := by_key.setdefault(file.article.key, file)) is not file:
            message = f"the key {file.article.key!r} already belongs to {first.path}; keys must be unique"
            found.append(Problem(file.path, file.article.lines.key or 1, "repeated-key", message))
    chosen = [by_key[key] for key in sorted(by_key)]
    return Corpus(
        articles=tuple(file.article for file in chosen if file.article is not None),
        texts=tuple(file.texts for file in chosen),
        problems=tuple(sorted(found)),
        without_front_matter=without,
    )
