"""Places of articles in the plane, so that those that are alike are near to each other."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.candidates import Candidates
from recommender.stages.neighbours import unpacked
from recommender.stages.space import texts_of
from recommender.stages.stage import Columns, Stage

_COMPONENTS = 50
_PERPLEXITY = 30.0
_FEWEST = 5
_DECIMALS = 6
_SAME = 1e-9
_PLACED_BETWEEN = 3
_PASSES = 2


def drawn_rows(n: int, most: int, seed: int) -> NDArray[np.int64]:
    """All of `n` rows, or `most` of them drawn at random, ascending."""
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, most, replace=False)).astype(np.int64)


def place_some(space: Columns, share: float, rows: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
    """Coordinates of some articles, shape (m, 2).

    Parameters
    ----------
    space : mapping
        See `Texts`.
    share : float
        Of words in the comparison of articles.
    rows : int64 array of shape (m,)
    """
    return project(_features(space, share, rows), seed=seed) if len(rows) else np.empty((0, 2))


def place_all(space: Columns, ranked: Columns | None, share: float, most: int, seed: int) -> Columns:
    """``coordinates`` of all articles.

    `most` of them are placed as by `place_some`. Each of the others is put between the three of its candidates that
    have a place already and that it is most like; the few that have no such candidate are put in the middle.

    Parameters
    ----------
    space : mapping
        See `Texts`.
    ranked : mapping or None
        The candidates of every article; None where no more than `most` are to be placed.
    share, most, seed
        As for `place_some`.
    """
    n = len(texts_of(space).vectors)
    rows = drawn_rows(n, most, seed)
    coordinates = np.zeros((n, 2))
    coordinates[rows] = place_some(space, share, rows, seed)
    placed = np.isin(np.arange(n), rows)
    for _ in range(0 if ranked is None else _PASSES):
        new, places = _between(unpacked(ranked or {}), coordinates, placed)
        coordinates[new], placed[new] = places, True
    return {"coordinates": np.round(coordinates, _DECIMALS)}


def _between(
    candidates: Candidates, coordinates: NDArray[np.float64], placed: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Rows of articles that get a place now, and their places, from those of their candidates that have one."""
    rows = np.flatnonzero(~placed)
    near, scores = candidates.indices[rows], candidates.scores[rows]
    usable = (near >= 0) & placed[np.maximum(near, 0)] & (scores > 0)
    first = np.cumsum(usable, axis=1) <= _PLACED_BETWEEN
    weights = np.where(usable & first, scores, 0.0)
    total = weights.sum(axis=1)
    found = total > 0
    shares = weights[found] / total[found, None]
    return rows[found], np.einsum("ij,ijk->ik", shares, coordinates[np.maximum(near[found], 0)])


def project(features: Any, *, seed: int = 0) -> NDArray[np.float64]:
    """Two dimensions that keep neighbours together: truncated SVD, then t-SNE by cosine (van der Maaten and Hinton
    2008, JMLR 9).

    Parameters
    ----------
    features : sparse matrix or array of shape (m, d), d at least 2

    Returns
    -------
    float64 array of shape (m, 2)
        Around 0, the farthest at 1 on one axis; the same whatever the number of threads. Fewer than five rows lie on a
        line.
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


def _features(space: Columns, share: float, rows: NDArray[np.int64]) -> Any:
    """Words and vectors side by side, so that an inner product is the score that the site has for a pair."""
    from scipy.sparse import csr_matrix, hstack

    texts = texts_of(space)
    dense = csr_matrix(texts.vectors[rows].astype(np.float64) * np.sqrt(1 - share))
    if share == 0:
        return dense
    return hstack([dense, texts.words[rows].astype(np.float64) * np.sqrt(share)], format="csr")


MAP = Stage("map", 2, place_all, "map")
