"""A site opened for a run on this machine at once, or in stages whose files are kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from typing_extensions import TypeIs

    from recommender.engine.site import StagedSite
    from recommender.progress import Reporter
    from recommender.settings import Settings
    from recommender.site.recommend import Recommendation
    from recommender.site.site import Site


class EngineName(StrEnum):
    """Where the work is done."""

    LOCAL = "local"
    RAY = "ray"


Engine = Annotated[
    EngineName, typer.Option("--engine", help="Where the work is done: on this machine, or on a Ray cluster.")
]
Address = Annotated[
    str | None,
    typer.Option(
        metavar="HOST:PORT",
        help="With --engine ray: the cluster's head; by default one on this machine for this run.",
        show_default=False,
    ),
]
Workdir = Annotated[
    Path | None,
    typer.Option(
        "--workdir",
        metavar="DIR",
        help="Work in stages whose files are kept here, so that a run that was cut off goes on.",
        show_default=False,
    ),
]


@contextmanager
def opened_site(
    content: Path,
    settings: Settings,
    engine: EngineName,
    address: str | None,
    workdir: Path | None,
    *,
    model: str | None,
    cache_dir: Path | None,
    use_cache: bool,
    strict: bool,
    jobs: int | None,
    today: dt.date | None,
    reporter: Reporter,
) -> Iterator[Site]:
    """The site of a command; on a cluster usable within the block alone."""
    from recommender.site.open import open_site

    if engine is EngineName.LOCAL and workdir is None and address is None:
        yield open_site(
            content,
            settings,
            model=model,
            cache_dir=cache_dir,
            use_cache=use_cache,
            strict=strict,
            jobs=jobs,
            today=today,
            reporter=reporter,
        )
        return
    from recommender.engine.run import EngineSettings, open_staged

    with open_staged(
        content,
        settings,
        EngineSettings(engine.value, address, workdir),
        model=model,
        cache_dir=cache_dir,
        strict=strict,
        jobs=jobs,
        today=today,
        reporter=reporter,
    ) as site:
        yield site


def recommendation(site: Site, **options: Any) -> Recommendation:
    """The lists of a site, however it was opened; options as of `recommend_and_tell`."""
    from recommender.site.recommend import recommend_and_tell

    if not _in_stages(site):
        return recommend_and_tell(site, **options)
    from recommender.engine.recommend import recommend_in_stages

    return recommend_in_stages(site, **options)


def told_of_stages(site: Site) -> list[str]:
    """What a person should know of a run in stages, a line each; nothing of another."""
    return [f"stages        {site.stages.tally} in {site.stages.workdir.folder}"] if _in_stages(site) else []


def _in_stages(site: Site) -> TypeIs[StagedSite]:
    from recommender.site.site import Site

    # The engine is imported only where it is used.
    return type(site) is not Site
