"""A site read for work that needs no vectors: no model is loaded and nothing is encoded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from recommender.corpus.corpus import Corpus, require_articles
from recommender.errors import OutputError
from recommender.execute.cache import SqliteCache, default_cache_dir
from recommender.execute.ingest import Ingested, ingest
from recommender.progress import Reporter, Silent
from recommender.settings import Settings
from recommender.site.recognised import site_settings
from recommender.stages.cache import Cache, NoCache


@dataclass(frozen=True, slots=True)
class ReadSite:
    """A content folder and its articles."""

    content: Path
    settings: Settings
    ingested: Ingested

    @property
    def corpus(self) -> Corpus:
        return self.ingested.corpus


def read_site(
    content: str | Path,
    settings: Settings | None = None,
    *,
    cache_dir: str | Path | None = None,
    use_cache: bool = True,
    jobs: int | None = None,
    reporter: Reporter | None = None,
) -> ReadSite:
    """Read a content folder; see `recommender.open_site` for the parameters.

    Raises
    ------
    InputError
        The folder or the settings cannot be used, or no file is an article.
    """
    folder = Path(content)
    reporter = reporter or Silent()
    cache = open_cache(cache_dir, use_cache=use_cache)
    if settings is None:
        settings = site_settings(folder, cache=cache, reporter=reporter, jobs=jobs)
    ingested = ingest(folder, settings, cache, reporter, jobs=jobs)
    require_articles(ingested.corpus, folder)
    for note in cache.notes:
        reporter.note(note)
    return ReadSite(folder, settings, ingested)


def open_cache(cache_dir: str | Path | None = None, *, use_cache: bool = True) -> Cache:
    """The cache in a folder, by default the platform's; or none.

    Where the platform's folder cannot be used, as with a home that cannot be written, the run goes on without.

    Raises
    ------
    OutputError
        A folder that was named cannot be used.
    """
    if not use_cache:
        return NoCache()
    if cache_dir:
        return SqliteCache(Path(cache_dir))
    try:
        return SqliteCache(default_cache_dir())
    except OutputError as error:
        return NoCache((f"{error}. This run goes on without a cache",))
