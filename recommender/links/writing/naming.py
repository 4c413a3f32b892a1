"""How a link names its target, in the front matter of a site or in a section of a text."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from recommender.corpus.article import Article, Link
from recommender.corpus.curated import KEY, target_part
from recommender.corpus.named import own_slug, without_date
from recommender.corpus.resolve import TargetIndex
from recommender.corpus.table import is_row
from recommender.corpus.urls import slug_of, stem_of
from recommender.links.front_matter import WHOLE, Value, Written
from recommender.settings import RelatedSettings

Spelling = Callable[[Article, Article], str | None]
"""From the article that holds a link, and its target, to the link's target as it is written."""
_SAMPLE = 500


@dataclass(frozen=True, slots=True)
class Namer:
    """Makes links in the shape that a site's settings name.

    Attributes
    ----------
    suffix : bool
        Paths are written with the file's suffix.
    slash : bool
        Paths and slugs are written with a slash before them.
    spelling : Spelling or None
        How names are written otherwise, such as relative to the file.
    """

    related: RelatedSettings
    suffix: bool = False
    slash: bool = False
    spelling: Spelling | None = None

    @classmethod
    def of_site(cls, related: RelatedSettings, articles: Sequence[Article], links: Sequence[Known] = ()) -> Namer:
        """As most of the site's links do it.

        Parameters
        ----------
        links : sequence of Known
            Links of the site whose targets are known, by which spellings that depend on the file are recognised.
        """
        namer = cls._by_names(related, articles)
        if related.target not in ("path", "url", "slug") or not links:
            return namer
        usual = sum(namer.name(link.target) == link.text for link in links)
        spelling, count = spellings_by_use(links, related.base)[0]
        return replace(namer, spelling=spelling) if count > usual and 2 * count > len(links) else namer

    @classmethod
    def _by_names(cls, related: RelatedSettings, articles: Sequence[Article]) -> Namer:
        if related.target not in ("path", "slug"):
            return cls(related)
        targets = [link.target for article in articles for link in article.links if link.target]
        suffixes = {"." + article.path.rpartition(".")[2] for article in articles}
        with_suffix = sum(target.endswith(tuple(suffixes)) for target in targets)
        with_slash = sum(target.startswith("/") for target in targets)
        return cls(related, 2 * with_suffix > len(targets), 2 * with_slash > len(targets))

    def written(self, target: Article, source: Article | None = None) -> Written | None:
        """A link to an article, None where the article lacks what names it; `source` is the article that holds it."""
        name = self.name(target, source)
        if name is None:
            return None
        if self.related.shape in ("strings", "commas"):
            return Written({WHOLE: self.related.prefix + str(name) if self.related.prefix else name})
        if self.related.shape == "pairs":
            named = f"{self.related.prefix}{name}"
            return Written({named: target.title} if self.related.target_name == KEY else {target.title: named})
        names = self.related.names
        known = (
            (names.id, target.id),
            (names.title, target.title),
            (names.group, target.group),
            (names.url, target.url),
        )
        parts: dict[str, Value] = {part: value for part, value in known if part is not None and value is not None}
        parts[target_part(self.related)] = self.related.prefix + str(name) if self.related.prefix else name
        return Written(parts)

    def name(self, target: Article, source: Article | None = None) -> Value | None:
        """What names an article, without the prefix."""
        if self.spelling is not None and source is not None:
            return self.spelling(source, target)
        kind = self.related.target
        if kind == "url":
            return target.url or target.key
        if kind == "id":
            return target.id
        if kind == "title":
            return target.title
        slash = "/" if self.slash else ""
        if kind == "slug":
            return slash + (own_slug(target) if is_row(target.path) else slug_of(target.path))
        path = target.path if self.suffix else stem_of(target.path)
        return slash + path.removeprefix(self.related.base)


def own_field(related: RelatedSettings, name: str) -> RelatedSettings:
    """Settings of a field for suggestions alone: a list of mappings whose parts are called as in the site's links."""
    if related.field is None or related.shape in ("strings", "commas", "pairs"):
        return RelatedSettings(field=name, shape="mappings", target=related.target)
    return RelatedSettings(
        field=name,
        shape="mappings",
        target=related.target,
        target_name=related.target_name,
        prefix=related.prefix,
        names=related.names,
    )


