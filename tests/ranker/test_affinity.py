"""Affinities of groups, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.ranker.affinity import count_affinity, expected_links


def test_links_are_spread_over_candidates_by_weight() -> None:
    sources = np.array([0, 0, 0, 2, 2])
    weights = np.array([1.0, 1.0, 2.0, 1.0, 1.0])
    shown = np.array([True, True, False, False, True])
    assert expected_links(sources, weights, shown).tolist() == [0.5, 0.5, 1.0, 0.5, 0.5]


def test_rates_by_hand() -> None:
    # 30 pairs from A to A of which 15 are links, 30 from A to B of which none is; 7.5 expected of each.
    sources = np.zeros(60, dtype=np.int32)
    candidates = np.repeat(np.array([0, 1], dtype=np.int32), 30)
    shown = np.arange(60) < 15
    counts = count_affinity(("A", "B"), sources, candidates, shown, np.full(60, 0.25))
    assert dict(zip(counts.targets, zip(counts.shown, counts.expected, strict=True), strict=True)) == {
        "A": (15.0, 7.5),
        "B": (0.0, 7.5),
    }
    affinity = counts.on(("A", "B"))
    to_a, to_b = (15 + 5) / (7.5 + 5), 5 / (7.5 + 5)
    assert affinity.target.tolist() == pytest.approx([to_a, to_b, 1.0])
    assert affinity.pair[0].tolist() == pytest.approx([(15 + 5 * to_a) / 12.5, 5 * to_b / 12.5, 1.0])
    # From B nothing is known: it leans on how readily the second group is linked.
    assert affinity.pair[1].tolist() == pytest.approx([to_a, to_b, 1.0])


def test_groups_of_another_site_are_average() -> None:
    counts = count_affinity(
        ("A",), np.zeros(4, np.int32), np.array([0, 0, -1, -1], np.int32), np.array([1, 1, 0, 0], bool), np.full(4, 0.5)
    )
    there = counts.on(("Other", "A"))
    assert there.target[0] == 1.0
    assert there.pair[0, 0] == 1.0
    assert there.target[1] > 1 > there.target[2]
