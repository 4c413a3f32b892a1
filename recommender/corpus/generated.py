"""What the site's generator makes of a file that is read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from recommender.corpus.generators import Address, Generator, NotBuilt, read_generator
from recommender.corpus.markdown import title_of
from recommender.corpus.source import Source
from recommender.corpus.yaml_nodes import Node, plain_value
from recommender.settings import Settings


@dataclass(frozen=True, slots=True)
class Page:
    """A file's page.

    Attributes
    ----------
    url : str or None
        Its address; None where only the generator knows it, or there is none.
    not_built : bool
        No page is built of it now.
    since, until : str or None
        Instants in UTC from which on and until when it is built, in ISO 8601.
    language : str or None
        As the generator finds it; None on a site of one language.
    translated : str or None
        What its translations have in common with it; None on a site of one language.
    listed : bool
        The site names it among its pages.
    """

    url: str | None = None
    not_built: bool = False
    since: str | None = None
    until: str | None = None
    language: str | None = None
    translated: str | None = None
    listed: bool = True


def fields_for_generator(root: Node | None, body: str) -> dict[str, object]:
    """A file's front matter as its generator sees it, with the title that it finds in the text."""
    values = plain_value(root) if root is not None else {}
    fields: dict[str, object] = dict(values) if isinstance(values, dict) else {}
    if not fields.get("title") and (title := title_of(body)):
        fields["title"] = title
    return fields


def page_of(generator: Generator, source: Source) -> Page:
    """Ask a site's generator for a file's page."""
    outcome = generator.address(source.path, fields_for_generator(source.root, source.body))
    not_built = isinstance(outcome, NotBuilt)
    address = outcome.address if isinstance(outcome, NotBuilt) else outcome
    listed = isinstance(outcome, NotBuilt) or outcome.listed
    place = generator.place(source.path) if generator.languages else None
    language, translated = (None, None) if place is None else (place.language, place.page)
    if not isinstance(address, Address):
        return Page(not_built=not_built, language=language, translated=translated, listed=listed)
    return Page(address.url, not_built, _utc(address.since), _utc(address.until), language, translated, listed)


def generator_name(settings: Settings, content: Path) -> bytes:
    """Names what a site's generator says beside what files say themselves; empty where none is asked."""
    generator = read_generator(content) if settings.urls.generator else None
    return generator.fingerprint() if generator is not None else b""


def _utc(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(dt.UTC).isoformat(timespec="seconds")
