"""Tasks run on a Ray cluster.

All that a task needs and makes is in files, so nothing of Ray's own has to survive: neither objects nor actors. What
was begun on a machine that is lost is begun again on another; what was finished stays finished.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from recommender.errors import InputError, RecommenderError
from recommender.execute.calls import Done, run_call
from recommender.execute.machines import Seen, look, refused
from recommender.execute.workdir import MARKER, Workdir
from recommender.processes import cpu_count
from recommender.stages.stage import Call, Stage

INSTALL = "pip install 'recommender[cluster]'"

# A host that stops answering counts as lost after about 50 seconds; Ray's default is more than seven minutes.
_SYSTEM_CONFIG = {"grpc_client_keepalive_time_ms": 20_000, "grpc_client_keepalive_timeout_ms": 10_000}
_KEEPALIVE = {f"RAY_{name}": str(value) for name, value in _SYSTEM_CONFIG.items()}
# No word to Ray's makers; and one try to join, which takes 40 seconds where something else answers.
_ENVIRONMENT = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_NUM_REDIS_GET_RETRIES": "1", **_KEEPALIVE}
# Ray listens on the loopback alone where it believes that it cannot make clusters.
_LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_AUTH_MODE": "token"}
# Only small records go through it.
_OBJECT_STORE_BYTES = 100 * 2**20
# A task that loses its worker more often than this is itself the cause.
_RETRIES = 5
_IN_FLIGHT_PER_PROCESSOR = 4
_CONNECT_SECONDS = 5.0
_PROBE_SECONDS = 60.0
_LOOK_SECONDS = 5.0
_ALONE_SECONDS = 90.0


class RayRunner:
    """Runs tasks on the cluster that this process is connected to."""

    def __init__(self, ray: ModuleType, workdir: Workdir) -> None:
        self._ray = ray
        self._workdir = workdir
        self._remote = ray.remote(num_cpus=1, max_retries=_RETRIES, retry_exceptions=False)(run_call)

    def run(self, stage: Stage, calls: Sequence[Call]) -> Iterator[Done]:
        if not stage.is_heavy:
            yield from self._run(stage, calls)
            return
        from recommender.execute.pool import run_pooled

        with self._told(stage.name):
            yield from run_pooled(self._workdir, stage, calls)

    def _run(self, stage: Stage, calls: Sequence[Call]) -> Iterator[Done]:
        ray = self._ray
        waiting = deque(calls)
        in_flight: dict[Any, Call] = {}
        quiet_seconds = 0.0
        try:
            while waiting or in_flight:
                room = max(16, int(_IN_FLIGHT_PER_PROCESSOR * ray.cluster_resources().get("CPU", 0)))
                while waiting and len(in_flight) < room:
                    call = waiting.popleft()
                    in_flight[self._remote.remote(self._workdir.store, stage, call, self._workdir.log)] = call
                ready, _ = ray.wait(list(in_flight), num_returns=1, timeout=_LOOK_SECONDS)
                if not ready:
                    quiet_seconds = quiet_seconds + _LOOK_SECONDS if not self._has_workers() else 0.0
                    if quiet_seconds >= _ALONE_SECONDS:
                        raise RecommenderError(
                            "no machine of the cluster has taken work for a while, and none has a processor to give; "
                            f"what is finished stays in {self._workdir.folder}: start workers and run the same again"
                        )
                    continue
                quiet_seconds = 0.0
                for one in ready:
                    call = in_flight.pop(one)
                    with self._told(f"{stage.name}, part {call.part.number}"):
                        yield ray.get(one)
        finally:
            for one in in_flight:
                ray.cancel(one, force=False)

    def _has_workers(self) -> bool:
        return bool(self._ray.cluster_resources().get("CPU", 0) > 0)

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        """Say in this program's words what went wrong with a task."""
        errors = self._ray.exceptions
        try:
            yield
        except errors.RayTaskError as error:
            cause = error.cause
            if isinstance(cause, RecommenderError):
                raise cause from None
            if isinstance(cause, FileNotFoundError):
                raise InputError(
                    f"{what}: {cause.filename} is not there on a worker; content and work folder must be seen by all "
                    "machines of the cluster under the same paths"
                ) from None
            raise RecommenderError(
                f"{what} failed on a worker: {type(cause).__name__}: {cause}; what is finished stays in "
                f"{self._workdir.folder}"
            ) from error
        except errors.RayError as error:
            reason = str(error).strip().partition("\n")[0]
            raise RecommenderError(
                f"{what}: the work was lost {_RETRIES + 1} times ({reason}); most often a worker has too little "
                f"memory; what is finished stays in {self._workdir.folder}: run the same again, with fewer tasks at "
                "once on each machine (ray start --num-cpus)"
            ) from None


