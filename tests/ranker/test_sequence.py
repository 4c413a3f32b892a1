"""Batches against a twin that tries every way of cutting the axis."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.ranker import sequence
from recommender.ranker.sequence import MAX_LENGTH, find_batches, sequence_axis


def _naive_same(
    places: list[int], evidence: dict[tuple[int, int], float], lengths: NDArray[np.float64], weight: float
) -> NDArray[np.float64]:
    """Probability that each two articles lie in one segment, from every way of cutting."""
    allowed = [int(length) for length in np.flatnonzero(lengths > 1e-9) + 1]
    same = np.zeros((len(places), len(places)))

    def inside(start: int, stop: int) -> list[int]:
        return [number for number, place in enumerate(places) if start <= place < stop]

    def weigh(start: int, stop: int) -> float:
        members = inside(start, stop)
        total = sum(evidence[pair] for pair in itertools.combinations(members, 2))
        return float(lengths[stop - start - 1] * np.exp(weight * 2 / max(len(members), 1) * total))

    def walk(border: int, mass: float, segments: list[list[int]]) -> float:
        if border > places[-1]:
            for segment in segments:
                for left, right in itertools.product(segment, segment):
                    same[left, right] += mass
            return mass
        return sum(
            walk(border + length, mass * weigh(border, border + length), [*segments, inside(border, border + length)])
            for length in allowed
        )

    # The segment that holds the first article may begin anywhere.
    total = sum(
        walk(start + length, weigh(start, start + length), [inside(start, start + length)])
        for length in allowed
        for start in range(places[0] - length + 1, places[0] + 1)
    )
    return same / total


@settings(max_examples=25, deadline=None)
@given(
    gaps=st.lists(st.integers(0, 5), min_size=2, max_size=6),
    evidence=st.lists(st.floats(-2, 2), min_size=21, max_size=21),
    share=st.floats(0.2, 0.8),
)
def test_probabilities_are_those_of_all_ways_of_cutting(gaps: list[int], evidence: list[float], share: float) -> None:
    numbers = np.cumsum([100, *gaps]).astype(np.float64)
    lengths = np.full(MAX_LENGTH, 1e-300)
    lengths[5], lengths[8] = share, 1 - share
    axis = sequence_axis(numbers)
    assert len(axis.left) == len(numbers) * (len(numbers) - 1) // 2
    values = np.array(evidence[: len(axis.left)])
    pairs = {(int(a), int(b)): value for a, b, value in zip(axis.left, axis.right, values.tolist(), strict=True)}
    found = find_batches(axis, values, lengths, weight=0.5, rounds=1)
    expected = _naive_same(axis.places.tolist(), pairs, lengths, 0.5)
    left, right = np.triu_indices(len(numbers), 1)
    np.testing.assert_allclose(found.same(axis.rows[left], axis.rows[right]), expected[left, right], atol=1e-6)


def test_articles_of_one_id_are_together_and_those_without_are_alone() -> None:
    numbers = np.array([7.0, np.nan, 7.0, 500.0])
    axis = sequence_axis(numbers)
    batches = find_batches(axis, np.zeros(len(axis.left)), np.full(MAX_LENGTH, 1 / MAX_LENGTH), 0.35)
    same = batches.same(np.array([0, 0, 0, 1]), np.array([2, 1, 3, 1]))
    np.testing.assert_allclose(same, [1, 0, 0, 0], atol=1e-9)
    np.testing.assert_allclose(batches.size, [1, 0, 1, 0], atol=1e-9)


def test_borders_are_found_where_texts_change() -> None:
    numbers = np.arange(400, dtype=np.float64)
    batch = (numbers // 10).astype(np.int64)
    axis = sequence_axis(numbers)
    same = batch[axis.rows[axis.left]] == batch[axis.rows[axis.right]]
    batches = find_batches(axis, np.where(same, 1.0, -1.0), np.full(MAX_LENGTH, 1 / MAX_LENGTH), 0.35, rounds=4)
    found = batches.same(axis.rows[axis.left], axis.rows[axis.right])
    assert found[same].min() > 0.8
    assert found[~same].max() < 0.1
    assert int(batches.lengths.argmax()) + 1 == 10


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 300), min_size=2, max_size=40), st.integers(-(10**6), 10**6))
def test_only_distances_of_ids_count(ids: list[int], shift: int) -> None:
    lengths = np.full(MAX_LENGTH, 1 / MAX_LENGTH)
    here, there = (sequence_axis(np.array(ids, dtype=np.float64) + by) for by in (0, shift))
    first = find_batches(here, np.full(len(here.left), 0.3), lengths, 0.35)
    second = find_batches(there, np.full(len(there.left), 0.3), lengths, 0.35)
    np.testing.assert_array_equal(first.together, second.together)


def test_stretches_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    numbers = np.sort(rng.choice(3000, 500, replace=False)).astype(np.float64)
    axis = sequence_axis(numbers)
    evidence = rng.normal(size=len(axis.left))
    lengths = np.full(MAX_LENGTH, 1 / MAX_LENGTH)
    whole = find_batches(axis, evidence, lengths, 0.35)
    monkeypatch.setattr(sequence, "_STRETCH", 200)
    monkeypatch.setattr(sequence, "_STRETCHES_AT_ONCE", 3)
    parts = find_batches(axis, evidence, lengths, 0.35)
    np.testing.assert_allclose(whole.together, parts.together, atol=2e-3)
