"""What in a site's links names their targets: whatever finds the most articles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import msgspec

from recommender.corpus.article import Article
from recommender.corpus.hrefs import plain_target
from recommender.corpus.named import without_suffix
from recommender.corpus.names import EXTERNAL
from recommender.corpus.recognition.related import RelatedField, by_form, prefixes, settings_of
from recommender.corpus.recognition.survey import Survey
from recommender.corpus.resolve import TargetIndex
from recommender.corpus.urls import is_address, normal_url, stem_of, url_of
from recommender.settings import RelatedSettings, Settings, Target, UrlSettings

_TARGETS: tuple[Target, ...] = ("url", "path", "slug", "id", "title")
# An address is what a link is for: others must find clearly more to be preferred to what comes before them.
_CLEARLY_MORE = 1.1
# Many addresses follow no rule that could be recognised, and slugs of another folder are found by chance: what looks
# like an address is one if it finds at least this share of what the best finds.
_ADDRESS_SHARE = 0.5
# What looks like a kind of name is one unless another finds clearly more.
_NEARLY = 0.9
_LEAST_VOTES = 3
_POST = re.compile(r"(_\w+/)(?:.*/)?\d{4}-\d{1,2}-\d{1,2}-[^/]+$")
# How addresses are made from dates: Jekyll's own way, then what sites change it to.
_DATED_PATTERNS = tuple(
    f"{beginning}{rest}{end}"
    for rest in ("{year}/{month}/{day}/{slug}", "{year}/{month}/{slug}", "{year}/{slug}", "{slug}")
    for beginning in ("/", "/blog/", "/posts/", "/news/", "/articles/")
    for end in (".html", "/")
)


@dataclass(frozen=True, slots=True)
class TargetFound:
    """How a field's links name their targets.

    Attributes
    ----------
    urls : UrlSettings
        How addresses follow from paths, as the links show it.
    found, external, links : int
        Links of the sample that lead to an article, that lead to other sites, and all.
    slug : str or None
        The field of the articles by which links name them.
    """

    related: RelatedSettings
    urls: UrlSettings
    found: int
    external: int = 0
    links: int = 0
    slug: str | None = None


def find_target(field: RelatedField, articles: Sequence[Article], settings: Settings) -> TargetFound:
    """Try every part of the links as every kind of name, and take what finds the most articles; where nothing finds
    any, what the values look like.
    """
    likely_part, likely = by_form(field)
    urls = settings.urls
    if likely == "url" and not urls.generator:
        urls = find_urls(field.parts[likely_part], articles, urls)
        articles = _readdressed(articles, settings.urls, urls)
    by_path = {article.path: article for article in articles}
    tried: list[TargetFound] = []
    for target in _TARGETS:
        for part, values in field.parts.items():
            if target == "url" and sum(map(_begins_as_address, values)) < 0.5 * len(values):
                continue
            sources = [by_path.get(path) for path in field.holders[part]]
            index: TargetIndex | None = None
            for prefix in prefixes(values):
                names = [value.removeprefix(prefix).strip() for value in values]
                base = _base(names, articles) if target == "path" else ""
                if index is None or target == "path":
                    related = replace(settings.related, target=target, base=base)
                    index = TargetIndex(articles, replace(settings, urls=urls, related=related))
                codes = [index.find_name(name, source) for name, source in zip(names, sources, strict=True)]
                related = replace(settings_of(field, part, target, prefix), base=base)
                external = sum(code == EXTERNAL for code in codes)
                tried.append(TargetFound(related, urls, sum(code >= 0 for code in codes), external, len(codes)))
    best = max((one.found for one in tried), default=0)
    if not best:
        return TargetFound(settings_of(field, likely_part, likely, ""), urls, 0, 0, field.links)
    for kind, least in ((likely, _ADDRESS_SHARE if likely == "url" else _NEARLY), ("url", _NEARLY)):
        fitting = [one for one in tried if one.related.target == kind and one.found > least * best]
        if fitting:
            return max(fitting, key=lambda one: one.found)
    chosen = tried[0]
    for one in tried[1:]:
        if one.found > chosen.found * _CLEARLY_MORE:
            chosen = one
    return chosen


def find_slug_field(field: RelatedField, survey: Survey, least: int) -> tuple[str, str] | None:
    """A field of the articles, and the part of the links, whose values are the same: what articles are called by.

    Parameters
    ----------
    least : int
        Links that it must explain.
    """
    best: tuple[int, str, str] | None = None
    for part, values in field.parts.items():
        for use in survey.uses.values():
            if use.path.startswith(field.field.partition("{")[0]) or not use.is_scalar or len(use.nodes) < 2:
                continue
            own = set(use.texts())
            # A field of few values says what kind an article is, not which.
            if 3 * len(own) < len(use.nodes) and len(own) < _LEAST_VOTES:
                continue
            found = sum(value in own for value in values)
            if found >= max(least, _NEARLY * len(values)) and (best is None or found > best[0]):
                best = (found, use.path, part)
    return None if best is None else (best[1], best[2])


def _begins_as_address(value: str) -> bool:
    return value.startswith(("/", "./", "../")) or is_address(value)


def _base(values: Sequence[str], articles: Sequence[Article]) -> str:
    """The folder that paths in links leave out, where most of them show it."""
    stems = {stem_of(article.path) for article in articles}
    by_end: dict[str, list[str]] = {}
    for article in articles:
        stem = _stem(article.path)
        by_end.setdefault(stem.rpartition("/")[2], []).append(stem)
    votes: Counter[str] = Counter()
    asked = 0
    for value in dict.fromkeys(values):
        name = without_suffix(plain_target(value).strip("/"))
        if not name or value.startswith("."):
            continue
        asked += 1
        if name in stems:
            votes[""] += 1
        for stem in by_end.get(name.rpartition("/")[2], []):
            if stem.endswith("/" + name):
                votes[stem.removesuffix(name)] += 1
    if not votes:
        return ""
    base, count = max(votes.items(), key=lambda item: (item[1], item[0] == "", -len(item[0]), item[0]))
    return base if count > 0.3 * asked and count >= min(2, asked) else ""


def find_urls(links: Iterable[str], articles: Sequence[Article], urls: UrlSettings) -> UrlSettings:
    """The address of the site, and the folders whose names differ in addresses, as links show them.

    Parameters
    ----------
    links : iterable of str
        Urls that links lead to.
    urls : UrlSettings
        By which the articles were read.
    """
    by_host: dict[str, list[str]] = {}
    for link in dict.fromkeys(links):
        try:
            parts = urlsplit(link)
        except ValueError:
            continue
        path = normal_url(parts.path, urls)
        if path is not None and parts.path.startswith("/"):
            by_host.setdefault(f"{parts.scheme}://{parts.netloc}" if parts.netloc else "", []).append(path)
    own = by_host.get("", [])
    found = replace(urls, rewrite={**urls.rewrite, **_rewrites(own, articles, urls), **_dated(own, articles, urls)})
    known = _known(_readdressed(articles, urls, found), urls)
    hits = {host: sum(path in known for path in paths) for host, paths in by_host.items() if host}
    site = max(hits, key=lambda host: (hits[host], host), default=None)
    return replace(found, site=site) if site is not None and hits[site] >= _LEAST_VOTES else found


def find_base(links: Iterable[str], articles: Sequence[Article], urls: UrlSettings) -> str:
    """The folder below which the addresses of a site begin, as links from the host's root show it; empty where they
    show none.

    Parameters
    ----------
    links : iterable of str
        Targets of links in texts, as they are written.
    urls : UrlSettings
        By which the articles were read.
    """
    known = _known(articles, urls)
    wanted = [path for link in links if link.startswith("/") and (path := normal_url(link, urls)) not in known]
    if len(wanted) < _LEAST_VOTES:
        return ""
    return _base([str(path) for path in wanted], articles)


def _rewrites(paths: Iterable[str], articles: Sequence[Article], urls: UrlSettings) -> dict[str, str]:
    """Folders and what stands for them, where at least a few addresses show it."""
    known = _known(articles, urls)
    by_end: dict[str, list[str]] = {}
    for article in articles:
        stem = _stem(article.path)
        by_end.setdefault(stem.rpartition("/")[2], []).append(stem)
    votes: Counter[tuple[str, str]] = Counter()
    for path in paths:
        if path not in known:
            for stem in by_end.get(path.rpartition("/")[2], []):
                if (rewrite := _rewrite(stem, path.strip("/"))) is not None:
                    votes[rewrite] += 1
    rewrites: dict[str, str] = {}
    for (folder, beginning), count in sorted(votes.items(), key=lambda item: (-item[1], item[0])):
        if count >= _LEAST_VOTES:
            rewrites.setdefault(folder, beginning)
    return dict(sorted(rewrites.items()))


def posts_urls(paths: Iterable[str]) -> UrlSettings:
    """Addresses from paths before any link is seen: of Jekyll's posts as Jekyll makes them."""
    dated = any(_POST.match(path) and path.startswith("_posts/") for path in paths)
    return UrlSettings(rewrite={"_posts/": _DATED_PATTERNS[0]} if dated else {})


