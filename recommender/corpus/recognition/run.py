"""From a content folder to the settings that fit it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from recommender.corpus.corpus import Corpus, require_articles
from recommender.corpus.folder import list_files
from recommender.corpus.generators import Generator, read_generator
from recommender.corpus.globs import glob_pattern
from recommender.corpus.html_page import SUFFIXES
from recommender.corpus.paths import BODY, DETECTED, LANGUAGE, PATH
from recommender.corpus.recognition.fields import FieldsFound, find_fields, has_default_shape
from recommender.corpus.recognition.folders import (
    LanguagesFound,
    find_excluded,
    find_languages,
    languages_of,
    mixes_languages,
)
from recommender.corpus.recognition.related import RelatedField, by_form, find_headings, find_related, settings_of
from recommender.corpus.recognition.survey import Survey, sample_files, sample_pages
from recommender.corpus.recognition.targets import TargetFound, find_base, find_slug_field, find_target, posts_urls
from recommender.corpus.resolve import EXTERNAL, TargetIndex, resolve_links
from recommender.corpus.urls import slug_of
from recommender.errors import InputError
from recommender.progress import Reporter, stage
from recommender.settings import CheckSettings, ContentSettings, FieldSettings, RelatedSettings, Settings, UrlSettings

_SAMPLE = 1_000
_NEARLY_ALL = 0.9
# Of a field that any links may be in, such as `links`, so many of them must lead to articles.
_MOST_LEAD = 0.6
_STALE_RATIO = 0.3
_NO_LINKS = RelatedSettings(field=None)


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A field that may hold related links and was not taken.

    Attributes
    ----------
    field : RelatedField
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
    settings : Settings
    sampled, files : int
        Files whose fields were surveyed, and all that there are.
    fields : FieldsFound
    related : TargetFound or None
        The field that was chosen; None where there is none.
    passed_over : tuple of PassedOver
        Others that were not chosen.
    generator : Generator or None
        Whose configuration was found.
    languages : LanguagesFound or None
        That paths or the generator's configuration name.
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
    passed_over: tuple[PassedOver, ...] = ()
    generator: Generator | None = None
    languages: LanguagesFound | None = None


def recognise(content: Path, read: Callable[[Settings], Corpus], reporter: Reporter) -> Recognised:
    """Look at a content folder and say what its configuration would be.

    Parameters
    ----------
    content : Path
    read : callable
        Reads the folder by settings.
    reporter : Reporter

    Raises
    ------
    InputError
        The folder cannot be read, or no file in it is an article.
    """
    base = Settings()
    listing = list_files(content, base.content)
    paths = [file.path for file in listing.files]
    if not paths and any(suffix in listing.unread for suffix in SUFFIXES):
        return _built(content, read, listing.unread)
    exclude = find_excluded(paths)
    is_excluded = glob_pattern(exclude).fullmatch
    pages = [path for path in paths if not is_excluded(path)]
    with stage(reporter, "survey"):
        survey = Survey(sample_files(content, pages, _SAMPLE))
    if not survey.files:
        # Read as they are, the files say what is wrong with them.
        require_articles(read(base), content)
        raise InputError(f"expected articles in {content}; found {len(paths):,} files and none that can be read")
    candidates = find_related(survey)
    if has_default_shape(survey):
        return _default(base, read(base), survey, candidates, len(paths))
    sample = _Sample(base, exclude, pages, len(paths), survey, tuple(candidates))
    generator = read_generator(content)
    found = _look(sample, generator, read)
    unexplained = found.links - found.external - found.resolved
    unexplained += sum(other.field.links for other in found.passed_over if other.field.is_named)
    if generator is not None and not generator.files and unexplained:
        # No configuration says it, only the names of folders: the links may show other addresses.
        other = _look(sample, None, read)
        found = other if other.resolved > found.resolved else found
    return found


@dataclass(frozen=True, slots=True)
class _Sample:
    """What was seen of a folder before any file was read as an article."""

    base: Settings
    exclude: tuple[str, ...]
    pages: list[str]
    files: int
    survey: Survey
    candidates: tuple[RelatedField, ...]


def _look(sample: _Sample, generator: Generator | None, read: Callable[[Settings], Corpus]) -> Recognised:
    """The settings that fit best, with a generator's addresses or with those that the links show."""
    base, survey, candidates, pages = sample.base, sample.survey, sample.candidates, sample.pages
    fields = find_fields(survey, has_generator=generator is not None)
    # A generator whose configuration names no languages may build them from folders all the same.
    languages = languages_of(generator) if generator is not None and generator.languages else find_languages(pages)
    if languages.settings.known and fields.fields.language is None:
        fields = replace(fields, fields=replace(fields.fields, language=LANGUAGE))
    if fields.fields.language is None and mixes_languages(survey):
        why = {**fields.why, "language": "told from the text: the site mixes languages"}
        fields = replace(fields, fields=replace(fields.fields, language=DETECTED), why=why)
    settings = replace(
        base,
        content=replace(base.content, exclude=sample.exclude),
        fields=fields.fields,
        languages=languages.settings,
        urls=replace(posts_urls(pages), loose=True) if generator is None else _urls_of(generator),
        related=replace(_NO_LINKS, sections=find_headings(survey)),
    )
    # What the most used field looks like is most often what it is, and then the site is read once.
    likely = next((one for one in candidates if one.is_named), None)
    if likely is not None:
        likely_settings = settings_of(likely, *by_form(likely), "")
        settings = replace(settings, related=replace(likely_settings, sections=settings.related.sections))
    corpus = read(settings)
    wanted = _rebased(settings, corpus) if generator is None else settings
    judged = [_by_own_name(find_target(one, corpus.articles, wanted), one, survey) for one in candidates]
    chosen = _choose(judged, candidates)
    wanted = _with_links(wanted, chosen, fields, corpus)
    if wanted != settings:
        settings, corpus = wanted, read(wanted)
    settings, corpus = _with_unique_keys(settings, corpus, read)
    settings, corpus = _with_sections_that_lead(settings, corpus, read)
    tried = zip(candidates, judged, strict=True)
    passed_over = [PassedOver(one, led) for one, led in tried if one.field != settings.related.field]
    found = _judged(settings, corpus, survey, fields, chosen, passed_over, sample.files)
    return replace(found, generator=generator, languages=languages)


