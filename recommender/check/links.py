"""The rules for curated links."""

from __future__ import annotations

import posixpath
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from msgspec import structs

from recommender.check.findings import Finding, Place, Repair, Severities
from recommender.check.renames import Likely, LikelyTargets, words
from recommender.corpus.article import Article, Link
from recommender.corpus.globs import Globs
from recommender.corpus.resolve import AMBIGUOUS, DANGLING, EXTERNAL, TargetIndex
from recommender.corpus.urls import normal_url
from recommender.links.writing.naming import Namer, TextNamer, known_links
from recommender.settings import Settings


@dataclass(frozen=True, slots=True)
class _Meant:
    """What a link means: a row or a code of `resolve`; certain; and how it was found, where its name does not say."""

    row: int
    certain: bool
    likely: Likely | None = None


class LinkRules:
    """Looks at the links of one article at a time.

    Parameters
    ----------
    articles : sequence of Article
        All of the site, sorted by key.
    barred : sequence of str or None
        Per article why it may not be linked, None where it may.
    """

    def __init__(
        self, articles: Sequence[Article], settings: Settings, barred: Sequence[str | None], severities: Severities
    ) -> None:
        self._articles = articles
        self._settings = settings
        self._barred = barred
        self._severities = severities
        self._index = TargetIndex(articles, settings)
        self._likely = tuple(LikelyTargets(articles, one.target) for one in settings.related.each)
        self._pages = Globs(settings.check.pages)
        self._namers = tuple(
            Namer.of_site(one, articles, known_links(articles, self._index, section=False, field=field))
            for field, one in enumerate(settings.related.each)
        )

    def check(self, row: int) -> Iterator[Finding]:
        """What is wrong with the links of article `row`."""
        article = self._articles[row]
        first_at: dict[Hashable, Link] = {}
        before: dict[int, int] = {}
        for at, link in enumerate(article.links):
            meant = self._meant(article, link)
            # Where it is not certain what a link means, its text says whether another is the same.
            same = meant.row if meant.certain else link.target or ("nothing", at)
            # Another section of the same page is another place to go to.
            first = first_at.setdefault((same, link.target.partition("#")[2]), link)
            # Where a reader sees both, in a field and in the text, an editor says which one goes.
            # In a text another title is another reason to go there.
            goes = (
                first is not link
                and (first.section, first.field) == (link.section, link.field)
                and (not link.section or link.title == first.title)
            )
            yield from self._target(row, at, link, meant, goes=goes)
            if first is not link:
                message = f"the link to {link.target!r} repeats that of line {first.line}"
                repair = Repair(at) if goes else None
                yield from self._found(article, link, "repeated-link", message, repair=repair)
            if self._settings.related.each[link.field].shape == "numbered" and not link.section:
                last = before.get(link.field, 0)
                if link.place > last + 1:
                    yield from self._found(article, link, "numbering-gap", self._gap(last, link), repair=Repair(at))
                before[link.field] = link.place

    def _meant(self, article: Article, link: Link) -> _Meant:
        named = self._index.find_written(link, article)
        if named != DANGLING:
            return _Meant(named, certain=named >= 0)
        if self._is_page(link.target):
            return _Meant(EXTERNAL, certain=False)
        by_id = self._index.find(link, article)
        if by_id >= 0:
            certain = link.title is None or words(link.title) == words(self._articles[by_id].title)
            return _Meant(by_id, certain, Likely(by_id, "same id", certain) if link.target else None)
        likely = self._likely[link.field].find(_from_root(link, article) if link.section else link)
        certain = likely is not None and likely.certain and bool(link.target)
        return _Meant(likely.row if likely and certain else DANGLING, certain, likely)

    def _is_page(self, target: str) -> bool:
        """Whether the site says that this is a page and no article."""
        path = normal_url(target, self._settings.urls) if target.startswith("/") else None
        return path is not None and any(self._pages.fullmatch(form) for form in (path, path.rstrip("/") + "/"))

    def _target(self, row: int, at: int, link: Link, meant: _Meant, *, goes: bool) -> Iterator[Finding]:
        article = self._articles[row]
        if meant.row == EXTERNAL:
            return
        if meant.row == AMBIGUOUS:
            others = tuple(
                sorted(
                    Place(self._articles[other].path, 1) for other in self._index.rows_named(link.target, link.field)
                )
            )
            message = f"{link.target!r} names {len(others)} articles: {', '.join(other.path for other in others)}"
            yield from self._found(article, link, "ambiguous-link", message, others=others)
            return
        if meant.row == row:
            yield from self._found(article, link, "self-link", "the article links to itself")
            return
        if meant.row < 0:
            yield from self._dangling(article, link, meant.likely)
            return
        target = self._articles[meant.row]
        if (reason := self._barred[meant.row]) is not None:
            message = f"{link.target or target.key!r} may not be linked: {reason} ({target.path})"
            yield from self._found(article, link, "unlinkable-target", message)
        if meant.likely is not None:
            yield from self._renamed(article, at, link, meant.likely)
        # A repeat goes, whatever it says; in a text a link is part of what it says.
        if not goes and not link.section:
            yield from self._disagreements(article, at, link, target)

    def _name(self, article: Article, link: Link, row: int) -> int | str | None:
        """What the link would write for the article of this row; the place on the page stays."""
        target = self._articles[row]
        name: int | str | None
        if link.section:
            name = self._text_namer.name(article, target, row, wikilink=link.wikilink)
        else:
            name = self._namers[link.field].name(target, article)
        _, mark, place = link.target.partition("#")
        is_address = link.section or self._settings.related.each[link.field].target in ("url", "path", "slug")
        return f"{name}#{place}" if mark and is_address and isinstance(name, str) else name

    @cached_property
    def _text_namer(self) -> TextNamer:
        known = known_links(self._articles, self._index, section=True)
        return TextNamer(known, self._index, self._settings.related.base)

    def _dangling(self, article: Article, link: Link, likely: Likely | None) -> Iterator[Finding]:
        name = None if likely is None else self._name(article, link, likely.row)
        message = f"{link.target!r} is no article here" if link.target else "the link does not say where it leads"
        if likely is not None:
            hint = f"nearest is {name!r} ({likely.why})" if likely.near else f"did you mean {name!r} ({likely.why})?"
            message += f"; {hint}"
        yield from self._found(article, link, "dangling-link", message, likely=name)

    def _renamed(self, article: Article, at: int, link: Link, likely: Likely) -> Iterator[Finding]:
        target = self._articles[likely.row]
        name = self._name(article, link, likely.row)
        message = f"{link.target!r} is no article here; the one of the {likely.why} is {name!r}"
        if not likely.certain:
            message += f", which is titled {target.title!r}"
        repair = Repair(at, "target", name) if likely.certain and name is not None else None
        yield from self._found(article, link, "renamed-target", message, likely=name, repair=repair)

    def _disagreements(self, article: Article, at: int, link: Link, target: Article) -> Iterator[Finding]:
        names = self._settings.related.each[link.field].names
        title_differs = link.title is not None and not any(
            _spaced(link.title) == _spaced(title) for title in (target.title, *target.aliases)
        )
        id_differs = link.id is not None and target.id is not None and str(link.id) != str(target.id)
        # Where id and title both speak for another article, nobody but the editor knows which one is meant.
        torn = id_differs and title_differs and self._speaks_for_another(link)
        advice = "; its id and title are those of another article" if torn else ""
        if title_differs:
            message = f"the {names.title} {link.title!r} is not that of its target, {target.title!r}{advice}"
            repair = None if torn else Repair(at, "title", target.title)
            yield from self._found(article, link, "stale-title", message, repair=repair)
        if id_differs:
            message = f"the {names.id} {link.id!r} is not that of its target, {target.id!r}{advice}"
            # Without a title, a url and an id say different things, and nothing says which is right.
            repair = None if torn or link.title is None else Repair(at, "id", target.id)
            yield from self._found(article, link, "stale-id", message, repair=repair)
        if link.group is not None and target.group is not None and link.group != target.group:
            message = f"the {names.group} {link.group!r} is not that of its target, {target.group!r}{advice}"
            repair = None if torn else Repair(at, "group", target.group)
            yield from self._found(article, link, "stale-group", message, repair=repair)
        if self._settings.related.each[link.field].target != "url" and link.url is not None:
            yield from self._url(article, at, link, target, torn)

    def _url(self, article: Article, at: int, link: Link, target: Article, torn: bool) -> Iterator[Finding]:
        own = target.url or (target.key if target.key.startswith("/") else None)
        if own is None or link.url is None:
            return
        urls = self._settings.urls
        if normal_url(link.url, urls) != normal_url(own, urls):
            name = self._settings.related.each[link.field].names.url
            message = f"the {name} {link.url!r} is not that of its target, {own!r}"
            repair = None if torn else Repair(at, "url", own)
            yield from self._found(article, link, "stale-url", message, repair=repair)

    def _speaks_for_another(self, link: Link) -> bool:
        other = self._index.find_id(link.id) if link.id is not None else -1
        return other >= 0 and link.title is not None and words(link.title) == words(self._articles[other].title)

    def _gap(self, before: int, link: Link) -> str:
        field = self._settings.related.each[link.field].field or ""
        missing = [field.replace("{n}", str(number)) for number in range(before + 1, link.place)]
        own = field.replace("{n}", str(link.place))
        return f"{own} has no {' or '.join(missing)} before it"

    def _found(
        self,
        article: Article,
        link: Link,
        rule: str,
        message: str,
        *,
        likely: int | str | None = None,
        repair: Repair | None = None,
        others: tuple[Place, ...] = (),
    ) -> Iterator[Finding]:
        severity = self._severities.of(rule)
        if severity != "off":
            name = None if likely is None else str(likely)
            yield Finding(article.path, link.line, rule, severity, message, name, others, repair)


def _from_root(link: Link, source: Article) -> Link:
    """The link with a relative target as a path from the content folder."""
    if link.wikilink or link.target.startswith(("/", "#")) or ":" in link.target:
        return link
    folder = posixpath.dirname(source.path)
    return structs.replace(link, target=posixpath.normpath(posixpath.join(folder, link.target)))


def _spaced(text: str) -> str:
    return " ".join(text.split())
