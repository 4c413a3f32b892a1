"""Lists that come from elsewhere: a links file or a TREC run, scored by the same rules as everything else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from recommender.evaluator.systems.task import Task, nothing
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.order import best_first, rounded


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal by the articles' keys; a higher score is better."""

    source: str
    target: str
    score: float


@dataclass(frozen=True, slots=True)
class FileCounts:
    """What became of the proposals of a file: each is in exactly one of these counts.

    Attributes
    ----------
    used
        Those that are measured.
    unknown
        The source or the target is no article of the site.
    not_asked
        The source is not among those that want a list.
    to_self, not_eligible, repeated
        The target is the source; may not be proposed; was proposed before with a score at least as high.
    too_deep
        Past the end of the longest list that is measured.
    """

    used: int
    unknown: int
    not_asked: int
    to_self: int
    not_eligible: int
    repeated: int
    too_deep: int


@dataclass(frozen=True, slots=True)
class FileRun:
    """The lists of a file, aligned with the task's sources."""

    candidates: Candidates
    counts: FileCounts


def collect(proposals: Iterable[Proposal], task: Task) -> FileRun:
    """Turn proposals in any order into ranked lists: by score, ties by key, as for every system."""
    rows = {article.key: row for row, article in enumerate(task.articles)}
    lines = {int(source): line for line, source in enumerate(task.sources)}
    lists: dict[int, dict[int, float]] = {}
    unknown = not_asked = to_self = not_eligible = repeated = 0
    for proposal in proposals:
        source, target = rows.get(proposal.source), rows.get(proposal.target)
        if source is None or target is None:
            unknown += 1
        elif source not in lines:
            not_asked += 1
        elif source == target:
            to_self += 1
        elif not task.eligible[target]:
            not_eligible += 1
        else:
            found = lists.setdefault(lines[source], {})
            repeated += target in found
            found[target] = max(proposal.score, found.get(target, -np.inf))
    result = nothing(len(task.sources), task.depth)
    used = too_deep = 0
    for line, found in lists.items():
        targets = np.fromiter(found, dtype=np.int64, count=len(found))
        scores = rounded(np.fromiter(found.values(), dtype=np.float64, count=len(found)))
        order = best_first(targets[None, :], scores[None, :])[0, : task.depth]
        result.indices[line, : len(order)] = targets[order]
        result.scores[line, : len(order)] = scores[order]
        used += len(order)
        too_deep += len(found) - len(order)
    return FileRun(
        result,
        FileCounts(used, unknown, not_asked, to_self, not_eligible, repeated, too_deep),
    )
