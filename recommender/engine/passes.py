"""Limits over the whole link graph in passes, each of stages of tasks that see the edges of some rows alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from recommender.digest import digest
from recommender.engine.by_block import by_block
from recommender.engine.choose import ChoiceFiles
from recommender.engine.hosts import ANSWER, ASK, GRANT, PLACE, answer, ask, grant, nobody_asks, place
from recommender.engine.limits import MOST_PASSES, OFFER, REFUSE, TRIM, is_settled, offer, refuse, trim
from recommender.engine.stages import VERSION, Stages
from recommender.engine.task import Task
from recommender.selection.rules import ChoiceRules

_NAME = "limits"


def at_most(stages: Stages, lists: list[Path], most: int, choose: Callable[[Sequence[Path]], list[Path]]) -> list[Path]:
    """By block of rows: lists that name no article more often than `most`; see `recommender.engine.limits`.

    Parameters
    ----------
    stages : Stages
    lists : list of Path
        Those that there would be without a limit.
    most : int
    choose : callable
        Chooses all lists anew without the links that are refused.
    """
    refused = list[Path]()
    for _ in range(MOST_PASSES):
        refused = _refused(stages, lists, refused, most)
        if is_settled(refused):
            return lists
        lists = choose(refused)
    refused = _refused(stages, lists, refused, most)
    tasks = []
    for part, (path, bounds) in enumerate(zip(lists, stages.ranges, strict=True)):
        output = stages.workdir.path(TRIM, part, VERSION, path, refused)
        tasks.append(Task(TRIM, part, output, trim, (path, tuple(refused), *bounds)))
    return stages.made(_NAME, tasks)


def at_least(
    stages: Stages, lists: list[Path], ranked: Sequence[Path], rules: ChoiceRules, files: ChoiceFiles
) -> list[Path]:
    """By block of rows: lists that name every article as often as it should be, where there is room; see
    `recommender.engine.hosts`.

    Parameters
    ----------
    stages : Stages
    lists, ranked : sequence of Path
        The lists before, and candidates.
    rules : ChoiceRules
    files : ChoiceFiles
    """
    recipe = digest(VERSION, repr((rules, files.same_language)).encode())
    given = files.paths
    asks: list[Path] = []
    while True:
        offers = tuple(by_block(stages, _NAME, OFFER, offer, lists))
        tasks = []
        for part, bounds in enumerate(stages.ranges):
            before = asks[part] if asks else None
            made_from = [ranked[part], *offers, *([before] if before else []), *given]
            output = stages.workdir.path(ASK, part, recipe, made_from)
            tasks.append(Task(ASK, part, output, ask, (ranked[part], offers, before, bounds, rules, files)))
        asks = stages.made(_NAME, tasks)
        if nobody_asks(asks):
            return lists
        tasks = []
        for part, bounds in enumerate(stages.ranges):
            output = stages.workdir.path(ANSWER, part, recipe, lists[part], asks, given)
            tasks.append(Task(ANSWER, part, output, answer, (lists[part], tuple(asks), bounds, rules, files)))
        answers = stages.made(_NAME, tasks)
        tasks = []
        for part, bounds in enumerate(stages.ranges):
            output = stages.workdir.path(GRANT, part, VERSION, answers, asks[part])
            tasks.append(Task(GRANT, part, output, grant, (tuple(answers), asks[part], bounds)))
        grants = stages.made(_NAME, tasks)
        tasks = []
        for part, bounds in enumerate(stages.ranges):
            output = stages.workdir.path(PLACE, part, VERSION, lists[part], answers[part], grants)
            tasks.append(Task(PLACE, part, output, place, (lists[part], answers[part], tuple(grants), bounds)))
        lists = stages.made(_NAME, tasks)


def _refused(stages: Stages, lists: Sequence[Path], before: Sequence[Path], most: int) -> list[Path]:
    """By block of rows: which lists its articles refuse, now and before."""
    offers = tuple(by_block(stages, _NAME, OFFER, offer, lists))
    tasks = []
    for part, (first, last) in enumerate(stages.ranges):
        old = before[part] if before else None
        output = stages.workdir.path(REFUSE, part, digest(VERSION, repr(most).encode()), offers, [old] if old else [])
        tasks.append(Task(REFUSE, part, output, refuse, (offers, old, first, last, most)))
    return stages.made(_NAME, tasks)
