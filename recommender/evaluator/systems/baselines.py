"""Baselines that read no text: chance, the group, and the nearest id or date."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from recommender.evaluator.systems.task import Task, nothing
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.order import best_first


def random(task: Task) -> Candidates:
    """Any articles, drawn anew for each source."""
    result = nothing(len(task.sources), task.depth)
    pool = task.pool
    for line, source in enumerate(task.sources):
        _draw(task, pool, line, int(source), result)
    return result


def same_group(task: Task) -> Candidates:
    """Any articles of the source's group. A source without a group gets nothing."""
    result = nothing(len(task.sources), task.depth)
    pools: dict[str, list[int]] = {}
    for row in task.pool.tolist():
        group = task.articles[row].group
        if group is not None:
            pools.setdefault(group, []).append(row)
    arrays = {group: np.array(rows, dtype=np.int64) for group, rows in pools.items()}
    for line, source in enumerate(task.sources):
        group = task.articles[source].group
        if group in arrays:
            _draw(task, arrays[group], line, int(source), result)
    return result


def nearest_id(task: Task) -> Candidates:
    """The articles whose ids are nearest. An article whose id is no number gets nothing and is not proposed."""
    return _nearest(task, [np.nan if article.number is None else article.number for article in task.articles])


def nearest_date(task: Task) -> Candidates:
    """The articles whose dates are nearest. An article without a date gets nothing and is not proposed."""
    return _nearest(
        task,
        [np.nan if article.date is None else article.date.toordinal() for article in task.articles],
    )


def _draw(task: Task, pool: NDArray[np.int64], line: int, source: int, result: Candidates) -> None:
    """Fill one list by chance; the draw depends on the seed and the source's key, not on the lists before it."""
    digest = hashlib.blake2b(f"{task.seed}\n{task.articles[source].key}".encode(), digest_size=8).digest()
    rng = np.random.default_rng(int.from_bytes(digest))
    drawn = pool[rng.choice(len(pool), size=min(task.depth + 1, len(pool)), replace=False)]
    drawn = drawn[drawn != source][: task.depth]
    result.indices[line, : len(drawn)] = drawn
    result.scores[line, : len(drawn)] = 1.0 - np.arange(len(drawn)) / task.depth


def _nearest(task: Task, places: list[float]) -> Candidates:
    """Candidates by distance on a line, nearest first, ties by key; the score is the negative distance."""
    axis = np.array(places, dtype=np.float64)
    result = nothing(len(task.sources), task.depth)
    pool = task.pool[~np.isnan(axis[task.pool])]
    lines = np.flatnonzero(~np.isnan(axis[task.sources]))
    if not len(pool) or not len(lines):
        return result
    rows = task.sources[lines]
    # On either side the first depth + 1 by (distance, key) hold all that can be in the list and the source itself.
    # Going left needs an order of its own: of one place the smaller key comes first there too.
    rightward = pool[np.argsort(axis[pool], kind="stable")]
    leftward = pool[np.argsort(-axis[pool], kind="stable")]
    step = np.arange(task.depth + 1)
    right = np.searchsorted(axis[rightward], axis[rows], side="left")[:, None] + step
    left = np.searchsorted(-axis[leftward], -axis[rows], side="right")[:, None] + step
    found = np.concatenate([_at(rightward, right), _at(leftward, left)], axis=1)
    scores = np.where(found >= 0, -np.abs(axis[found] - axis[rows][:, None]), -np.inf)
    scores[found == rows[:, None]] = -np.inf
    order = best_first(found, scores)[:, : task.depth]
    best = np.take_along_axis(scores, order, axis=1)
    width = best.shape[1]
    result.indices[lines, :width] = np.where(np.isfinite(best), np.take_along_axis(found, order, axis=1), -1)
    result.scores[lines, :width] = best
    return result


def _at(rows: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Entries of `rows`, -1 past its end."""
    return np.where(places < len(rows), rows[np.minimum(places, len(rows) - 1)], -1)
