"""Which article a link that leads nowhere was probably meant for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from recommender.corpus.article import Article, Link
from recommender.corpus.named import own_slug
from recommender.settings import Target

# From this similarity on (0 to 1) one name was probably made from the other; below it the nearest is named as no more
# than that, and below the second nothing is.
_RENAMED_RATIO = 0.9
_NEAR_RATIO = 0.75
_SEPARATORS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Likely:
    """An article that a link was probably meant for.

    Attributes
    ----------
    why : str
        What speaks for it, such as ``"same title"``.
    certain : bool
        The link's title names this article and no other, and its id, its group or most of its name agrees.
    near : bool
        It is only the nearest there is.
    """

    row: int
    why: str
    certain: bool = False
    near: bool = False


class LikelyTargets:
    """Finds the nearest existing article by title, by the last part of its name, by id, and at last by similarity.

    Parameters
    ----------
    articles : sequence of Article
        Row numbers are positions in it.
    target : {"url", "id", "slug", "path", "title"}
        What names the target of a link.
    """

    def __init__(self, articles: Sequence[Article], target: Target) -> None:
        self._articles = articles
        self._target = target
        self._known: dict[tuple[str, str | None, int | str | None], Likely | None] = {}

    def find(self, link: Link) -> Likely | None:
        """The likely target, None where nothing is near."""
        asked = (link.target, link.title, link.id)
        if asked not in self._known:
            self._known[asked] = self._find(link)
        return self._known[asked]

    def _find(self, link: Link) -> Likely | None:
        if link.title:
            rows = self._titles.get(words(link.title), [])
            if rows:
                row = self._nearest(link.target, rows)
                certain = len(rows) == 1 and _agrees(link, self._articles[row])
                return Likely(row, "same title", certain)
        name = last_part(link.target)
        if name and (rows := self._names.get(words(name), [])):
            return Likely(self._nearest(link.target, rows), "same name in another place")
        if link.id is not None and len(rows := self._ids.get(str(link.id), [])) == 1:
            return Likely(rows[0], "same id")
        return self._similar(link, name)

    def _nearest(self, name: str, rows: list[int]) -> int:
        """The row whose whole name is most like `name`; of equals the first."""
        return max(rows, key=lambda row: (_similarity(name, self._articles[row].url or self._articles[row].path), -row))

    def _similar(self, link: Link, name: str) -> Likely | None:
        from rapidfuzz import process
        from rapidfuzz.distance import Indel

        asked = {"title": link.target, "id": link.title or ""}.get(self._target, name)
        if not asked:
            return None
        found = process.extractOne(
            _in_order(words(asked)),
            self._in_order.keys(),
            scorer=Indel.normalized_similarity,
            score_cutoff=_NEAR_RATIO,
        )
        if found is None:
            return None
        nearest, similarity, _ = found
        return Likely(self._in_order[nearest][0], f"{similarity:.0%} alike", near=similarity < _RENAMED_RATIO)

    @cached_property
    def _in_order(self) -> dict[str, list[int]]:
        names = self._titles if self._target in ("title", "id") else self._names
        return _rows_by((_in_order(name), row) for name, rows in names.items() for row in rows)

    @cached_property
    def _titles(self) -> dict[str, list[int]]:
        return _rows_by(
            (words(title), row)
            for row, article in enumerate(self._articles)
            for title in dict.fromkeys((article.title, *article.aliases))
        )

    @cached_property
    def _names(self) -> dict[str, list[int]]:
        return _rows_by(
            (words(name), row)
            for row, article in enumerate(self._articles)
            for name in dict.fromkeys((last_part(article.url or article.key), own_slug(article)))
        )

    @cached_property
    def _ids(self) -> dict[str, list[int]]:
        return _rows_by((str(article.id), row) for row, article in enumerate(self._articles) if article.id is not None)


def words(name: str) -> str:
    """A title or a slug without case, punctuation and separators, so that either finds the other."""
    return " ".join(_SEPARATORS.split(name.casefold())).strip()


def _in_order(name: str) -> str:
    """The words in the order of the alphabet: a title is alike whichever way its words are turned."""
    return " ".join(sorted(name.split()))


def last_part(name: str) -> str:
    """The last part of a url or path, without query, fragment and suffix."""
    part = re.split(r"[?#]", name, maxsplit=1)[0].rstrip("/").rpartition("/")[2]
    return re.sub(r"\.(?:html?|mdx?|markdown)$", "", part)


def _agrees(link: Link, article: Article) -> bool:
    """Whether a second thing that the link says speaks for the article, and nothing against it.

    Titles alone are not enough: there are sites with one page called Plugins and links of that text to many.
    """
    pairs = [(link.id, article.id), (link.group, article.group)]
    agrees = [str(said) == str(true) for said, true in pairs if said is not None and true is not None]
    if agrees:
        return all(agrees)
    target = re.split(r"[?#]", link.target, maxsplit=1)[0]
    return max(_similarity(target, name) for name in (article.url or "", article.path)) >= _RENAMED_RATIO


def _similarity(one: str, other: str) -> float:
    from rapidfuzz.distance import Indel

    return float(Indel.normalized_similarity(one, other))


def _rows_by(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for name, row in pairs:
        if name:
            rows.setdefault(name, []).append(row)
    return rows
