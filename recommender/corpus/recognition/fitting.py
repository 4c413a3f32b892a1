"""From a content folder to the settings that fit it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from recommender.corpus.content import list_content
from recommender.corpus.corpus import Corpus, require_articles
from recommender.corpus.generated import fields_for_generator
from recommender.corpus.generators import Generator, Unknown, read_generator
from recommender.corpus.generators.seek import unruled_program
from recommender.corpus.globs import Globs
from recommender.corpus.html_page import SUFFIXES
from recommender.corpus.languages import plain_tag
from recommender.corpus.markdown import title_of
from recommender.corpus.paths import DETECTED, LANGUAGE
from recommender.corpus.recognition.built import recognise_built
from recommender.corpus.recognition.columns import find_columns
from recommender.corpus.recognition.fields import FieldsFound, find_fields, has_default_shape
from recommender.corpus.recognition.folders import find_excluded, find_languages, languages_of, mixes_languages
from recommender.corpus.recognition.found import PassedOver, Recognised, judge
from recommender.corpus.recognition.related import RelatedField, by_form, find_headings, find_related, settings_of
from recommender.corpus.recognition.survey import Survey, sample_files
from recommender.corpus.recognition.targets import TargetFound, find_target, posts_urls
from recommender.corpus.recognition.trials import (
    by_own_name,
    choose,
    rebased,
    with_links,
    with_sections_that_lead,
    with_unique_keys,
)
from recommender.corpus.recognition.versions import NO_VERSIONS, find_versions
from recommender.corpus.table import is_table
from recommender.errors import InputError
from recommender.progress import Reporter, stage
from recommender.settings import RelatedSettings, Settings, UrlSettings

_SAMPLE = 1_000
_NO_LINKS = RelatedSettings(field=None)


def recognise(content: Path, read: Callable[[Settings], Corpus], reporter: Reporter) -> Recognised:
    """Look at a content folder and say what its configuration would be.

    Parameters
    ----------
    read : callable
        Reads the folder by settings.

    Raises
    ------
    InputError
        The folder cannot be read, or no file in it is an article.
    """
    base = Settings()
    listing = list_content(content, base.content)
    paths = [file.path for file in listing.files]
    if not paths and any(suffix in listing.unread for suffix in SUFFIXES):
        return recognise_built(content, read, listing.unread)
    of_table = is_table(content)
    exclude = () if of_table else find_excluded(paths)
    is_excluded = Globs(exclude).fullmatch
    pages = [path for path in paths if not is_excluded(path)]
    with stage(reporter, "survey"):
        survey = Survey(sample_files(content, pages, _SAMPLE))
    if not survey.files:
        # Read as they are, the files say what is wrong with them.
        require_articles(read(base), content)
        raise InputError(f"expected articles in {content}; found {len(paths):,} files and none that can be read")
    if len(survey.files) == 1 == len(paths) and not of_table and _is_unmarked(survey):
        raise InputError(
            f"expected articles in {content}; its one text, {paths[0]}, has neither front matter nor a heading"
        )
    candidates = find_related(survey)
    if has_default_shape(survey):
        return _default(base, read(base), survey, candidates, len(paths))
    sample = _Sample(base, exclude, pages, len(paths), survey, tuple(candidates), of_table=of_table)
    generator = None if of_table else read_generator(content)
    found = _look(sample, generator, read)
    unexplained = found.links - found.external - found.resolved
    unexplained += sum(other.field.links for other in found.passed_over if other.field.is_named)
    if generator is not None and not generator.files and unexplained:
        # No configuration says it, only the names of folders: the links may show other addresses.
        other = _look(sample, None, read)
        found = other if other.resolved > found.resolved else found
    return found if of_table or found.generator else replace(found, unruled=unruled_program(content))


def _is_unmarked(survey: Survey) -> bool:
    """Nothing says that a text is a page."""
    return all(file.root is None and title_of(file.body) is None for file in survey.files)


@dataclass(frozen=True, slots=True)
class _Sample:
    """What was seen of a folder before any file was read as an article."""

    base: Settings
    exclude: tuple[str, ...]
    pages: list[str]
    files: int
    survey: Survey
    candidates: tuple[RelatedField, ...]
    of_table: bool


def _look(sample: _Sample, generator: Generator | None, read: Callable[[Settings], Corpus]) -> Recognised:
    """The settings that fit best, with a generator's addresses or with those that the links show."""
    base, survey, candidates, pages = sample.base, sample.survey, sample.candidates, sample.pages
    fields = find_columns(survey) if sample.of_table else find_fields(survey, has_generator=generator is not None)
    # A generator whose configuration names no languages may build them from folders all the same.
    languages = languages_of(generator) if generator is not None and generator.languages else find_languages(pages)
    if generator is not None and generator.falls_back and languages.settings.known:
        # English is what these generators take for the default where nothing says another.
        english = next((code for code in languages.settings.known if plain_tag(code) == "en"), None)
        default = languages.settings.default or english
        languages = replace(languages, settings=replace(languages.settings, default=default, fallback=True))
    if languages.settings.known and fields.fields.language is None:
        fields = replace(fields, fields=replace(fields.fields, language=LANGUAGE))
    if fields.fields.language is None and mixes_languages(survey):
        why = {**fields.why, "language": "told from the text: the site mixes languages"}
        fields = replace(fields, fields=replace(fields.fields, language=DETECTED), why=why)
    is_docusaurus = generator is not None and generator.name == "Docusaurus"
    versions = NO_VERSIONS if sample.of_table else find_versions(pages, is_docusaurus=is_docusaurus)
    settings = replace(
        base,
        targets=replace(base.targets, exclude_paths=versions.globs),
        content=replace(base.content, exclude=sample.exclude),
        fields=fields.fields,
        languages=languages.settings,
        urls=_urls_of(generator, pages) if not sample.of_table else base.urls,
        related=replace(_NO_LINKS, sections=find_headings(survey)),
    )
    # What the most used field looks like is most often what it is, and then the site is read once.
    likely = next((one for one in candidates if one.is_named), None)
    if likely is not None:
        likely_settings = settings_of(likely, *by_form(likely), "")
        settings = replace(settings, related=replace(likely_settings, sections=settings.related.sections))
    corpus = read(settings)
    wanted = rebased(settings, corpus) if generator is None else settings
    judged = [by_own_name(find_target(one, corpus.articles, wanted), one, survey) for one in candidates]
    chosen = choose(judged, candidates)
    wanted = with_links(wanted, chosen, fields, corpus)
    if wanted != settings:
        settings, corpus = wanted, read(wanted)
    if not sample.of_table:
        settings, corpus = with_unique_keys(settings, corpus, read)
    settings, corpus = with_sections_that_lead(settings, corpus, read)
    tried = zip(candidates, judged, strict=True)
    taken = {one.field for one in settings.related.each}
    passed_over = [PassedOver(one, led) for one, led in tried if one.field not in taken]
    found = judge(settings, corpus, survey, fields, chosen, passed_over, sample.files)
    unknown = _unknown(generator, survey)
    return replace(found, generator=generator, languages=languages, versions=versions, unknown=unknown)


def _unknown(generator: Generator | None, survey: Survey) -> tuple[str, ...]:
    """Why the generator's rules give no address, for each file of a sample of which that is so."""
    if generator is None:
        return ()
    found = []
    for file in survey.files:
        outcome = generator.address(file.path, fields_for_generator(file.root, file.body))
        if isinstance(outcome, Unknown):
            found.append(outcome.reason)
    return tuple(found)


def _default(
    base: Settings, corpus: Corpus, survey: Survey, candidates: Sequence[RelatedField], files: int
) -> Recognised:
    """A site of the shape that needs no configuration."""
    found = find_fields(survey, has_generator=False)
    related = [one for one in candidates if one.field == base.related.field]
    chosen = [TargetFound(base.related, base.urls, 0)] if related else []
    fields = FieldsFound(base.fields, found.why, has_url=True)
    return replace(judge(base, corpus, survey, fields, chosen, (), files), settings=base)


def _urls_of(generator: Generator | None, pages: Sequence[str]) -> UrlSettings:
    if generator is None:
        return replace(posts_urls(pages), loose=True)
    return UrlSettings(site=generator.site, generator=True, loose=True)
