"""All that a training draws its batches from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.exact import nearest, row_products
from recommender.trainer.negatives import mine, related_rows
from recommender.trainer.pairs import TrainingPairs
from recommender.trainer.parts import Parts

Columns = dict[str, NDArray[np.int32]]

_DEPTH = 10
_MINING_DEPTH = 60


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Pairs with their mined negatives, and what belongs together.

    Attributes
    ----------
    sets : dict of str to dict of str to int32 array
        By the name of the pairs: the texts' numbers in the columns ``anchor``, ``positive``, ``negative_1``, …, the
        rows of their articles in columns of the same names with the suffix ``_row``.
    related : bool csr matrix
        As `recommender.trainer.negatives.related_rows` makes it.
    near_duplicates : int
        Pairs of articles of the training part that are taken as near-duplicates.
    """

    sets: dict[str, Columns]
    related: csr_matrix
    near_duplicates: int

    @property
    def columns(self) -> list[str]:
        """Those of texts."""
        names = next(iter(self.sets.values()))
        return [name for name in names if not name.endswith("_row")]

    def digest(self) -> str:
        """Name of all of it."""
        hasher = hashlib.blake2b(digest_size=16)
        for name, columns in self.sets.items():
            for column, values in columns.items():
                hasher.update(f"{name}\n{column}\n".encode() + values.tobytes())
        hasher.update(self.related.indptr.tobytes() + self.related.indices.tobytes())
        return hasher.hexdigest()


def training_data(
    pairs: Sequence[TrainingPairs],
    parts: Parts,
    vectors: NDArray[np.float32],
    *,
    hard_negatives: int = 0,
    seed: int = 0,
) -> TrainingData:
    """Find near-duplicates and hard negatives by the starting model's vectors.

    Parameters
    ----------
    vectors : float32 array of shape (n_articles, d)
        One per article, inner products being its similarity by all views.
    hard_negatives : int
        Per pair.
    """
    rows = parts.training
    depth = _MINING_DEPTH if hard_negatives else _DEPTH
    neighbours = nearest(vectors, depth, queries=rows, targets=rows)
    related = related_rows(len(vectors), parts.links, neighbours, rows)
    nothing = Candidates(neighbours.indices[:0], neighbours.scores[:0])
    known = related_rows(len(vectors), parts.links, nothing, rows[:0])
    rng = np.random.default_rng([seed, 3])
    sets: dict[str, Columns] = {}
    for one in pairs:
        columns = {
            "anchor": one.anchors,
            "positive": one.positives,
            "anchor_row": one.anchor_rows,
            "positive_row": one.positive_rows,
        }
        if hard_negatives:
            scores = row_products(vectors, one.anchor_rows, one.positive_rows)
            mined = mine(one, scores, neighbours, rows, related, hard_negatives, rng)
            for number in range(hard_negatives):
                columns[f"negative_{number + 1}"] = one.answers[mined[:, number]]
                columns[f"negative_{number + 1}_row"] = mined[:, number]
        sets[one.name] = columns
    return TrainingData(sets, related, (related.nnz - known.nnz) // 2)
