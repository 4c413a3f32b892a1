"""The near-duplicates of a site, and what is remembered of them between runs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.digest import digest
from recommender.lexical.fingerprints import Fingerprints, resemblance, title_numbers
from recommender.lexical.terms import TERMS_VERSION
from recommender.neighbours.exact import sparse_row_products
from recommender.progress import stage
from recommender.selection.duplicates import DUPLICATE_SCORE, Cosines, Duplicates, near_duplicates
from recommender.selection.lists import usable
from recommender.stages.stage import Columns, Stage, part_of

if TYPE_CHECKING:
    from recommender.site.site import Site

# What says the same is among the first.
LOOKED_AT = 10


def find_duplicates(
    prints: Fingerprints,
    neighbours: NDArray[np.integer],
    cosines: Cosines,
    names: NDArray[np.integer],
    threshold: float | None,
) -> Columns:
    """``labels`` of near-duplicates, and the ``threshold`` from which on they are; see `near_duplicates`."""
    found = near_duplicates(prints, neighbours, cosines, names=names, threshold=threshold)
    return {"labels": found.labels, "threshold": np.array([found.threshold])}


DUPLICATES = Stage("duplicates", 5, find_duplicates, "find near-duplicates")


def site_duplicates(site: Site) -> Duplicates:
    """Find the near-duplicates among the articles and those that may be linked."""
    settings, where = site.settings, site.where
    threshold = settings.links.duplicate_score
    recipe = repr((TERMS_VERSION, sorted(settings.views.items()), settings.words, threshold)).encode()
    names = title_numbers(article.title for article in site.corpus.articles)
    made_by = (site.plan.vectors_name, recipe)
    made_from = (*made_by, site.targets.tobytes(), site.plan.content_name(), names.tobytes())
    part = part_of(DUPLICATES, *made_from, slot=digest(where.site, *made_by))
    columns = where.store.read(part)
    if columns is None:
        # Stages of their own come first, and what this follows from.
        neighbours, prints = site.propose(LOOKED_AT).indices[:, :LOOKED_AT], site.plan.texts.prints
        with stage(where.reporter, DUPLICATES.title):
            columns = DUPLICATES.make(prints, neighbours, partial(_cosines, site), names, threshold)
        where.store.write(part, columns)
    return Duplicates(float(columns["threshold"][0]), columns["labels"])


def _cosines(site: Site, left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.floating]:
    """How alike the words of pairs are; all unlike where words are not compared."""
    if site.settings.words.share == 0:
        return np.zeros(len(left))
    return sparse_row_products(site.plan.texts.weights.matrix, left, right)


@dataclass(frozen=True, slots=True)
class DuplicateArticle:
    """One article of a cluster.

    Attributes
    ----------
    key, path, title, group, date
        As the article has them.
    similarity : float
        Share of the text that it has in common with the first article of the cluster, 0 to 1.
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
        Share of their text in common from which on two articles are near-duplicates.
    clusters : tuple of tuple of DuplicateArticle
        The largest first; within one the article that most curated links name, then by key.
    """

    threshold: float
    clusters: tuple[tuple[DuplicateArticle, ...], ...]


def duplicate_clusters(site: Site) -> DuplicateClusters:
    """List the articles of a site that say the same."""
    if not len(site.corpus):
        return DuplicateClusters(DUPLICATE_SCORE, ())
    found = site.duplicates
    links = np.zeros(len(site.corpus), dtype=np.int64)
    for row, targets in enumerate(site.resolved.targets):
        links[usable(row, targets)] += 1
    ordered = [np.array(sorted(members, key=lambda row: (-links[row], row))) for members in found.clusters()]
    clusters = []
    for rows in ordered:
        shared = resemblance(site.plan.texts.prints, np.full(len(rows), rows[0]), rows).ratio
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
                for row, similarity in zip(rows.tolist(), shared, strict=True)
                for article in (site.corpus.articles[row],)
            )
        )
    return DuplicateClusters(found.threshold, tuple(clusters))
