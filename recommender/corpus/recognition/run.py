"""From a content folder to the settings that fit it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from recommender.corpus.corpus import Corpus, assemble, require_articles
from recommender.corpus.folder import list_files
from recommender.corpus.recognition.fields import FieldsFound, find_fields, has_default_shape
from recommender.corpus.recognition.related import RelatedField, by_form, find_related, settings_of
from recommender.corpus.recognition.survey import Survey, sample_files
from recommender.corpus.recognition.targets import TargetFound, find_target, posts_urls
from recommender.corpus.resolve import EXTERNAL, resolve_links
from recommender.corpus.urls import slug_of
from recommender.errors import InputError
from recommender.execute.ingest import ingest
from recommender.progress import Reporter, stage
from recommender.settings import CheckSettings, RelatedSettings, Settings
from recommender.stages.cache import Cache

_SAMPLE = 1_000
# With fewer articles, links that lead to none of them say nothing: the rest of the site may be elsewhere.
_FEW_ARTICLES = 20
_STALE_RATIO = 0.3
_NO_LINKS = RelatedSettings(field=None)


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a content folder looks like.

    Attributes
    ----------
    settings : Settings
    sampled, files : int
        Files whose fields were surveyed, and all that there are.
    fields : FieldsFound
    related : TargetFound or None
        The field that was chosen; None where there is none.
    passed_over : tuple of RelatedField
        Others of such a name that were not chosen.
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
    related: TargetFound | None
    corpus: Corpus
    links: int
    resolved: int
    external: int
    stale_titles_ratio: float
    passed_over: tuple[RelatedField, ...] = field(default=())


def recognise(content: Path, cache: Cache, reporter: Reporter, *, jobs: int | None = None) -> Recognised:
    """Look at a content folder and say what its configuration would be.

    Raises
    ------
    InputError
        The folder cannot be read, or no file in it has front matter.
    """
    base = Settings()
    listing = list_files(content, base.content)
    paths = [file.path for file in listing.files]
    with stage(reporter, "survey"):
        survey = Survey(sample_files(content, paths, _SAMPLE))
    if not survey.files:
        require_articles(assemble((), listing), content)
        raise InputError(f"expected articles in {content}; found {len(paths):,} files and none that can be read")
    fields = find_fields(survey)
    candidates = find_related(survey)
    if has_default_shape(survey):
        base_found = FieldsFound(base.fields, fields.why, has_url=True)
        related = [one for one in candidates if one.field == base.related.field]
        chosen = TargetFound(base.related, base.urls, 0) if related else None
        corpus = ingest(content, base, cache, reporter, jobs=jobs).corpus
        return _judged(base, corpus, survey, base_found, chosen, candidates, len(paths))
    readable = [one for one in candidates if one.shape != "groups"]
    # What the most used field looks like is most often what it is, and then the site is read once.
    likely = settings_of(readable[0], *by_form(readable[0]), "") if readable else _NO_LINKS
    settings = replace(base, fields=fields.fields, related=likely, urls=posts_urls(paths))

    def read(wanted: Settings) -> Corpus:
        return ingest(content, wanted, cache, reporter, jobs=jobs).corpus

    corpus = read(settings)
    chosen = _choose(readable, corpus, settings)
    wanted = settings
    if chosen is None:
        wanted = replace(wanted, related=_NO_LINKS)
    elif chosen.related.target == "url":
        wanted = replace(wanted, related=chosen.related, urls=chosen.urls)
    else:
        key = settings.fields.key if fields.has_url else _file_key(corpus)
        wanted = replace(wanted, related=chosen.related, fields=replace(settings.fields, key=key))
    if chosen is None or chosen.related.target != "title":
        wanted = replace(wanted, fields=replace(wanted.fields, aliases=None))
    if wanted != settings:
        settings, corpus = wanted, read(wanted)
    return _judged(settings, corpus, survey, fields, chosen, candidates, len(paths))


def _judged(
    settings: Settings,
    corpus: Corpus,
    survey: Survey,
    fields: FieldsFound,
    chosen: TargetFound | None,
    candidates: Sequence[RelatedField],
    files: int,
) -> Recognised:
    links = resolved = external = titled = stale = 0
    for article, targets in zip(corpus.articles, resolve_links(corpus.articles, settings).targets, strict=True):
        for link, target in zip(article.links, targets.tolist(), strict=True):
            links += 1
            resolved += target >= 0
            external += target == EXTERNAL
            if target >= 0 and link.title is not None:
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
        related=chosen,
        corpus=corpus,
        links=links,
        resolved=resolved,
        external=external,
        stale_titles_ratio=ratio,
        passed_over=tuple(one for one in candidates if one.field != settings.related.field),
    )


def _choose(candidates: Sequence[RelatedField], corpus: Corpus, settings: Settings) -> TargetFound | None:
    """The field whose links lead to the most articles; where none do and there are few articles, the most used."""
    tried = [find_target(one, corpus.articles, settings) for one in candidates]
    if not tried:
        return None
    best = max(tried, key=lambda one: one.found)
    return best if best.found or len(corpus) < _FEW_ARTICLES else None


def _file_key(corpus: Corpus) -> str:
    """The shortest name of files that is unique."""
    slugs = [slug_of(article.path) for article in corpus.articles]
    return "$slug" if len(set(slugs)) == len(slugs) else "$path"
