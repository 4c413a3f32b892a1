"""The probability that two articles with ids near each other were added together, learned from curated links."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.neighbours.exact import row_products, sparse_row_products
from recommender.ranker.features import ArticleFeatures, Rows
from recommender.ranker.sequence import MAX_LENGTH, Batches, SequenceAxis, find_batches, sequence_axis

EVIDENCE_WEIGHT = 0.35
"""See `find_batches`. Of 0.1 to 1 on QuickTakes, 0.2 to 0.4 found batches best."""

# With fewer pairs that links tell apart or hold together, nothing is learned.
_FEWEST_PAIRS = 200
# Articles of a component from which on it shows where its batch begins and ends, about.
_TELLING_SIZE = 4
_MOST_PAIRS = 200_000


@dataclass(frozen=True, slots=True)
class BatchModel:
    """A logistic regression of "one batch or two" on what a pair has in common, and how long batches are.

    Attributes
    ----------
    weights : dict of str to float
        By the name of the evidence; missing evidence counts 0.
    intercept : float
        Such that a sum of 0 says that a pair looks as often so within a batch as across two.
    lengths : tuple of float
        Distribution of lengths 1 to `MAX_LENGTH`.
    """

    weights: dict[str, float]
    intercept: float
    lengths: tuple[float, ...]

    def find(self, evidence: PairEvidence) -> Batches:
        """Infer the batches of a site."""
        total = np.full(len(evidence.axis.left), self.intercept)
        for name, values in evidence.values.items():
            total += self.weights.get(name, 0.0) * values
        lengths = np.array(self.lengths) + 1e-6
        return find_batches(evidence.axis, total, lengths / lengths.sum(), EVIDENCE_WEIGHT)


@dataclass(frozen=True, slots=True)
class PairEvidence:
    """What all pairs that one batch could hold have in common; `values` by name, aligned with the axis' pairs."""

    axis: SequenceAxis
    values: dict[str, NDArray[np.float64]]


def pair_evidence(features: ArticleFeatures) -> PairEvidence | None:
    """Collect the evidence; None where fewer than half of the articles have a number."""
    axis = sequence_axis(features.numbers)
    if len(axis.rows) * 2 < len(features) or not len(axis.left):
        return None
    left, right = axis.rows[axis.left], axis.rows[axis.right]
    values: dict[str, NDArray[np.floating]] = {
        f"view {name}": row_products(vectors, left, right) for name, vectors in features.views.items()
    }
    if features.words is not None:
        values["words"] = sparse_row_products(features.words, left, right)
    for name, codes in (("group", features.groups), ("folder", features.folders), ("day", features.days)):
        values[name] = (codes[left] == codes[right]).astype(np.float64)
    return PairEvidence(axis, {name: np.asarray(found, dtype=np.float64) for name, found in values.items()})


def learn_batches(evidence: PairEvidence, components: NDArray[np.int32], known: NDArray[np.bool_]) -> BatchModel | None:
    """Learn from the components of the link graph which pairs are of one batch.

    Parameters
    ----------
    components : int32 array of shape (n,)
        Of links between articles that are near each other in the sequence.
    known : bool array of shape (n,)
        Articles whose links may be learned from.

    Returns
    -------
    BatchModel or None
        None where the links say nothing of batches.
    """
    from sklearn.linear_model import LogisticRegression

    axis = evidence.axis
    left, right = axis.rows[axis.left], axis.rows[axis.right]
    sizes = np.bincount(components)
    telling = known & (sizes[components] >= _TELLING_SIZE)
    lengths = _lengths(axis, components, telling)
    longest = int(np.flatnonzero(np.cumsum(lengths) >= 0.9)[0]) + 1
    used = np.flatnonzero(telling[left] & telling[right] & (axis.places[axis.right] - axis.places[axis.left] < longest))
    used = used[:: -(-len(used) // _MOST_PAIRS)] if len(used) else used
    together = components[left[used]] == components[right[used]]
    if min(int(together.sum()), int((~together).sum())) < _FEWEST_PAIRS:
        return None
    names = sorted(evidence.values)
    inputs = np.stack([evidence.values[name][used] for name in names], axis=1)
    model = LogisticRegression(max_iter=1000).fit(inputs, together)
    before = np.log(together.mean() / (1 - together.mean()))
    return BatchModel(
        {name: float(weight) for name, weight in zip(names, model.coef_[0], strict=True)},
        float(model.intercept_[0] - before),
        tuple(lengths.tolist()),
    )


def _lengths(axis: SequenceAxis, components: NDArray[np.int32], telling: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Lengths of batches as the components of links span them, smoothed."""
    rows = axis.rows[telling[axis.rows]]
    counts = np.full(MAX_LENGTH, 0.5)
    if len(rows):
        places = axis.places[axis.rank[rows]]
        labels = np.unique(components[rows], return_inverse=True)[1]
        first = np.full(int(labels.max()) + 1, np.iinfo(np.int64).max)
        last = np.zeros_like(first)
        np.minimum.at(first, labels, places)
        np.maximum.at(last, labels, places)
        spans = last - first + 1
        counts += np.bincount(spans[spans <= MAX_LENGTH], minlength=MAX_LENGTH + 1)[1:]
    lengths: NDArray[np.float64] = counts / counts.sum()
    return lengths


def near_links(axis: SequenceAxis, sources: Rows, targets: Rows) -> NDArray[np.bool_]:
    """Which links lead to an article that could be of the same batch."""
    ranks = axis.rank[sources], axis.rank[targets]
    places = np.append(axis.places, 0)
    near: NDArray[np.bool_] = (np.minimum(*ranks) >= 0) & (np.abs(places[ranks[0]] - places[ranks[1]]) < MAX_LENGTH)
    return near