def _built(content: Path, read: Callable[[Settings], Corpus], unread: dict[str, int]) -> Recognised:
    """A folder of pages that a generator or another program has built."""
    pages = ContentSettings(include=("**/*.html", "**/*.htm"))
    survey = Survey(sample_pages(content, [file.path for file in list_files(content, pages).files], _SAMPLE))
    fields = FieldSettings(
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
    )
    settings = Settings(
        content=pages,
        fields=fields,
        related=replace(_NO_LINKS, sections=find_headings(survey)),
        urls=UrlSettings(loose=True),
    )
    why = dict.fromkeys(FieldSettings.__dataclass_fields__, "") | {"title": "of the page", "url": "of the page"}
    found = FieldsFound(fields, why, has_url=True)
    corpus = read(settings)
    require_articles(corpus, content)
    settings, corpus = _with_unique_keys(settings, corpus, read)
    settings, corpus = _with_sections_that_lead(settings, corpus, read)
    return _judged(settings, corpus, survey, found, None, (), sum(unread.get(suffix, 0) for suffix in SUFFIXES))


def _default(
    base: Settings, corpus: Corpus, survey: Survey, candidates: Sequence[RelatedField], files: int
) -> Recognised:
    """A site of the shape that needs no configuration."""
    found = find_fields(survey, has_generator=False)
    related = [one for one in candidates if one.field == base.related.field]
    chosen = TargetFound(base.related, base.urls, 0) if related else None
    fields = FieldsFound(base.fields, found.why, has_url=True)
    return replace(_judged(base, corpus, survey, fields, chosen, (), files), settings=base)


