"""How a link names its target in the front matter of a site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recommender.corpus.article import Article
from recommender.corpus.curated import target_part
from recommender.corpus.urls import slug_of, stem_of
from recommender.links.front_matter import WHOLE, Value, Written
from recommender.settings import LinkNames, RelatedSettings


@dataclass(frozen=True, slots=True)
class Namer:
    """Makes links in the shape that a site's settings name.

    Attributes
    ----------
    related : RelatedSettings
    suffix : bool
        Paths are written with the file's suffix.
    slash : bool
        Paths and slugs are written with a slash before them.
    """

    related: RelatedSettings
    suffix: bool = False
    slash: bool = False

    @classmethod
    def of_site(cls, related: RelatedSettings, articles: Sequence[Article]) -> Namer:
        """As most of the site's links do it."""
        if related.target not in ("path", "slug"):
            return cls(related)
        targets = [link.target for article in articles for link in article.links if link.target]
        suffixes = {"." + article.path.rpartition(".")[2] for article in articles}
        with_suffix = sum(target.endswith(tuple(suffixes)) for target in targets)
        with_slash = sum(target.startswith("/") for target in targets)
        return cls(related, 2 * with_suffix > len(targets), 2 * with_slash > len(targets))

    def written(self, target: Article) -> Written | None:
        """A link to an article, None where the article lacks what names it."""
        name = self.name(target)
        if name is None:
            return None
        if self.related.shape == "strings":
            return Written({WHOLE: self.related.prefix + str(name) if self.related.prefix else name})
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

    def name(self, target: Article) -> Value | None:
        """What names an article, without the prefix."""
        kind = self.related.target
        if kind == "url":
            return target.url or target.key
        if kind == "id":
            return target.id
        if kind == "title":
            return target.title
        slash = "/" if self.slash else ""
        if kind == "slug":
            return slash + slug_of(target.path)
        path = target.path if self.suffix else stem_of(target.path)
        return slash + path.removeprefix(self.related.base)


def own_field(related: RelatedSettings, name: str) -> RelatedSettings:
    """Settings of a field for suggestions alone: a list of mappings whose parts are called as in the site's links."""
    names = LinkNames() if related.field is None or related.shape == "strings" else related.names
    return RelatedSettings(
        field=name,
        shape="mappings",
        target=related.target,
        target_name=related.target_name,
        prefix=related.prefix if related.shape != "strings" else "",
        names=names,
    )