def _dated(paths: Sequence[str], articles: Sequence[Article], urls: UrlSettings) -> dict[str, str]:
    """Patterns of folders whose files are named after dates, where addresses show one."""
    folders: dict[str, list[str]] = {}
    for article in articles:
        if (match := _POST.match(article.path)) is not None:
            folders.setdefault(match[1], []).append(article.path)
    found: dict[str, str] = {}
    wanted = set(paths)
    for folder, files in folders.items():
        hits: dict[str, int] = {}
        for pattern in _DATED_PATTERNS:
            known = {normal_url(url_of(path, UrlSettings(rewrite={folder: pattern})), urls) for path in files}
            hits[pattern] = len(wanted & known)
        best = max(hits, key=lambda pattern: hits[pattern])
        if hits[best]:
            found[folder] = best
    return found


def _known(articles: Iterable[Article], urls: UrlSettings) -> set[str | None]:
    return {normal_url(article.url or article.key, urls) for article in articles}


def _readdressed(articles: Sequence[Article], before: UrlSettings, after: UrlSettings) -> tuple[Article, ...]:
    """Articles as they would be read by other settings: an address that follows from the path is another then."""

    def moved(article: Article) -> Article:
        own = url_of(article.path, before)
        new = url_of(article.path, after)
        if article.url != own or new == own:
            return article
        return msgspec.structs.replace(article, url=new, key=new if article.key == own else article.key)

    return tuple(moved(article) for article in articles)


def _stem(path: str) -> str:
    stem = stem_of(path)
    folder, _, name = stem.rpartition("/")
    return folder if name in ("index", "_index") and folder else stem


def _rewrite(stem: str, url: str) -> tuple[str, str] | None:
    """The first folder of a file and what stands for it in its address, where the rest is the same; for folders that
    a generator does not publish under their own name.
    """
    folder, slash, rest = stem.partition("/")
    if not slash or not folder.startswith("_") or not (url == rest or url.endswith("/" + rest)):
        return None
    return folder + "/", url.removesuffix(rest)
