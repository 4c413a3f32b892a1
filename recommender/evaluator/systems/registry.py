"""Systems by name."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from recommender.errors import InputError
from recommender.evaluator.systems.baselines import nearest_date, nearest_id, random, same_group
from recommender.evaluator.systems.lexical import bm25, tfidf
from recommender.evaluator.systems.task import Task
from recommender.neighbours.candidates import Candidates

Kind = Literal["recommender", "view", "baseline", "file"]


@dataclass(frozen=True, slots=True)
class System:
    """Something that proposes.

    Attributes
    ----------
    kind : {"recommender", "view", "baseline", "file"}
    propose : callable
        Takes a task and gives lists that are aligned with its sources, at most as deep as it says.
    """

    name: str
    kind: Kind
    propose: Callable[[Task], Candidates]


BASELINES = {
    name: System(name, "baseline", propose)
    for name, propose in (
        ("random", random),
        ("same-group", same_group),
        ("nearest-id", nearest_id),
        ("nearest-date", nearest_date),
        ("tfidf", tfidf),
        ("bm25", bm25),
    )
}


def lacking(name: str, task: Task) -> str | None:
    """What a baseline needs and the articles do not have, None if it can run."""
    if name == "same-group" and not any(article.group for article in task.articles):
        return "no article has a group"
    if name == "nearest-id" and all(article.number is None for article in task.articles):
        return "no article has an id that is a number"
    if name == "nearest-date" and not any(article.date for article in task.articles):
        return "no article has a date"
    return None


def choose_systems(names: Sequence[str], known: Mapping[str, System]) -> list[System]:
    """Systems by name, in the order of the names; ``all`` means all, ``baselines`` the baselines.

    Raises
    ------
    InputError
        A name is not known.
    """
    chosen: dict[str, System] = {}
    for name in names:
        if name == "all":
            chosen.update(known)
        elif name == "baselines":
            chosen.update((other, system) for other, system in known.items() if system.kind == "baseline")
        elif name in known:
            chosen[name] = known[name]
        else:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise InputError(f"There is no system {name!r}.{hint} Known: {', '.join(known)}, all, baselines.")
    return list(chosen.values())
