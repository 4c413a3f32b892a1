"""The near-duplicates of a site, and what is remembered of them between runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.digest import digest
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.exact import nonzero_rows, row_products
from recommender.neighbours.order import best_first, rounded
from recommender.progress import stage
from recommender.selection.duplicates import IDENTICAL, Duplicates, near_duplicates
from recommender.selection.lists import usable
from recommender.stages.stage import Columns, Stage, part_of

if TYPE_CHECKING:
    from recommender.site.site import Site

# What says the same is among the first.
LOOKED_AT = 10


def find_duplicates(alike: Candidates, same: Sequence[NDArray[np.integer]], threshold: float | None) -> Columns:
    """``labels`` of near-duplicates, and the ``threshold`` from which on they are; see `near_duplicates`."""
    found = near_duplicates(alike, same, threshold=threshold)
    return {"labels": found.labels, "threshold": np.array([found.threshold])}


DUPLICATES = Stage("duplicates", 3, find_duplicates, "find near-duplicates")


def site_duplicates(site: Site) -> Duplicates:
    """Find the near-duplicates among the articles and those that may be linked, by the similarity of their texts."""
    settings, where = site.settings, site.where
    threshold = settings.links.duplicate_score
    recipe = repr((sorted(settings.views.items()), settings.words, threshold)).encode()
    names = (site.plan.vectors_name, recipe)
    made_from = (*names, site.targets.tobytes(), *site.plan.content_names())
    part = part_of(DUPLICATES, *made_from, slot=digest(where.site, *names))
    columns = where.store.read(part)
    if columns is None:
        # Its own stage, and what it follows from its own before it.
        proposed = site.propose(LOOKED_AT)
        with stage(where.reporter, DUPLICATES.title):
            columns = DUPLICATES.make(_alike(site, proposed), _questions(site), threshold)
        where.store.write(part, columns)
    return Duplicates(float(columns["threshold"][0]), columns["labels"])


def _alike(site: Site, proposed: Candidates) -> Candidates:
    indices = proposed.indices[:, :LOOKED_AT]
    return alike(np.arange(len(indices)), indices, lambda left, right: _likeness(site, left, right))


def alike(
    rows: NDArray[np.integer],
    proposed: NDArray[np.int32],
    likeness_of: Callable[[NDArray[np.integer], NDArray[np.integer]], NDArray[np.float64]],
) -> Candidates:
    """The first candidates of articles by the likeness of texts alone, whatever they were proposed by.

    Parameters
    ----------
    rows : integer array of shape (m,)
    proposed : int32 array of shape (m, `LOOKED_AT`)
        Rows of the candidates, -1 behind the last.
    likeness_of : callable
        See `likeness`.
    """
    there = proposed >= 0
    sources = np.broadcast_to(rows[:, None], proposed.shape)[there]
    scores = np.full(proposed.shape, -np.inf)
    if len(sources):
        scores[there] = likeness_of(sources, proposed[there])
    order = best_first(proposed, scores)
    return Candidates(np.take_along_axis(proposed, order, axis=1), np.take_along_axis(scores, order, axis=1))


def _likeness(site: Site, left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.float64]:
    return likeness(((site.vectors(view), weight) for view, weight in site.settings.views.items()), left, right)


def likeness(
    views: Iterable[tuple[NDArray[np.float32], float]], left: NDArray[np.integer], right: NDArray[np.integer]
) -> NDArray[np.float64]:
    """How alike the texts of pairs are, shape (m,): the weighted mean of the cosines of the views that both have.

    An article's one vector would be too generous here: it also compares the question of one with the answer of another.

    Parameters
    ----------
    views : iterable of (float32 array of shape (n, dim), float)
        Vectors of each view and its weight.
    left, right : integer arrays of shape (m,)
    """
    total, weights = np.zeros(len(left)), np.zeros(len(left))
    for vectors, weight in views:
        has_text = nonzero_rows(vectors)
        both = weight * (has_text[left] & has_text[right])
        total += both * row_products(vectors, left, right)
        weights += both
    return rounded(total / np.where(weights > 0, weights, 1.0))


def _questions(site: Site) -> list[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """A number for each question that articles ask, where they ask any."""
    if "question" not in site.settings.views:
        return []
    numbers: dict[bytes, int] = {}
    marks = [texts["question"] for texts in site.corpus.texts]
    return [np.array([numbers.setdefault(mark.digest, len(numbers)) if mark.chars else -1 for mark in marks], np.int64)]


@dataclass(frozen=True, slots=True)
class DuplicateArticle:
    """One article of a cluster.

    Attributes
    ----------
    key, path, title, group, date
        As the article has them.
    similarity : float
        To the first article of the cluster, at most 1.
    linked_by : int
        How many articles name it in their curated links.
    """

    key: str
    path: str
    title: str
    group: str | None
    date: str | None
    similarity: float
    linked_by: int


@dataclass(frozen=True, slots=True)
class DuplicateClusters:
    """The near-duplicates of a site, for an editor.

    Attributes
    ----------
    threshold : float
        Similarity from which on two articles are near-duplicates.
    clusters : tuple of tuple of DuplicateArticle
        The largest first; within one the article that most curated links name, then by key.
    """

    threshold: float
    clusters: tuple[tuple[DuplicateArticle, ...], ...]


def duplicate_clusters(site: Site) -> DuplicateClusters:
    """List the articles of a site that say the same."""
    if not len(site.corpus):
        return DuplicateClusters(IDENTICAL, ())
    found = site.duplicates
    links = np.zeros(len(site.corpus), dtype=np.int64)
    for row, targets in enumerate(site.resolved.targets):
        links[usable(row, targets)] += 1
    ordered = [np.array(sorted(members, key=lambda row: (-links[row], row))) for members in found.clusters()]
    # All at once: the vectors of a site are put together anew each time they are asked for.
    first = [np.full(len(rows), rows[0]) for rows in ordered]
    none = np.empty(0, dtype=np.int64)
    alike_of_all = np.minimum(_likeness(site, np.concatenate([none, *first]), np.concatenate([none, *ordered])), 1.0)
    starts = np.cumsum([len(rows) for rows in ordered])[:-1]
    clusters = []
    for rows, alike in zip(ordered, np.split(alike_of_all, starts) if ordered else (), strict=True):
        clusters.append(
            tuple(
                DuplicateArticle(
                    article.key,
                    article.path,
                    article.title,
                    article.group,
                    article.date.isoformat() if article.date else None,
                    float(similarity),
                    int(links[row]),
                )
                for row, similarity in zip(rows.tolist(), alike, strict=True)
                for article in (site.corpus.articles[row],)
            )
        )
    return DuplicateClusters(found.threshold, tuple(clusters))
