from __future__ import annotations

from benchmarks.near_duplicates import drawn, judged


def test_every_pair_of_a_cluster_may_be_drawn() -> None:
    clusters = [[1, 4, 7], [2, 3]]
    assert sorted(drawn(clusters, 10, 0)) == [(1, 4), (1, 7), (2, 3), (4, 7)]
    some = drawn(clusters, 3, 0)
    assert some == drawn(clusters, 3, 0)
    assert len(set(some)) == 3
    assert set(some) <= set(drawn(clusters, 10, 0))
    assert drawn([], 5, 0) == []


def test_verdicts_are_counted() -> None:
    assert judged("pair 1 y\n--- a\n\npair 2 n\n\npair 3 ?\n") == "2 pairs read, 1 right; 1 not read"
