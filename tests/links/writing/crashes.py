"""Runs that are killed, in children of this process.

``python -m tests.links.writing.crashes FOLDER random|every COUNT``

A process of its own, because a test runner has threads, and those and `fork` do not go together. Prints what it saw
as JSON; `test_faults.py` judges it.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from recommender.links.writing import edits, run_edits, undo
from recommender.links.writing.journal import Journals
from tests.links.writing.helpers import AddLine, edited, make_site, snapshot

_CALLS = ("open", "write", "fsync", "sync", "replace", "fchmod", "close", "lstat", "unlink", "ftruncate", "fdopen")


class Site:
    """A site, its two states, and where its journals are."""

    def __init__(self, folder: Path, count: int) -> None:
        self.content, self.state = folder / "content", folder / "state"
        self.content.mkdir()
        self.paths = make_site(self.content, count)
        self.before = snapshot(self.content)
        self.after = edited(self.before)

    def apply(self) -> None:
        run_edits(self.content, self.paths, AddLine(), command="test", state_dir=self.state, jobs=1)

    def undo(self) -> None:
        undo(self.content, state_dir=self.state, jobs=1)

    def look(self) -> dict[str, int]:
        """How many files are as before, as after, and neither; the journal must be readable at any time."""
        found = snapshot(self.content)
        Journals(self.content, self.state).interrupted()
        done = sum(found.get(path) == raw for path, raw in self.after.items())
        old = sum(found.get(path) == raw for path, raw in self.before.items())
        return {"after": done, "before": old, "broken": len(self.before) - done - old}

    def finish(self) -> dict[str, bool]:
        """Go on to the end, then take everything back."""
        self.apply()
        applied = snapshot(self.content) == self.after
        while Journals(self.content, self.state).last() is not None:
            self.undo()
        return {"applied": applied, "undone": snapshot(self.content) == self.before}


def in_child(action: object, kill_after_seconds: float | None = None, calls: int | None = None) -> bool:
    """Do something in a child and kill it; whether it came to its end before."""
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            if calls is not None:
                count_down(calls)
            action()  # type: ignore[operator]
            os._exit(0)
        os._exit(1)
    if kill_after_seconds is not None:
        time.sleep(kill_after_seconds)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1] == 0


def count_down(calls: int) -> None:
    """Kill this process at its n-th call of the system."""
    left = calls

    def counted(name: str) -> None:
        real = getattr(os, name)

        def call(*arguments: object, **options: object) -> object:
            nonlocal left
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **options)

        setattr(os, name, call)

    for name in _CALLS:
        counted(name)


def at_random(folder: Path, kills: int) -> dict[str, object]:
    """Kill runs and undos at random moments until there were so many kills."""
    site = Site(folder, 96)
    edits._FILES_PER_SYNC = 8
    begun = time.perf_counter()
    in_child(site.apply)
    whole = time.perf_counter() - begun
    looks = [site.look()]
    rng = random.Random(5)
    killed = ended = 0
    action = site.undo
    while killed < kills:
        if in_child(action, kill_after_seconds=rng.uniform(0, 1.2 * whole)):
            ended += 1
        else:
            killed += 1
        looks.append(site.look())
        has_journal = Journals(site.content, site.state).last() is not None
        action = rng.choice([site.apply, site.undo]) if has_journal else site.apply
    return {"kills": killed, "ended": ended, "looks": looks, **site.finish()}


def at_every_call(folder: Path, files: int) -> dict[str, object]:
    """Kill a run, and an undo, at every single call of the system that it makes."""
    looks = []
    kills = 0
    edits._FILES_PER_SYNC = 4
    edits._SWAPS_AT_ONCE = 1
    finishes = []
    for verb in ("apply", "undo"):
        for calls in range(1, 10_000):
            place = folder / f"{verb}{calls}"
            place.mkdir()
            site = Site(place, files)
            if verb == "undo":
                site.apply()
            ended = in_child(getattr(site, verb), calls=calls)
            looks.append(site.look())
            finishes.append(site.finish())
            if ended:
                break
            kills += 1
    return {
        "kills": kills,
        "looks": looks,
        "applied": all(one["applied"] for one in finishes),
        "undone": all(one["undone"] for one in finishes),
    }


if __name__ == "__main__":
    # A kill takes nothing from the system's memory: waiting for the disk would only slow this down.
    os.fsync = os.sync = lambda *_: None  # type: ignore[assignment]
    where, how, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    sys.stdout.write(json.dumps(at_random(where, count) if how == "random" else at_every_call(where, count)))