def _relative(path: str, source: Article) -> str:
    return posixpath.relpath(path, posixpath.dirname(source.path) or ".")


def _dotted(path: str) -> str:
    return path if path.startswith("../") else f"./{path}"


def _url(target: Article) -> str | None:
    return target.url or target.key


SPELLINGS: dict[str, Spelling] = {
    "url": lambda _, target: _url(target),
    "url without its last slash": lambda _, target: (_url(target) or "").rstrip("/") or None,
    "file, relative": lambda source, target: _relative(target.path, source),
    "file, relative with a dot": lambda source, target: _dotted(_relative(target.path, source)),
    "page, relative": lambda source, target: _relative(stem_of(target.path) or ".", source),
    "page, relative with a dot": lambda source, target: _dotted(_relative(stem_of(target.path) or ".", source)),
    "file": lambda _, target: target.path,
    "file from the root": lambda _, target: "/" + target.path,
    "page": lambda _, target: stem_of(target.path),
    "page from the root": lambda _, target: "/" + stem_of(target.path),
    "slug": lambda _, target: slug_of(target.path),
    "slug without its date": lambda _, target: without_date(slug_of(target.path)),
    "slug of its own": lambda _, target: own_slug(target),
    "slug by its scheme": lambda _, target: "slug:" + slug_of(target.path),
    "title": lambda _, target: target.title,
}


@dataclass(frozen=True, slots=True)
class Known:
    """A link whose target is known.

    Attributes
    ----------
    text : str
        The target as it is written.
    """

    source: Article
    target: Article
    text: str
    is_wikilink: bool = False


def spellings_by_use(links: Iterable[Known], base: str = "") -> list[tuple[Spelling, int]]:
    """All spellings and how many of the links are written so, the most frequent first.

    Parameters
    ----------
    base : str
        The beginning of paths that links leave out.
    """
    every = {**SPELLINGS, **_without_base(base)} if base else SPELLINGS
    counts: Counter[str] = Counter()
    for link in links:
        text = link.text.partition("#")[0].partition("?")[0]
        counts.update(name for name, spelling in every.items() if spelling(link.source, link.target) == text)
    return [(every[name], counts[name]) for name in sorted(every, key=lambda name: -counts[name])]


def _without_base(base: str) -> dict[str, Spelling]:
    return {
        "file below the base": lambda _, target: target.path.removeprefix(base),
        "page below the base": lambda _, target: stem_of(target.path).removeprefix(base),
    }


class TextNamer:
    """Names articles as most of the site's sections do, of the spellings by which they are found.

    Parameters
    ----------
    known : sequence of Known
        Links of sections whose targets are known.
    base : str
        The beginning of paths that links leave out.

    Attributes
    ----------
    wikilinks : bool
        Most of the links are written in double brackets.
    """

    def __init__(self, known: Sequence[Known], index: TargetIndex, base: str = "") -> None:
        self.wikilinks = 2 * sum(link.is_wikilink for link in known) > len(known)
        self._index = index
        by_use = spellings_by_use(known, base)
        if self.wikilinks:
            # Of spellings that are as frequent, people write the note's name alone.
            by_use.sort(key=lambda one: (-one[1], one[0] is not SPELLINGS["slug"]))
        self._spellings = [spelling for spelling, _ in by_use]

    def name(self, source: Article, target: Article, row: int, *, wikilink: bool | None = None) -> str | None:
        """The name of the article of this row in a section of another, None where no spelling leads to it."""
        is_wikilink = self.wikilinks if wikilink is None else wikilink
        for spelling in self._spellings:
            name = spelling(source, target)
            if name and self._index.find(Link(target=name, section=True, wikilink=is_wikilink), source) == row:
                return name
        return None


def known_links(articles: Sequence[Article], index: TargetIndex, *, section: bool, field: int = 0) -> list[Known]:
    """A sample of the links, of sections or of the field of this number, whose targets are known."""
    linked = [article for article in articles if article.links]
    return [
        Known(article, articles[row], link.target, link.wikilink)
        for article in linked[:: max(1, len(linked) // _SAMPLE)]
        for link in article.links
        if link.section == section and link.field == field and (row := index.find(link, article)) >= 0
    ]
