"""A folder of pages that a generator or another program has built."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
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
_LISTS = frozenset({"tag", "tags", "category", "categories", "author", "authors", "search"})
_FURTHER_PAGE = re.compile(r"/page/\d+/")


def recognise_built(content: Path, read: Callable[[Settings], Corpus], unread: dict[str, int]) -> Recognised:
    """The settings of a folder of HTML pages."""
    paths = [file.path for file in list_files(content, built_settings().content).files]
    survey = Survey(sample_files(content, paths, _SAMPLE))
    settings = replace(built_settings(), related=RelatedSettings(field=None, sections=find_headings(survey)))
    settings = replace(settings, targets=replace(settings.targets, exclude_paths=find_lists_of_pages(paths)))
    why = dict.fromkeys(FieldSettings.__dataclass_fields__, "") | {"title": "of the page", "url": "of the page"}
    found = FieldsFound(settings.fields, why, has_url=True)
    corpus = read(settings)
    require_articles(corpus, content)
    settings, corpus = with_unique_keys(settings, corpus, read)
    settings, corpus = with_sections_that_lead(settings, corpus, read)
    return judge(settings, corpus, survey, found, (), (), sum(unread.get(suffix, 0) for suffix in SUFFIXES))


def find_lists_of_pages(paths: Sequence[str]) -> tuple[str, ...]:
    """Globs of built pages that list others: by tag, category or author, and the further pages of lists."""
    folders = {folder for path in paths for folder in path.split("/")[:-1]}
    found = [f"**/{folder}/**" for folder in sorted(folders) if folder.casefold() in _LISTS]
    if any(_FURTHER_PAGE.search("/" + path) for path in paths):
        found.append("**/page/*/**")
    return tuple(found)
