"""Settings tried on what was read by others: which fields of links lead to articles, and what that says of the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from recommender.corpus.corpus import Corpus
from recommender.corpus.paths import PATH
from recommender.corpus.recognition.fields import FieldsFound
from recommender.corpus.recognition.related import RelatedField, settings_of
from recommender.corpus.recognition.survey import Survey
from recommender.corpus.recognition.targets import TargetFound, find_base, find_slug_field
from recommender.corpus.resolve import TargetIndex
from recommender.corpus.urls import slug_of
from recommender.settings import RelatedSettings, Settings

_NEARLY_ALL = 0.9
# Least share of links that lead to articles, for a field that may hold any links, such as `links`, or a second field.
_MOST_LEAD = 0.6
# Least share of links of a second field that do not lead to other sites.
_INSIDE = 1 / 3


def rebased(settings: Settings, corpus: Corpus) -> Settings:
    """The settings with the folder below which addresses begin, as links from the host's root show it."""
    written = [link.target for article in corpus.articles for link in article.links]
    written += [link.target for article in corpus.articles for link in article.text_links]
    base = find_base(written, corpus.articles, settings.urls)
    if not base:
        return settings
    return replace(settings, urls=replace(settings.urls, rewrite={**settings.urls.rewrite, base: ""}))


def by_own_name(found: TargetFound, field: RelatedField, survey: Survey) -> TargetFound:
    """As found, or by a field of the articles that explains clearly more of the links."""
    if found.found >= _NEARLY_ALL * (field.links - found.external):
        return found
    own = find_slug_field(field, survey, found.found + 1)
    if own is None:
        return found
    path, part = own
    related = settings_of(field, part, "slug", "")
    return TargetFound(related, found.urls, len(field.parts[part]), 0, field.links, path)


def with_links(settings: Settings, chosen: Sequence[TargetFound], fields: FieldsFound, corpus: Corpus) -> Settings:
    """The settings with the fields of curated links that were chosen."""
    sections = settings.related.sections
    if not chosen:
        return replace(
            settings,
            related=RelatedSettings(field=None, sections=sections),
            fields=replace(settings.fields, aliases=None),
        )
    first, *others = chosen
    related = replace(first.related, sections=sections, also=tuple(other.related for other in others))
    wanted = replace(settings, related=related)
    by_address = next((one for one in chosen if one.related.target == "url"), None)
    if by_address is not None:
        wanted = replace(wanted, urls=by_address.urls)
    elif not fields.has_url and not settings.urls.generator and not sections:
        wanted = replace(wanted, fields=replace(wanted.fields, key=_file_key(corpus)))
    slug = next((one.slug for one in chosen if one.slug is not None), None)
    if slug is not None:
        wanted = replace(wanted, fields=replace(wanted.fields, slug=slug))
    if not any(one.related.target == "title" for one in chosen):
        wanted = replace(wanted, fields=replace(wanted.fields, aliases=None))
    return wanted


def with_unique_keys(settings: Settings, corpus: Corpus, read: Callable[[Settings], Corpus]) -> tuple[Settings, Corpus]:
    """Where addresses are not unique, articles are identified by their paths."""
    if settings.fields.key == PATH or not any(problem.rule == "repeated-key" for problem in corpus.problems):
        return settings, corpus
    settings = replace(settings, fields=replace(settings.fields, key=PATH))
    return settings, read(settings)


def with_sections_that_lead(
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


def choose(judged: Sequence[TargetFound], candidates: Sequence[RelatedField]) -> list[TargetFound]:
    """The fields whose links are curated, that which leads to the most articles first; none where they lead nowhere.

    A field that any links may be in is taken alone, and only where it leads nearly nowhere else; a second one only if
    its name says what it is, and most of its links lead to articles.
    """
    most = [found.found >= max(1, _MOST_LEAD * (found.links - found.external)) for found in judged]
    fitting = [
        found
        for found, one, lead in zip(judged, candidates, most, strict=True)
        if (found.found > 0 if one.is_named else lead and found.found > found.external)
    ]
    if not fitting:
        return []
    first = max(fitting, key=lambda found: found.found)
    chosen = [first]
    seen = _values(candidates[judged.index(first)])
    for found, one, lead in zip(judged, candidates, most, strict=True):
        if found is first or not (one.is_named and lead and found.found >= _INSIDE * found.links):
            continue
        # What a merge key or an anchor repeats is in two fields and says nothing new.
        if not _values(one) <= seen:
            chosen.append(found)
            seen |= _values(one)
    return chosen


def _values(field: RelatedField) -> set[tuple[str, str]]:
    """All links of a field, each with the file that holds it."""
    return {
        (file, value)
        for part, values in field.parts.items()
        for file, value in zip(field.holders[part], values, strict=True)
    }


def _file_key(corpus: Corpus) -> str:
    """The shortest name of files that is unique."""
    slugs = [slug_of(article.path) for article in corpus.articles]
    return "$slug" if len(set(slugs)) == len(slugs) else "$path"
