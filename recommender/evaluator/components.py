"""Connected components of the graph of curated links: the units that are independent of each other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.corpus.resolve import link_pairs


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
