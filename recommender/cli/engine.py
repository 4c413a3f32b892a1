"""A site opened for a run on this machine at once, or in stages whose files are kept."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from recommender.cli.groups import option
from recommender.cli.options import CACHE
from recommender.cli.site_options import SiteOptions

if TYPE_CHECKING:
    from recommender.progress import Reporter
    from recommender.settings import Settings
    from recommender.site.site import Site


class EngineName(StrEnum):
    """Where the work is done."""

    LOCAL = "local"
    RAY = "ray"


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """Where the work is done, and where its results are kept."""

    engine: Annotated[
        EngineName,
        option(
            "--engine",
            metavar="local|ray",
            help="Where the work is done: on this machine, or on a Ray cluster.",
            panel=CACHE,
        ),
    ] = EngineName.LOCAL
    address: Annotated[
        str | None,
        option(
            metavar="HOST:PORT",
            help="With --engine ray: the cluster's head; by default one on this machine for this run.",
            panel=CACHE,
        ),
    ] = None
    workdir: Annotated[
        Path | None,
        option(
            "--workdir",
            metavar="FOLDER",
            help="Work in stages whose files are kept here, so that a run that was cut off goes on.",
            panel=CACHE,
        ),
    ] = None

    @contextmanager
    def open(
        self, site: SiteOptions, settings: Settings, reporter: Reporter, *, today: dt.date | None
    ) -> Iterator[Site]:
        """The site of a command; on a cluster usable within the block alone."""
        if self.engine is EngineName.LOCAL and self.workdir is None and self.address is None:
            yield site.open(settings, reporter, today=today)
            return
        from recommender.execute.engine import EngineSettings
        from recommender.site.staged import open_staged

        with (
            self._workdir(site) as workdir,
            open_staged(
                site.content,
                settings,
                EngineSettings(self.engine.value, self.address, workdir),
                cache_dir=site.cache_dir,
                strict=site.strict,
                jobs=site.jobs,
                today=today,
                reporter=reporter,
            ) as opened,
        ):
            yield opened

    @contextmanager
    def _workdir(self, site: SiteOptions) -> Iterator[Path | None]:
        """The folder for the stages' files; without a cache, one that is removed at the end."""
        if self.workdir is not None or self.address is not None or not site.no_cache:
            yield self.workdir
            return
        with tempfile.TemporaryDirectory(prefix="recommender-") as folder:
            yield Path(folder) / "stages"
