"""From a folder to a site that is open for work."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from recommender.corpus.corpus import require_articles
from recommender.digest import digest
from recommender.embedder.load import load_encoder
from recommender.errors import Problem, ProblemsError, SettingsError
from recommender.execute.here import InProcess
from recommender.execute.ingest import ingest
from recommender.execute.shelf_texts import ShelfTexts
from recommender.execute.store import MemoryStore
from recommender.execute.terms import TermShelf
from recommender.execute.vectors import VectorShelf, VectorShelves
from recommender.neighbours.recall import Thresholds
from recommender.progress import Reporter, Silent, stage
from recommender.settings import Settings
from recommender.site.model_choice import model_of_language
from recommender.site.reading import open_cache
from recommender.site.recognised import site_settings
from recommender.site.site import Site
from recommender.stages.site_parts import Where


def open_site(
    content: str | Path,
    settings: Settings | None = None,
    *,
    model: str | None = None,
    cache_dir: str | Path | None = None,
    use_cache: bool = True,
    strict: bool = False,
    jobs: int | None = None,
    today: dt.date | None = None,
    reporter: Reporter | None = None,
    thresholds: Thresholds | None = None,
) -> Site:
    """Read a content folder.

    Parameters
    ----------
    content : path
        The folder of articles.
    settings : Settings, optional
        By default those of `recommender.yaml` in the folder or in the current one, or what holds without.
    model : str, optional
        Overrides the settings' model.
    cache_dir : path, optional
        By default the platform's folder for caches.
    use_cache : bool
    strict : bool
        Raise for files that cannot be used instead of leaving them out.
    jobs : int, optional
        Processes; by default one per processor.
    today : datetime.date, optional
        Articles with a later date are of the future; by default the day in this machine's time zone.
    reporter : Reporter, optional
    thresholds : Thresholds, optional
        From where on nearly all neighbours are enough.

    Raises
    ------
    InputError
        The folder, the settings or the model cannot be used, or no file is an article.
    ProblemsError
        `strict`, and at least one file cannot be used.
    """
    folder = Path(content)
    reporter = reporter or Silent()
    cache = open_cache(cache_dir, use_cache=use_cache)
    if settings is None:
        settings = site_settings(folder, cache=cache, reporter=reporter, jobs=jobs)
    by_language = not (model or settings.model.name)
    settings = settings_to_open(folder, settings, model)
    with stage(reporter, "load model"):
        encoder = load_encoder(settings.model.name, device=settings.model.device, precision=settings.model.precision)
    shelves = VectorShelves(cache)

    def shelf_of(name: str | None) -> VectorShelf:
        return shelves.of(encoder if name == settings.model.name else load_encoder(name))

    terms = TermShelf(cache, settings.word_fields)
    ingested = ingest(
        folder,
        settings,
        cache,
        reporter,
        shelf_of=shelf_of,
        encode_with=settings.model if encoder.light else None,
        # As the languages will be compared; see `recommender.site.parts`.
        by_language=by_language and settings.links.same_language,
        terms=terms,
        jobs=jobs,
    )
    require_articles(ingested.corpus, folder)
    for note in cache.notes:
        reporter.note(note)
    if strict:
        refuse_problems(ingested.corpus.problems)
    store = MemoryStore(cache)
    where = Where(digest(os.fsencode(folder.resolve())), store, InProcess(store), reporter, thresholds or Thresholds())
    texts = ShelfTexts(folder, ingested.corpus, settings, encoder, shelves, terms, store, reporter, jobs)
    return Site(
        folder, settings, encoder, ingested, texts, where, jobs=jobs, today=today, model_by_language=by_language
    )


def settings_to_open(folder: Path, settings: Settings, model: str | None) -> Settings:
    """The settings with which a folder is opened: with another model if one is named, and with that of the folder's
    language if none is.

    Raises
    ------
    SettingsError
        No view counts.
    """
    model = model or settings.model.name or model_of_language(folder, settings.content)
    if model != settings.model.name:
        settings = replace(settings, model=replace(settings.model, name=model))
    if not any(weight > 0 for weight in settings.views.values()):
        raise SettingsError("views: at least one view needs a weight above 0")
    return settings


def refuse_problems(problems: Sequence[Problem]) -> None:
    """Raise `ProblemsError` where a file cannot be used and no file may be left out."""
    if problems:
        raise ProblemsError(f"{len(problems)} file{'s' * (len(problems) != 1)} cannot be used (--strict):", problems)
