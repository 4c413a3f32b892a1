"""Which executor a run has: processes of this machine or a cluster, and the folder of their files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from recommender.digest import digest
from recommender.errors import InputError
from recommender.execute.cache import default_cache_dir
from recommender.execute.cluster import INSTALL, connected
from recommender.execute.here import InFiles, LocalRunner
from recommender.execute.workdir import Workdir
from recommender.neighbours.recall import Thresholds

EngineName = Literal["local", "ray"]


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Where stages run that keep their parts in files.

    Attributes
    ----------
    name : {"local", "ray"}
        Processes of this machine, or a Ray cluster.
    address : str or None
        Of the cluster's head, ``host:port``; None starts one on this machine's loopback for the time of the run.
    workdir : Path or None
        Folder of the files, which all workers see; None for one in the cache's folder, on this machine alone.
    shards, blocks : int or None
        To how many calls the files and the rows are shared out; by default by their number.
    """

    name: EngineName = "local"
    address: str | None = None
    workdir: Path | None = None
    shards: int | None = None
    blocks: int | None = None
    thresholds: Thresholds = field(default_factory=Thresholds)


def check_engine(engine: EngineSettings) -> None:
    """Find out whether there can be such an engine before anything is read.

    Raises
    ------
    InputError
        The settings contradict each other, or a package is missing.
    """
    if engine.name == "local" and engine.address is not None:
        raise InputError("--address is for --engine ray; give both, or neither")
    if engine.address is not None and engine.workdir is None:
        raise InputError(
            "a cluster needs a work folder that all its machines see under the same path; name it with --workdir"
        )
    if find_spec("pyarrow") is None:
        raise InputError(f"work in stages needs PyArrow, which is not installed; install it with: {INSTALL}")


@contextmanager
def started(
    engine: EngineSettings,
    content: Path,
    article: str | None,
    *,
    cache_dir: str | Path | None = None,
    jobs: int | None = None,
) -> Iterator[InFiles]:
    """The executor of an engine. At the end of the block, if it ends well, the work folder is rid of what this run did
    not use.

    Parameters
    ----------
    content : Path
        The content folder, absolute.
    article : str or None
        Path of one of its files, by which the machines of a cluster are checked.
    """
    workdir = Workdir(_workdir(engine, content, cache_dir), content)
    if engine.name == "local":
        yield InFiles(workdir, LocalRunner(workdir, jobs), engine.blocks)
    else:
        with connected(engine.address, workdir, content, article, jobs) as runner:
            yield InFiles(workdir, runner, engine.blocks)
    workdir.sweep(workdir.store.used)


def _workdir(engine: EngineSettings, place: Path, cache_dir: str | Path | None) -> Path:
    if engine.workdir is not None:
        return engine.workdir
    return Path(cache_dir or default_cache_dir()) / "stages" / digest(os.fsencode(place)).hex()
