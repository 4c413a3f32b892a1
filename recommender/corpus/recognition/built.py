"""A folder of pages that a generator or another program has built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from recommender.corpus.built_pages import built_settings
from recommender.corpus.corpus import Corpus, require_articles
from recommender.corpus.folder import list_files
from recommender.corpus.html_page import SUFFIXES
from recommender.corpus.recognition.fields import FieldsFound
from recommender.corpus.recognition.found import Recognised, judge
from recommender.corpus.recognition.related import find_headings
from recommender.corpus.recognition.survey import Survey, sample_files
from recommender.corpus.recognition.trials import with_sections_that_lead, with_unique_keys
from recommender.settings import FieldSettings, RelatedSettings, Settings

_SAMPLE = 1_000


def recognise_built(content: Path, read: Callable[[Settings], Corpus], unread: dict[str, int]) -> Recognised:
    """The settings of a folder of HTML pages."""
    survey = Survey(
        sample_files(content, [file.path for file in list_files(content, built_settings().content).files], _SAMPLE)
    )
    settings = replace(built_settings(), related=RelatedSettings(field=None, sections=find_headings(survey)))
    why = dict.fromkeys(FieldSettings.__dataclass_fields__, "") | {"title": "of the page", "url": "of the page"}
    found = FieldsFound(settings.fields, why, has_url=True)
    corpus = read(settings)
    require_articles(corpus, content)
    settings, corpus = with_unique_keys(settings, corpus, read)
    settings, corpus = with_sections_that_lead(settings, corpus, read)
    return judge(settings, corpus, survey, found, (), (), sum(unread.get(suffix, 0) for suffix in SUFFIXES))
