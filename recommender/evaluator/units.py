"""Queries that vary together: the units that intervals and tests resample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluator.components import Components

LARGEST_SHARE = 0.1
"""A component of a larger share of the queries is divided: drawn twice or not at all, it would be the result."""

FEWEST = 5
"""With fewer units a figure has no interval and no test."""

FEW = 15
"""With fewer units of equal size, or their equivalent, intervals are rough and tend to be too narrow."""

_SMALLEST = 10


@dataclass(frozen=True, slots=True)
class Units:
    """Sets of queries that are taken as independent of each other.

    A unit is a connected component of the graph of curated links. A component that holds much of the site is divided
    into its communities, within which most of its links stay; resampling such parts is sound as far as few links
    leave them (Leung 2023, Econometrica 91:2, Network cluster-robust inference).

    Attributes
    ----------
    labels : int32 array of shape (n_queries,)
        The unit of each query, 0 to `n` - 1, none left out.
    divided : int
        Components that were divided.
    cut_ratio : float
        Of the links within the divided components, the share that leads from one unit to another.
    """

    labels: NDArray[np.int32]
    divided: int
    cut_ratio: float

    @property
    def n(self) -> int:
        return int(self.labels.max(initial=-1)) + 1

    @property
    def effective(self) -> float:
        """The number of units of equal size that would give as much evidence (Kish 1965)."""
        return effective_number(self.labels)


def effective_number(labels: NDArray[np.integer]) -> float:
    """Squared sum over sum of squares of the units' sizes; 0 for none."""
    sizes = np.bincount(labels).astype(np.float64)
    return float(sizes.sum() ** 2 / (sizes**2).sum()) if len(labels) else 0.0


def resampling_units(
    components: Components, targets: Sequence[NDArray[np.int32]], queries: NDArray[np.integer]
) -> Units:
    """Find the units of some queries.

    Parameters
    ----------
    targets : sequence of int32 arrays
        Per article, the rows that its curated links name; negative codes are no links.
    queries : integer array of shape (n_queries,)
        Rows, ascending.
    """
    of_article = components.labels.astype(np.int64)
    sizes = np.bincount(of_article[queries], minlength=len(of_article))
    links = crossing = 0
    large = np.flatnonzero(sizes > max(LARGEST_SHARE * len(queries), _SMALLEST)).tolist()
    for component in large:
        rows = np.flatnonzero(components.labels == component)
        own = dict(zip(rows.tolist(), _communities(rows, targets), strict=True))
        # Beyond all labels so far, so that no community shares one with a component.
        first = int(of_article.max()) + 1
        of_article[rows] = [first + own[row] for row in rows.tolist()]
        pairs = [(row, target) for row in rows.tolist() for target in targets[row].tolist() if target >= 0]
        links += len(pairs)
        crossing += sum(own[row] != own[target] for row, target in pairs)
    labels = np.unique(of_article[queries], return_inverse=True)[1].astype(np.int32)
    return Units(labels, len(large), crossing / links if links else 0.0)


def _communities(rows: NDArray[np.integer], targets: Sequence[NDArray[np.int32]]) -> list[int]:
    """Number of the community of each row of one component (Louvain: Blondel et al. 2008, J. Stat. Mech. P10008)."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(rows.tolist())
    graph.add_edges_from((row, target) for row in rows.tolist() for target in targets[row].tolist() if target >= 0)
    # The same for every seed of the evaluation: what is independent is a fact of the site.
    found = sorted(nx.community.louvain_communities(graph, seed=0), key=min)
    number = {row: place for place, members in enumerate(found) for row in members}
    return [number[row] for row in rows.tolist()]
