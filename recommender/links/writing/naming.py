"""How a link names its target in the front matter of a site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from recommender.corpus.article import Article
from recommender.corpus.curated import KEY, target_part
from recommender.corpus.named import own_slug
from recommender.corpus.table import is_row
from recommender.corpus.urls import slug_of, stem_of
from recommender.links.front_matter import WHOLE, Value, Written
from recommender.links.writing.spelling import Known, Spelling, spellings_by_use
from recommender.settings import RelatedSettings


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
