"""What a links file says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import msgspec

from recommender.corpus.article import Article
from recommender.corpus.table import is_row
from recommender.selection.lists import Choice

MAX_PLACES = 10_000
"""More links than this has no article of a links file."""

Places = Annotated[int, msgspec.Meta(ge=1, le=MAX_PLACES)]
Score = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)]


# Structs, since a site has millions of links: they are made and written several times as quickly as dataclasses.
class Related(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One related link: the keys that the front matter uses, and a score.

    Attributes
    ----------
    id, title, subject, url
        Of the target, as its front matter has them.
    key : str
        What makes the target unique; its url on most sites.
    score : float or None
        Higher is better; None for a curated link whose score is not known.
    path : str or None
        The target's file below the content folder, with forward slashes, by which a template finds it; None in a
        file of version 1, and where the articles are rows of a table.
    curated : bool
        An editor chose it.
    decided : {"accept", "pin"} or None
        What an editor said of it in the review.
    reasons : tuple of str
        Why it is there, the strongest reason first; empty where none was asked for.
    """

    key: str
    id: int | str | None
    title: str
    subject: str | None
    url: str | None
    score: Score | None
    path: str | None = None
    curated: bool = False
    decided: Literal["accept", "pin"] | None = None
    reasons: tuple[str, ...] = ()


class ArticleLinks(msgspec.Struct, frozen=True, gc=False):
    """An article and its related links, best first; `path` is its file, as in `Related`."""

    key: str
    id: int | str | None
    title: str
    subject: str | None
    url: str | None
    path: str | None = None
    related: tuple[Related, ...] = ()


class LinksFile(msgspec.Struct, frozen=True):
    """The related links of a site.

    Attributes
    ----------
    model : str
        The name of the model that proposed them.
    k : int
        Places per article, from 1 to `MAX_PLACES`; 0 where the format has no place for it (JSON Lines).
    articles : tuple of ArticleLinks
        Sorted by key.
    recognised : dict of str to str
        What the site was taken for where no configuration says it, in a few words by subject; empty otherwise.
    """

    model: str
    k: Places
    articles: tuple[ArticleLinks, ...]
    recognised: dict[str, str] = {}


Reasons = Mapping[tuple[int, int], tuple[str, ...]]
"""By the rows of a source and a target."""


def links_file(
    articles: Sequence[Article],
    lists: Mapping[int, tuple[Choice, ...]],
    *,
    model: str,
    k: int,
    reasons: Reasons | None = None,
    recognised: dict[str, str] | None = None,
) -> LinksFile:
    """Name the articles that `lists` gives by row number."""
    # A site's articles are linked about as often as there are places: what names one is put together once.
    named = [(one.key, one.id, one.title, one.group, one.url) for one in articles]
    files = [_file(one) for one in articles]
    told = reasons or {}

    def related(row: int, choice: Choice) -> Related:
        why = told.get((row, choice.row), ()) if told else ()
        return Related(*named[choice.row], choice.score, files[choice.row], choice.curated, choice.decided, why)

    return LinksFile(
        model=model,
        k=k,
        articles=tuple(
            ArticleLinks(*named[row], files[row], tuple([related(row, choice) for choice in lists[row]]))
            for row in sorted(lists)
        ),
        recognised=recognised or {},
    )


def _file(article: Article) -> str | None:
    return None if is_row(article.path) else article.path
