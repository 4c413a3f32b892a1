"""Batches in the sequence of ids: which articles were added together.

Sites grow by uploads: several articles at once, with consecutive ids, about one thing. Where editors link within an
upload, knowing its borders is worth more than any similarity of two texts. The borders are not written down, so they
are inferred: a semi-Markov model (Rabiner 1989, Proc. IEEE 77:2, section IV.D, explicit durations) cuts the axis of
ids into segments whose lengths follow a learned distribution and whose articles resemble each other; forward and
backward sums over all ways of cutting give the probability that two articles lie in one segment.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_LENGTH = 48
"""Longest batch, in ids."""

# Positions are worked on in parallel stretches; what lies further away than the margin has no say.
_STRETCH = 512
_MARGIN = 160
_STRETCHES_AT_ONCE = 64
_IMPOSSIBLE = -50.0


@dataclass(frozen=True, slots=True)
class SequenceAxis:
    """Articles in the order of their ids.

    Attributes
    ----------
    rows : int64 array of shape (m,)
        Articles that have a number, by number; of one number the smaller row first.
    places : int64 array of shape (m,)
        Their numbers, from `MAX_LENGTH`, with gaps longer than that closed up to it.
    rank : int64 array of shape (n,)
        The place of each article in `rows`; -1 without a number.
    left, right : int64 arrays of shape (n_pairs,)
        Ranks of all pairs that one batch could hold, left before right.
    """

    rows: NDArray[np.int64]
    places: NDArray[np.int64]
    rank: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]


def sequence_axis(numbers: NDArray[np.float64]) -> SequenceAxis:
    """Order articles by `numbers` (NaN: none)."""
    rows = np.flatnonzero(~np.isnan(numbers))
    rows = rows[np.argsort(numbers[rows], kind="stable")]
    rank = np.full(len(numbers), -1, dtype=np.int64)
    rank[rows] = np.arange(len(rows))
    gaps = np.minimum(np.diff(numbers[rows]), MAX_LENGTH).astype(np.int64)
    # A batch may begin before its first article.
    places = MAX_LENGTH + np.concatenate([[0], np.cumsum(gaps)])[: len(rows)]
    count = np.searchsorted(places, places + MAX_LENGTH, side="left") - np.arange(len(rows)) - 1
    left = np.repeat(np.arange(len(rows)), count)
    right = left + 1 + np.arange(len(left)) - np.repeat(np.cumsum(count) - count, count)
    return SequenceAxis(rows, places, rank, left, right)


@dataclass(frozen=True, slots=True)
class Batches:
    """What is known of the batches.

    Attributes
    ----------
    together : float64 array of shape (m, MAX_LENGTH)
        Probability that the article at a rank and a place that many ids before it are in one batch.
    size : float64 array of shape (n,)
        Expected number of other articles in the batch of each.
    lengths : float64 array of shape (MAX_LENGTH,)
        Distribution of the lengths 1 to `MAX_LENGTH`, as found here.
    """

    axis: SequenceAxis
    together: NDArray[np.float64]
    size: NDArray[np.float64]
    lengths: NDArray[np.float64]

    def same(self, left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.float64]:
        """Probability that two articles, given by rows, are in one batch; 0 where one has no number."""
        ranks = self.axis.rank[left], self.axis.rank[right]
        first, last = np.minimum(*ranks), np.maximum(*ranks)
        distance = self.axis.places[last] - self.axis.places[first]
        possible = (first >= 0) & (distance < MAX_LENGTH)
        result = np.zeros(len(first), dtype=np.float64)
        result[possible] = self.together[last[possible], distance[possible]]
        return result


def find_batches(
    axis: SequenceAxis,
    evidence: NDArray[np.float64],
    lengths: NDArray[np.float64],
    weight: float,
    rounds: int = 2,
) -> Batches:
    """Infer batches.

    Parameters
    ----------
    evidence : float64 array of shape (n_pairs,)
        Log of how many times likelier each pair of `axis` looks as it does within a batch than across two.
    lengths : float64 array of shape (MAX_LENGTH,)
        What lengths are expected; adapted to the site by expectation maximisation.
    weight : float
        How much of the evidence counts: pairs of one batch do not tell independent things.
    rounds : int
        Of expectation maximisation, at least 1; with 1 the lengths are used as they are given.

    Returns
    -------
    Batches
    """
    scores = _segment_scores(axis, evidence, weight)
    for _ in range(rounds):
        tails, counts = _segments(axis, scores, np.log(lengths))
        lengths = (counts + 1) / (counts + 1).sum()
    # together[rank, d]: segments that start at or before place - d and reach beyond place.
    m = len(axis.rows)
    back = np.arange(MAX_LENGTH)
    starts = axis.places[:, None] - back[None, :]
    by_start = tails[starts, back[None, :]]
    together = np.minimum(np.cumsum(by_start[:, ::-1], axis=1)[:, ::-1], 1.0)
    batches = Batches(axis, together, np.zeros(len(axis.rank)), lengths)
    same = batches.same(axis.rows[axis.left], axis.rows[axis.right])
    of_rank = np.bincount(axis.left, same, m) + np.bincount(axis.right, same, m)
    batches.size[axis.rows] = of_rank
    return batches


def _segment_scores(axis: SequenceAxis, evidence: NDArray[np.float64], weight: float) -> NDArray[np.float64]:
    """Score of a segment that holds `count` articles from rank `first`, shape (m + 1, widest + 2).

    The mean over its articles of their summed evidence with the others: the sum over pairs would count one thing many
    times.
    """
    m = len(axis.rows)
    lag = axis.right - axis.left
    widest = int(lag.max(initial=0)) + 1
    with_earlier = np.zeros((m, widest + 1))
    with_earlier[axis.right, lag] = evidence
    np.cumsum(with_earlier, axis=1, out=with_earlier)
    scores = np.zeros((m + 1, widest + 2))
    for count in range(2, min(widest, m) + 1):
        first = np.arange(m - count + 1)
        scores[first, count] = scores[first, count - 1] + with_earlier[first + count - 1, count - 1]
    scores[:, 2:] *= weight * 2 / np.arange(2, widest + 2)
    scores[:, widest + 1] = _IMPOSSIBLE
    return scores


def _segments(
    axis: SequenceAxis, scores: NDArray[np.float64], log_lengths: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Forward and backward sums.

    Returns
    -------
    tails : float64 array of shape (n_places, MAX_LENGTH)
        Entry ``[s, d]``: probability of a segment that starts at place ``s`` and is longer than ``d``.
    counts : float64 array of shape (MAX_LENGTH,)
        Expected number of segments of each length that hold at least two articles.
    """
    n_places = int(axis.places[-1]) + 1
    counts = np.zeros(MAX_LENGTH)
    tails = np.empty((-(-n_places // _STRETCH) * _STRETCH, MAX_LENGTH))
    for start in range(0, len(tails), _STRETCH * _STRETCHES_AT_ONCE):
        block = tails[start : start + _STRETCH * _STRETCHES_AT_ONCE]
        counts += _stretches(axis.places, scores, log_lengths, start, block)
    return tails[:n_places], counts


def _stretches(
    places: NDArray[np.int64],
    scores: NDArray[np.float64],
    log_lengths: NDArray[np.float64],
    start: int,
    tails: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Fill `tails` for some stretches from place `start`, and return their part of the counts."""
    n = len(tails) // _STRETCH
    width = _STRETCH + 2 * _MARGIN
    length = np.arange(1, MAX_LENGTH + 1)
    before = np.searchsorted(places, np.arange(start - _MARGIN, start + n * _STRETCH + _MARGIN + 1))
    # first[w, t]: rank of the first article at or after border t of stretch w.
    first = before[np.arange(n)[:, None] * _STRETCH + np.arange(width + 1)[None, :]]
    most = scores.shape[1] - 1
    # segment[w, s, k]: log weight of the segment of length k + 1 from border s; borders near the end have fewer.
    segment = np.full((n, width + 1, MAX_LENGTH), -np.inf)
    several = np.zeros((n, width + 1, MAX_LENGTH), dtype=np.bool_)
    for k in length.tolist():
        begin = first[:, : width + 1 - k]
        count = np.minimum(first[:, k:] - begin, most)
        several[:, : width + 1 - k, k - 1] = count > 1
        segment[:, : width + 1 - k, k - 1] = scores[begin, count] + log_lengths[k - 1]
    forward = np.zeros((n, width + 1))
    for border in range(MAX_LENGTH, width + 1):
        forward[:, border] = _log_sum(forward[:, border - length] + segment[:, border - length, length - 1])
    backward = np.zeros((n, width + 1))
    for border in range(width - MAX_LENGTH, -1, -1):
        backward[:, border] = _log_sum(backward[:, border + length] + segment[:, border, :])
    for k in length.tolist():
        segment[:, : width + 1 - k, k - 1] += forward[:, : width + 1 - k] + backward[:, k:]
    # Exactly one segment covers a place, here the middle one: that gives the scale.
    middle = width // 2
    covering = np.concatenate([segment[:, middle - k + 1 : middle + 1, k - 1] for k in length.tolist()], axis=1)
    own = slice(_MARGIN, _MARGIN + _STRETCH)
    probability = np.exp(np.minimum(segment[:, own] - _log_sum(covering)[:, None, None], 0))
    tails[:] = np.cumsum(probability[:, :, ::-1], axis=2)[:, :, ::-1].reshape(-1, MAX_LENGTH)
    counts: NDArray[np.float64] = (probability * several[:, own]).sum(axis=(0, 1))
    return counts


def _log_sum(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log of the sum of exponentials along the last axis."""
    top = values.max(axis=1)
    result: NDArray[np.float64] = top + np.log(np.exp(values - top[:, None]).sum(axis=1))
    return result