def _urls_of(generator: Generator) -> UrlSettings:
    return UrlSettings(site=generator.site, generator=True, loose=True)


def _rebased(settings: Settings, corpus: Corpus) -> Settings:
    """The settings with the folder below which addresses begin, as links from the host's root show it."""
    written = [link.target for article in corpus.articles for link in article.links]
    written += [link.target for article in corpus.articles for link in article.text_links]
    base = find_base(written, corpus.articles, settings.urls)
    if not base:
        return settings
    return replace(settings, urls=replace(settings.urls, rewrite={**settings.urls.rewrite, base: ""}))


def _by_own_name(found: TargetFound, field: RelatedField, survey: Survey) -> TargetFound:
    """As found, or by a field of the articles that explains clearly more of the links."""
    if found.found >= _NEARLY_ALL * (field.links - found.external):
        return found
    own = find_slug_field(field, survey, found.found + 1)
    if own is None:
        return found
    path, part = own
    related = settings_of(field, part, "slug", "")
    return TargetFound(related, found.urls, len(field.parts[part]), 0, field.links, path)


def _with_links(settings: Settings, chosen: TargetFound | None, fields: FieldsFound, corpus: Corpus) -> Settings:
    """The settings with the field of curated links that was chosen."""
    sections = settings.related.sections
    if chosen is None:
        wanted = replace(settings, related=replace(_NO_LINKS, sections=sections))
    else:
        wanted = replace(settings, related=replace(chosen.related, sections=sections))
        if chosen.related.target == "url":
            wanted = replace(wanted, urls=chosen.urls)
        elif not fields.has_url and not settings.urls.generator and not sections:
            wanted = replace(wanted, fields=replace(wanted.fields, key=_file_key(corpus)))
        if chosen.slug is not None:
            wanted = replace(wanted, fields=replace(wanted.fields, slug=chosen.slug))
    if chosen is None or chosen.related.target != "title":
        wanted = replace(wanted, fields=replace(wanted.fields, aliases=None))
    return wanted


def _with_unique_keys(
    settings: Settings, corpus: Corpus, read: Callable[[Settings], Corpus]
) -> tuple[Settings, Corpus]:
    """Where addresses are not unique, articles are told apart by their paths."""
    if settings.fields.key == PATH or not any(problem.rule == "repeated-key" for problem in corpus.problems):
        return settings, corpus
    settings = replace(settings, fields=replace(settings.fields, key=PATH))
    return settings, read(settings)


def _with_sections_that_lead(
    settings: Settings, corpus: Corpus, read: Callable[[Settings], Corpus]
) -> tuple[Settings, Corpus]:
    """Without the sections if no link in them leads to an article."""
    if not settings.related.sections:
        return settings, corpus
    index = TargetIndex(corpus.articles, settings)
    for article in corpus.articles:
        if any(link.section and index.find(link, article) >= 0 for link in article.links):
            return settings, corpus
    settings = replace(settings, related=replace(settings.related, sections=()))
    return settings, read(settings)


def _judged(
    settings: Settings,
    corpus: Corpus,
    survey: Survey,
    fields: FieldsFound,
    chosen: TargetFound | None,
    passed_over: Sequence[PassedOver],
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
        passed_over=tuple(passed_over),
    )


def _choose(judged: Sequence[TargetFound], candidates: Sequence[RelatedField]) -> TargetFound | None:
    """The field whose links lead to the most articles; none where they lead nowhere, or where a field that any links
    may be in leads to other places as well.
    """
    fitting = [
        found
        for found, one in zip(judged, candidates, strict=True)
        if found.found >= (1 if one.is_named else max(1, _MOST_LEAD * (found.links - found.external)))
        and (one.is_named or found.found > found.external)
    ]
    return max(fitting, key=lambda found: found.found, default=None)


def _file_key(corpus: Corpus) -> str:
    """The shortest name of files that is unique."""
    slugs = [slug_of(article.path) for article in corpus.articles]
    return "$slug" if len(set(slugs)) == len(slugs) else "$path"
