"""A run in stages: the main job with its work in files, here or on a cluster."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from recommender.corpus.corpus import require_articles
from recommender.corpus.folder import list_files
from recommender.digest import digest
from recommender.engine.cluster import INSTALL, connected
from recommender.engine.here import LocalRunner
from recommender.engine.job import Job
from recommender.engine.site import StagedSite
from recommender.engine.stages import Stages
from recommender.engine.task import Runner
from recommender.engine.workdir import Workdir
from recommender.errors import InputError
from recommender.execute.cache import default_cache_dir
from recommender.neighbours.approximate import EXACT_UP_TO
from recommender.progress import Reporter, Silent, stage
from recommender.settings import Settings
from recommender.site.open import refuse_problems, settings_to_open

EngineName = Literal["local", "ray"]


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Where the stages run.

    Attributes
    ----------
    name : {"local", "ray"}
        Processes of this machine, or a Ray cluster.
    address : str or None
        Of the cluster's head, ``host:port``; None starts one on this machine's loopback for the time of the run.
    workdir : Path or None
        Folder of the stages' files, which all workers see; None for one in the cache's folder, on this machine alone.
    shards, blocks : int or None
    exact_up_to : int
        See `Stages`.
    """

    name: EngineName = "local"
    address: str | None = None
    workdir: Path | None = None
    shards: int | None = None
    blocks: int | None = None
    exact_up_to: int = EXACT_UP_TO


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
) -> Iterator[StagedSite]:
    """Open a content folder for a run in stages; see `recommender.open_site`.

    A run that was cut off goes on where it was: what a stage has finished is found in the work folder, whichever engine
    made it. At the end of the block, if it ends well, the work folder is rid of what this run did not use.

    Yields
    ------
    StagedSite
        Usable within the block.

    Raises
    ------
    InputError
        The folder, the settings, the model, the work folder or the cluster cannot be used.
    ProblemsError
        `strict`, and at least one file cannot be used.
    """
    from recommender.embedder.load import load_encoder

    engine, reporter = engine or EngineSettings(), reporter or Silent()
    if engine.name == "local" and engine.address is not None:
        raise InputError("--address is for --engine ray; give both, or neither")
    if engine.address is not None and engine.workdir is None:
        raise InputError(
            "a cluster needs a work folder that all its machines see under the same path; name it with --workdir"
        )
    _check_tables()
    folder = Path(content)
    settings = settings_to_open(folder, settings, model)
    with stage(reporter, "load model"):
        encoder = load_encoder(settings.model.name, device=settings.model.device, precision=settings.model.precision)
    with stage(reporter, "list files"):
        listing = list_files(folder, settings.content)
    place = Path(os.path.realpath(folder))
    workdir = Workdir(_workdir(engine, place, cache_dir), place)
    job = Job(place, settings, encoder, listing, today or dt.datetime.now().astimezone().date())
    with _runner(engine, workdir, job, jobs) as runner:
        stages = Stages(
            job,
            workdir,
            runner,
            reporter,
            shards=engine.shards,
            blocks=engine.blocks,
            exact_up_to=engine.exact_up_to,
        )
        site = StagedSite(stages, folder, reporter, jobs)
        require_articles(site.corpus, folder)
        if strict:
            refuse_problems(site.corpus.problems)
        yield site
    workdir.sweep(stages.used)


def _check_tables() -> None:
    if find_spec("pyarrow") is None:
        raise InputError(f"work in stages needs PyArrow, which is not installed; install it with: {INSTALL}")


def _workdir(engine: EngineSettings, place: Path, cache_dir: str | Path | None) -> Path:
    if engine.workdir is not None:
        return engine.workdir
    return Path(cache_dir or default_cache_dir()) / "stages" / digest(os.fsencode(place)).hex()


@contextmanager
def _runner(engine: EngineSettings, workdir: Workdir, job: Job, jobs: int | None) -> Iterator[Runner]:
    if engine.name == "local":
        yield LocalRunner(jobs, workdir.log)
        return
    with connected(engine.address, workdir, job, jobs) as runner:
        yield runner