@contextmanager
def connected(
    address: str | None, workdir: Workdir, content: Path, article: str | None, jobs: int | None
) -> Iterator[RayRunner]:
    """A runner on a cluster, from which this process parts at the end.

    Parameters
    ----------
    address : str or None
        ``host:port`` of the head; None starts a cluster of this machine alone, on its loopback, which ends with the
        block.
    content : Path
        The content folder, which all machines see.
    article : str or None
        Path of one of its files.
    jobs : int or None
        Processors that a cluster of this machine may use; by default all.

    Raises
    ------
    InputError
        Ray is not installed, there is no cluster at the address, or its machines cannot do the work.
    """
    if address is not None:
        _check_address(address)
    with _environment(_ENVIRONMENT | (_LOOPBACK if address is None else {})):
        ray = _ray()
        common = {"log_to_driver": False, "logging_level": "error", "include_dashboard": None}
        try:
            if address is None:
                ray.init(
                    address="local",
                    num_cpus=jobs or cpu_count(),
                    object_store_memory=_OBJECT_STORE_BYTES,
                    _system_config=_SYSTEM_CONFIG,
                    **common | {"include_dashboard": False},
                )
            else:
                ray.init(address=address, **common)
        except Exception as error:  # noqa: BLE001 - of Ray, of gRPC, of the system: all mean that there is no cluster
            reason = str(error).strip().partition("\n")[0] or type(error).__name__
            where = (
                "a cluster cannot be started here" if address is None else f"the cluster at {address} cannot be joined"
            )
            raise InputError(f"{where}: {reason}") from None
        try:
            _check_machines(ray, workdir, content, article)
            yield RayRunner(ray, workdir)
        finally:
            ray.shutdown()


def _ray() -> ModuleType:
    try:
        import ray
    except ImportError:
        raise InputError(f"--engine ray needs Ray, which is not installed; install it with: {INSTALL}") from None
    module: ModuleType = ray
    return module


def _check_address(address: str) -> None:
    """Find out in seconds what Ray would try for minutes."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or "/" in host:
        raise InputError(
            f"--address: expected host:port of the cluster's head, such as 10.0.0.1:6379; found {address!r}"
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_CONNECT_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise InputError(
            f"expected the head of a Ray cluster at {address}; it cannot be reached ({error}); start one with: "
            f"ray start --head --port {port}"
        ) from None


def _check_machines(ray: ModuleType, workdir: Workdir, content: Path, article: str | None) -> None:
    """Every machine must see the files and have the same version of this program."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    nodes = [node for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU", 0) > 0]
    remote = ray.remote(num_cpus=0, max_retries=1)(look)
    asked = {
        node["NodeManagerHostname"] + " " + node["NodeManagerAddress"]: remote.options(
            scheduling_strategy=NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
        ).remote(str(workdir.folder / MARKER), article)
        for node in nodes
    }
    found: dict[str, Seen | str] = {}
    ray.wait(list(asked.values()), num_returns=len(asked), timeout=_PROBE_SECONDS) if asked else None
    for name, one in asked.items():
        try:
            found[name] = ray.get(one, timeout=1)
        except ray.exceptions.RayTaskError as error:
            found[name] = f"{type(error.cause).__name__}: {error.cause}"
        except ray.exceptions.RayError as error:
            found[name] = str(error).strip().partition("\n")[0] or type(error).__name__
    problems = refused(found, workdir.folder, content)
    if problems:
        raise InputError("\n".join(["machines of the cluster that cannot do the work:", *problems]))


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Settings that Ray reads from the environment; those of the user's hold."""
    added = {name: value for name, value in values.items() if name not in os.environ}
    if added.get("RAY_AUTH_MODE") == "token" and "RAY_AUTH_TOKEN" not in os.environ:
        added["RAY_AUTH_TOKEN"] = secrets.token_hex(32)
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)
