"""What is independent of what: connected components of the curated links, and the units that intervals resample."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.resolve import link_pairs

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


@dataclass(frozen=True, slots=True)
class Components:
    """Which articles are connected by curated links, followed in either direction.

    Attributes
    ----------
    labels : int32 array of shape (n_articles,)
        Articles of one component share a label. Labels count from 0 in the order of the components' first rows; an
        article without links is a component of its own.
    """

    labels: NDArray[np.int32]

    def of(self, rows: NDArray[np.integer]) -> NDArray[np.int32]:
        """Labels of some rows, renumbered without gaps in the order of the old labels."""
        renumbered: NDArray[np.int32] = np.unique(self.labels[rows], return_inverse=True)[1].astype(np.int32)
        return renumbered

    def folds(
        self,
        rows: NDArray[np.integer],
        n_folds: int,
        keys: Sequence[str],
        *,
        seed: int = 0,
    ) -> NDArray[np.int32]:
        """Deal `rows` into folds that share no component and are close to equal in size.

        The largest component goes first, each to the fold that is smallest so far. Components of one size come
        in an order drawn from `seed` and the key of their first article.

        Parameters
        ----------
        rows : integer array of shape (n,)
            The articles to deal: usually the queries.
        n_folds : int
            At least 2.
        keys : sequence of str
            Key of every article.

        Returns
        -------
        int32 array of shape (n,)
            The fold of each row, 0 to ``n_folds - 1``. With fewer components than folds, some folds are empty.
        """
        if n_folds < 2:
            raise ValueError(f"n_folds must be at least 2; found {n_folds}")
        if not len(rows):
            return np.empty(0, dtype=np.int32)
        labels = self.of(rows)
        sizes = np.bincount(labels)
        first = np.full(len(sizes), len(self.labels), dtype=np.int64)
        np.minimum.at(first, labels, rows)
        draws = [hashlib.blake2b(f"{seed}\n{keys[row]}".encode(), digest_size=8).digest() for row in first.tolist()]
        fold_of = np.empty(len(sizes), dtype=np.int32)
        load = [0] * n_folds
        for component in sorted(range(len(sizes)), key=lambda index: (-int(sizes[index]), draws[index])):
            smallest = load.index(min(load))
            fold_of[component] = smallest
            load[smallest] += int(sizes[component])
        dealt: NDArray[np.int32] = fold_of[labels]
        return dealt


def connect(targets: Sequence[NDArray[np.int32]]) -> Components:
    """Components of all articles.

    Parameters
    ----------
    targets : sequence of int32 arrays
        Per article, the rows that its links name; negative codes are no links.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n_articles = len(targets)
    links = link_pairs(targets)
    sources, rows = links.sources[links.targets >= 0], links.targets[links.targets >= 0]
    graph = coo_array(
        (np.ones(len(rows), dtype=np.int8), (sources, rows)),
        shape=(n_articles, n_articles),
    )
    labels = connected_components(graph.tocsr(), directed=False)[1]
    # SciPy's numbering is not documented; ours is.
    _, first = np.unique(labels, return_index=True)
    order = np.empty(len(first), dtype=np.int32)
    order[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    return Components(order[labels])
