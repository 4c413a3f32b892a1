"""The pages of a folder that a generator has built, as what settles the addresses of their sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from recommender.corpus.article import Article
from recommender.corpus.hrefs import plain_target
from recommender.corpus.html_page import EVERY_PAGE
from recommender.corpus.paths import BODY
from recommender.corpus.settled import BuiltPage
from recommender.corpus.table import require_folder
from recommender.errors import InputError
from recommender.settings import ContentSettings, FieldSettings, RelatedSettings, Settings, UrlSettings

# Links that must show it, before addresses are taken to be others than the names of files.
_LEAST_VOTES = 2


def built_settings() -> Settings:
    """How a folder of HTML pages is read."""
    return Settings(
        content=ContentSettings(include=EVERY_PAGE),
        fields=FieldSettings(
            key="address",
            id=None,
            title="title | $name",
            question="title | $name",
            answer=("description", BODY),
            group=None,
            url="address",
            date="date",
            no_index="robots | $missing",
            draft=None,
            language="lang",
            keywords="keywords",
            description="description",
            required=("key", "title"),
        ),
        related=RelatedSettings(field=None),
        urls=UrlSettings(loose=True),
    )


def are_built(settings: Settings) -> bool:
    """Whether a site is read from the pages that its generator built."""
    return settings.content.include == EVERY_PAGE


def require_sources(content: Path, settings: Settings) -> None:
    """Raise `InputError` where a site is read from what is never written: a table, or built pages."""
    require_folder(content)
    if are_built(settings):
        raise InputError(
            f"{content} holds pages that a generator built, which are read and never written: write into the folder of "
            "their sources, or let templates read the links file"
        )


def built_pages(articles: Sequence[Article]) -> list[BuiltPage]:
    """The pages that were read by `built_settings`, with their addresses as the links between them write them."""
    addresses = {article.url or article.key for article in articles}
    linked = [
        target
        for article in articles
        for link in article.text_links
        if (target := plain_target(link.target)).startswith("/")
    ]
    plain = _without_suffix(addresses, linked)
    if plain:
        addresses = {_bare(address) for address in addresses}
    base = _base(addresses, linked)
    return [
        BuiltPage(base + (_bare(url) if plain else url), article.title, article.path)
        for article in articles
        for url in (article.url or article.key,)
    ]


def _without_suffix(addresses: set[str], linked: Sequence[str]) -> bool:
    """Whether links leave out the suffix of files: ``/a`` for ``a.html``."""
    with_suffix = sum(target in addresses and target.endswith(".html") for target in linked)
    bare = {_bare(address) for address in addresses if address.endswith(".html")}
    return sum(target in bare for target in linked) >= max(_LEAST_VOTES, with_suffix + 1)


def _bare(address: str) -> str:
    return address.removesuffix(".html")


def _base(addresses: set[str], linked: Sequence[str]) -> str:
    """The folder below which the site is put, where most links from the host's root show one."""
    known = {address.rstrip("/") for address in addresses}
    votes: Counter[str] = Counter()
    for target in linked:
        path = target.rstrip("/")
        if path in known:
            votes[""] += 1
            continue
        parts = path.split("/")
        for at in range(2, len(parts)):
            if "/" + "/".join(parts[at:]) in known:
                votes["/".join(parts[:at])] += 1
                break
    base, count = max(votes.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    return base if count >= _LEAST_VOTES else ""
