"""A site opened for a run whose stages are files, here or on a cluster."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recommender.corpus.content import list_content
from recommender.corpus.corpus import require_articles
from recommender.corpus.table import is_table
from recommender.digest import digest
from recommender.embedder.load import load_encoder
from recommender.execute.engine import EngineSettings, check_engine, started
from recommender.execute.shard_texts import ShardTexts
from recommender.progress import Reporter, Silent, stage
from recommender.settings import Settings
from recommender.site.open import refuse_problems, settings_to_open
from recommender.site.reading import open_cache
from recommender.site.recognised import site_settings
from recommender.site.site import Site
from recommender.stages.site_parts import Where


@contextmanager
def open_staged(
    content: str | Path,
    settings: Settings | None = None,
    engine: EngineSettings | None = None,
    *,
    model: str | None = None,
    cache_dir: str | Path | None = None,
    strict: bool = False,
    jobs: int | None = None,
    today: dt.date | None = None,
    reporter: Reporter | None = None,
) -> Iterator[Site]:
    """Open a content folder for a run in stages; see `recommender.open_site`.

    A run that was cut off goes on where it was: what a stage has finished is found in the work folder, whichever engine
    made it. At the end of the block, if it ends well, the work folder is rid of what this run did not use.

    Yields
    ------
    Site
        Usable within the block.

    Raises
    ------
    InputError
        The folder, the settings, the model, the work folder or the cluster cannot be used.
    ProblemsError
        `strict`, and at least one file cannot be used.
    """
    engine, reporter = engine or EngineSettings(), reporter or Silent()
    check_engine(engine)
    folder = Path(content)
    if settings is None:
        settings = site_settings(folder, cache=open_cache(cache_dir), reporter=reporter, jobs=jobs)
    by_language = not (model or settings.model.name)
    settings = settings_to_open(folder, settings, model)
    with stage(reporter, "load model"):
        encoder = load_encoder(settings.model.name, device=settings.model.device, precision=settings.model.precision)
    with stage(reporter, "list files"):
        listing = list_content(folder, settings.content)
    place = Path(os.path.realpath(folder))
    article = str(place if is_table(place) else place / listing.files[0].path) if listing.files else None
    with started(engine, place, article, cache_dir=cache_dir, jobs=jobs) as executor:
        where = Where(digest(os.fsencode(place)), executor.store, executor, reporter, engine.thresholds)
        texts = ShardTexts(place, settings, encoder, listing, executor, reporter, engine.shards)
        opened = (folder, settings, encoder, texts.ingested, texts, where)
        site = Site(*opened, jobs=jobs, today=today, model_by_language=by_language)
        require_articles(site.corpus, folder)
        if strict:
            refuse_problems(site.corpus.problems)
        yield site
        texts.keep()
