"""Work shared among processes."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

_WATCH_SECONDS = 0.25
T = TypeVar("T")


def cpu_count() -> int:
    """Processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not every system has it
        return os.cpu_count() or 1


def peak_bytes() -> int:
    """Largest resident size of this process so far, in bytes; 0 where the system does not say."""
    import sys

    # Linux hands the figure of `getrusage` down to every program that a process starts; this one begins anew.
    with suppress(OSError, StopIteration), open("/proc/self/status", "rb") as status:
        return int(next(line for line in status if line.startswith(b"VmHWM:")).split()[1]) * 1024
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def shared_out(
    function: Callable[..., T],
    calls: Sequence[tuple[Any, ...]],
    *,
    jobs: int | None,
    alone: bool,
    ordered: bool = False,
) -> Generator[T, None, None]:
    """Results of `function` for the arguments of all `calls`, as they come.

    Parameters
    ----------
    function : callable
    jobs : int or None
        Processes; None for one per processor.
    alone : bool
        There is too little to do for starting processes to pay.
    ordered : bool
        Results come in the order of `calls`.
    """
    processes = min(jobs or cpu_count(), len(calls))
    if processes <= 1 or alone:
        for arguments in calls:
            yield function(*arguments)
        return
    from joblib import Parallel, delayed

    order = "generator" if ordered else "generator_unordered"
    parallel = Parallel(
        n_jobs=processes,
        return_as=order,
        pre_dispatch="3*n_jobs",
        batch_size=1,
        initializer=end_with,
        initargs=(os.getpid(),),
    )
    with _without_interrupts():
        results = parallel(delayed(function)(*arguments) for arguments in calls)
    yield from results


def end_with(parent: int) -> None:
    """End this process soon after its parent, however that ends: it would keep the parent's output open, and wait for
    work for minutes.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="end with parent").start()


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: this one ends them, and reports it once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # What is ignored here stays ignored in a process that starts now; a handler or a mask would not be handed down.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
