"""Made-up sites with topics, so that neighbours exist."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from recommender.neighbours.cells import key_hashes
from recommender.neighbours.mixed import MixedSpace


def site(n: int = 1_500, seed: int = 3, *, share: float = 0.7, dim: int = 24, topics: int = 40) -> MixedSpace:
    """Articles of some topics by vectors and by words; a few have no vector, a few no words, one neither."""
    rng = np.random.default_rng(seed)
    topic = rng.integers(0, topics, n)
    vectors = rng.normal(size=(topics, dim))[topic] + rng.normal(size=(n, dim))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[::97] = 0
    terms = np.where(
        rng.random((n, 12)) < 0.6, topic[:, None] * 20 + rng.integers(0, 20, (n, 12)), rng.integers(0, 3_000, (n, 12))
    )
    weights = rng.random((n, 12)) + 0.2
    weights[1::89] = 0
    weights[0] = 0
    words = csr_matrix((weights.ravel(), (np.repeat(np.arange(n), 12), terms.ravel())), shape=(n, 3_000))
    words.eliminate_zeros()
    words.sort_indices()
    lengths = np.sqrt(np.asarray(words.multiply(words).sum(axis=1)).ravel())
    words.data /= np.repeat(lengths, np.diff(words.indptr))
    return MixedSpace(vectors.astype(np.float32), words.astype(np.float32), share)


def hashes_of(n: int) -> np.ndarray:
    return key_hashes(f"/article-{row}/".encode() for row in range(n))
