"""What a content folder looks like, and how well its settings explain its links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from recommender.corpus.corpus import Corpus
from recommender.corpus.generators import Generator
from recommender.corpus.recognition.fields import FieldsFound
from recommender.corpus.recognition.folders import LanguagesFound
from recommender.corpus.recognition.related import RelatedField
from recommender.corpus.recognition.survey import Survey
from recommender.corpus.recognition.targets import TargetFound
from recommender.corpus.recognition.versions import NO_VERSIONS, VersionsFound
from recommender.corpus.resolve import EXTERNAL, resolve_links
from recommender.settings import CheckSettings, Settings

_STALE_RATIO = 0.3


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A field that may hold related links and was not taken.

    Attributes
    ----------
    tried : TargetFound
        The most that its links led to.
    """

    field: RelatedField
    tried: TargetFound


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a content folder looks like.

    Attributes
    ----------
    sampled, files : int
        Files whose fields were surveyed, and all that there are.
    related : tuple of TargetFound
        The fields that were chosen, the one that is written first; empty where there is none.
    passed_over : tuple of PassedOver
        Others that were not chosen.
    generator : Generator or None
        Whose configuration was found.
    languages : LanguagesFound or None
        That paths or the generator's configuration name.
    unruled : str or None
        A program that builds the site and whose addresses follow no rule that could be read.
    versions : VersionsFound
        Of the same documents.
    unknown : tuple of str
        Of each file of the sample whose address only the generator can work out, the reason.
    corpus : Corpus
        The site as these settings read it.
    links, resolved, external : int
        Its curated links, those that lead to an article, and those that lead out of the site.
    stale_titles_ratio : float
        Share, 0 to 1, of the links with titles that say another title than their target's.
    """

    settings: Settings
    sampled: int
    files: int
    fields: FieldsFound
    related: tuple[TargetFound, ...]
    corpus: Corpus
    links: int
    resolved: int
    external: int
    stale_titles_ratio: float
    passed_over: tuple[PassedOver, ...] = ()
    generator: Generator | None = None
    languages: LanguagesFound | None = None
    unruled: str | None = None
    versions: VersionsFound = NO_VERSIONS
    unknown: tuple[str, ...] = ()


def judge(
    settings: Settings,
    corpus: Corpus,
    survey: Survey,
    fields: FieldsFound,
    chosen: Sequence[TargetFound],
    passed_over: Sequence[PassedOver],
    files: int,
) -> Recognised:
    """What these settings read of a site, with its curated links counted by where they lead."""
    links = resolved = external = titled = stale = 0
    for article, targets in zip(corpus.articles, resolve_links(corpus.articles, settings).targets, strict=True):
        for link, target in zip(article.links, targets.tolist(), strict=True):
            links += 1
            resolved += target >= 0
            external += target == EXTERNAL
            if target >= 0 and link.title is not None and not link.section:
                titled += 1
                stale += link.title.split() != corpus.articles[target].title.split()
    ratio = stale / titled if titled else 0.0
    if ratio > _STALE_RATIO:
        settings = replace(settings, check=CheckSettings({"stale-title": "off"}))
    return Recognised(
        settings=settings,
        sampled=len(survey.files),
        files=files,
        fields=fields,
        related=tuple(chosen),
        corpus=corpus,
        links=links,
        resolved=resolved,
        external=external,
        stale_titles_ratio=ratio,
        passed_over=tuple(passed_over),
    )
