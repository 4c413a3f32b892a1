"""A map of a site: its articles in two dimensions, those that are alike near to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.digest import digest
from recommender.neighbours.candidates import Candidates
from recommender.site.site import Site
from recommender.stages.stage import Columns, Stage, part_of

# What a plot can still show, and what takes well under a minute.
MOST_ARTICLES = 5_000
_COMPONENTS = 50
_PERPLEXITY = 30.0
_FEWEST = 5
_DECIMALS = 6
_SAME = 1e-9
_NEIGHBOURS = 50
_STANDS_BETWEEN = 3
_PASSES = 2


@dataclass(frozen=True, slots=True)
class SiteMap:
    """Places of articles in the plane.

    Attributes
    ----------
    rows : int64 array of shape (m,)
        Rows of the articles on the map, ascending: all, or as many as were asked for at most.
    coordinates : float64 array of shape (m, 2)
        Around 0, the farthest at 1 on one axis. Only nearness means anything: neither the axes do, nor how far apart
        two distant groups are.
    """

    rows: NDArray[np.int64]
    coordinates: NDArray[np.float64]


def site_map(site: Site, *, most: int = MOST_ARTICLES, seed: int = 0) -> SiteMap:
    """Place articles by the words and vectors that proposals are made from.

    Parameters
    ----------
    site : Site
    most : int
        Of a larger site so many articles are drawn.
    seed : int
        Of what is drawn, and of the projection.
    """
    n = len(site.corpus)
    drawn = np.arange(n) if n <= most else np.sort(np.random.default_rng(seed).choice(n, most, replace=False))
    rows = drawn.astype(np.int64)
    return SiteMap(rows, project(_features(site, rows), seed=seed) if n else np.empty((0, 2)))


def whole_map(site: Site, *, most: int = MOST_ARTICLES, seed: int = 0) -> SiteMap:
    """Place all articles of a site, however many.

    `most` of them are placed as in `site_map`. Each of the others stands between the three of its neighbours that have
    a place already and that it is most like; the few that have no such neighbour stand in the middle.

    Parameters
    ----------
    site : Site
    most : int
    seed : int
    """
    n = len(site.corpus)
    names = (site.plan.content_name(),)
    recipe = repr((most, seed, site.settings.words, sorted(site.settings.views.items()))).encode()
    part = part_of(MAP, site.encoder.identity.encode(), recipe, *names, slot=digest(site.where.site, recipe))
    columns = site.where.store.read(part)
    if columns is not None:
        return SiteMap(np.arange(n), columns["coordinates"])
    columns = MAP.make(site, most, seed)
    site.where.store.write(part, columns)
    return SiteMap(np.arange(n), columns["coordinates"])


def place_all(site: Site, most: int, seed: int) -> Columns:
    """``coordinates`` of all articles; see `whole_map`."""
    n = len(site.corpus)
    drawn = site_map(site, most=most, seed=seed)
    coordinates = np.zeros((n, 2))
    coordinates[drawn.rows] = drawn.coordinates
    placed = np.isin(np.arange(n), drawn.rows)
    for _ in range(0 if placed.all() else _PASSES):
        new = _between(site.propose(_NEIGHBOURS), coordinates, placed)
        coordinates[new.rows], placed[new.rows] = new.coordinates, True
    return {"coordinates": np.round(coordinates, _DECIMALS)}


MAP = Stage("map", 2, place_all, "map")


def _between(candidates: Candidates, coordinates: NDArray[np.float64], placed: NDArray[np.bool_]) -> SiteMap:
    """Places of articles without one, from those of their neighbours that have one."""
    rows = np.flatnonzero(~placed)
    near, scores = candidates.indices[rows], candidates.scores[rows]
    usable = (near >= 0) & placed[np.maximum(near, 0)] & (scores > 0)
    first = np.cumsum(usable, axis=1) <= _STANDS_BETWEEN
    weights = np.where(usable & first, scores, 0.0)
    total = weights.sum(axis=1)
    found = total > 0
    shares = weights[found] / total[found, None]
    return SiteMap(rows[found], np.einsum("ij,ijk->ik", shares, coordinates[np.maximum(near[found], 0)]))


def project(features: Any, *, seed: int = 0) -> NDArray[np.float64]:
    """Two dimensions that keep neighbours together: truncated SVD, then t-SNE by cosine (van der Maaten and Hinton
    2008, JMLR 9).

    Parameters
    ----------
    features : sparse matrix or array of shape (m, d), d at least 2
    seed : int

    Returns
    -------
    float64 array of shape (m, 2)
        As in `SiteMap`; the same whatever the number of threads. Fewer than five rows stand on a line.
    """
    from sklearn.manifold import TSNE
    from sklearn.preprocessing import normalize
    from sklearn.utils.extmath import randomized_svd
    from threadpoolctl import threadpool_limits

    m = features.shape[0]
    if m < _FEWEST:
        return np.column_stack([np.linspace(-1, 1, m) if m > 1 else np.zeros(m), np.zeros(m)])
    # t-SNE's sums depend on their order, so on the number of threads.
    with threadpool_limits(1):
        left, strengths, _ = randomized_svd(features, min(_COMPONENTS, *features.shape), random_state=seed)
        reduced = normalize(left * strengths)
        if np.ptp(reduced, axis=0).max() < _SAME:
            return np.zeros((m, 2))
        # Between rows of length 1 squared Euclidean distance is cosine distance, but for a factor.
        tsne = TSNE(
            2,
            perplexity=min(_PERPLEXITY, (m - 1) / 3),
            init="pca",
            learning_rate="auto",
            random_state=seed,
            n_jobs=1,
        )
        places = np.asarray(tsne.fit_transform(reduced), dtype=np.float64)
    places -= places.mean(axis=0)
    result: NDArray[np.float64] = np.round(places / max(float(np.abs(places).max()), _SAME), _DECIMALS)
    return result


def _features(site: Site, rows: NDArray[np.int64]) -> Any:
    """Words and vectors side by side, so that an inner product is the score that the site has for a pair."""
    from scipy.sparse import csr_matrix, hstack

    share = site.settings.words.share
    dense = csr_matrix(site.text_vectors()[rows].astype(np.float64) * np.sqrt(1 - share))
    if share == 0:
        return dense
    return hstack([dense, site.term_weights.matrix[rows].astype(np.float64) * np.sqrt(share)], format="csr")
