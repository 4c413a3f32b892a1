"""The near-duplicates of a site as an editor sees them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.lexical.fingerprints import resemblance
from recommender.selection.duplicates import DUPLICATE_SCORE
from recommender.selection.lists import usable
from recommender.site.site import Site


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
        shared = resemblance(site.prints, np.full(len(rows), rows[0]), rows).ratio
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
