from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

import recommender.neighbours.approximate as approximate
import recommender.neighbours.search as search_module
from recommender.neighbours.audit import recall
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.join import Comparison, Effort
from recommender.neighbours.mixed import MixedSpace
from recommender.neighbours.space import DenseSpace, Space
from tests.neighbours.sites import hashes_of, site

N = 1_500
LITTLE = Effort(reach=100, terms=3, postings=6, found=4)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little effort to begin with, so that a small site shows what a large one meets."""
    monkeypatch.setattr(approximate, "first_effort", lambda space: LITTLE)
    monkeypatch.setattr(approximate, "cell_count", lambda n: max(1, n // 25))
    monkeypatch.setattr(search_module, "_QUERIES_AT_ONCE", 400)
    monkeypatch.setattr(search_module, "_PROBING_AT_ONCE", 400)
    monkeypatch.setattr(search_module, "_MOST_GROUPS", N)


def spaces() -> list[Space]:
    mixed = site(N)
    by_words = MixedSpace(np.zeros((N, 1), dtype=np.float32), mixed.words, 1.0)
    return [mixed, DenseSpace(mixed.vectors), DenseSpace(mixed.vectors.astype(np.float16)), by_words]


def search(space: Space, least_recall: float, **more: object) -> approximate.Found:
    targets = more.pop("targets", np.arange(0, N, 1))
    return approximate.nearly_nearest(
        space, 15, hashes_of(len(space)), targets=targets, least_recall=least_recall, **more
    )


@pytest.mark.parametrize("number", range(4))
def test_the_recall_that_is_told_is_the_recall(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approximate, "AUDITED", N)
    space = spaces()[number]
    exact = space.nearest(15)
    found = search(space, 0.5)
    assert found.candidates.indices.shape == exact.indices.shape
    assert found.audit == recall(found.candidates.scores[space.known], exact.scores[space.known], 10)
    assert 0.5 <= found.audit.recall_ratio < 1
    # Scores are exact, and no article is its own neighbour.
    rows, places = np.nonzero(found.candidates.indices >= 0)
    others = found.candidates.indices[rows, places]
    assert np.array_equal(found.candidates.scores[rows, places], space.pairs(rows, others))
    assert (others != rows).all()


@pytest.mark.parametrize("number", range(4))
def test_effort_is_raised_until_the_recall_is_met(number: int) -> None:
    space = spaces()[number]
    low, high = search(space, 0.5), search(space, 0.95)
    assert low.audit.recall_ratio < 0.95 <= high.audit.recall_ratio
    assert high.layout.effort.reach > low.layout.effort.reach


@pytest.mark.parametrize("number", range(3))
def test_with_enough_effort_it_is_the_exact_search(number: int) -> None:
    space = spaces()[number]
    targets = np.arange(0, N, 2)
    layout = replace(approximate.lay_out(space, hashes_of(N)), effort=Effort(N, 64, N, N))
    found = search(space, 1.0, targets=targets, layout=layout).candidates
    exact = space.nearest(15, targets=targets)
    assert np.array_equal(found.indices, exact.indices)
    assert np.array_equal(found.scores, exact.scores)


@pytest.mark.parametrize("number", range(4))
def test_it_is_the_same_for_any_number_of_threads(number: int) -> None:
    space = spaces()[number]
    one, two = search(space, 0.8, threads=1), search(space, 0.8, threads=2)
    assert np.array_equal(one.candidates.indices, two.candidates.indices)
    assert np.array_equal(one.candidates.scores, two.candidates.scores)
    assert one.audit == two.audit


def test_nothing_to_compare_is_no_error() -> None:
    nothing = MixedSpace(np.zeros((40, 2), dtype=np.float32), csr_matrix((40, 3), dtype=np.float32), 0.7)
    found = approximate.nearly_nearest(nothing, 5, hashes_of(40), targets=np.arange(40), least_recall=0.98)
    assert (found.candidates.indices == -1).all()
    assert found.audit.recall_ratio == 1
    none = approximate.nearly_nearest(site(200), 5, hashes_of(200), targets=np.arange(0), least_recall=0.98)
    assert (none.candidates.indices == -1).all()


def test_a_thousand_copies_of_one_article_do_not_make_all_pairs() -> None:
    vectors = np.tile(np.array([[0.6, 0.8]], dtype=np.float32), (N, 1))
    space = DenseSpace(vectors)
    found = search(space, 0.98)
    assert found.layout.effort == LITTLE
    assert found.audit.recall_ratio == 1


class Remembered:
    """A memo that knows a task by what its articles hold, and counts what it was asked."""

    def __init__(self) -> None:
        self.content: list[bytes] = []
        self.known: dict[bytes, tuple[NDArray[np.int64], Candidates]] = {}
        self.made = 0

    def _key(self, task: Comparison) -> bytes:
        parts = [self.content[row] for rows in (task.queries, task.targets) for row in (*rows.tolist(), -1)]
        return b"|".join(parts)

    def recall(self, tasks: Sequence[Comparison]) -> list[Candidates | None]:
        found: list[Candidates | None] = []
        for task in tasks:
            places, known = self.known.get(self._key(task), (None, None))
            if known is None or places is None:
                found.append(None)
            else:
                rows = np.where(places >= 0, task.targets[np.maximum(places, 0)], -1)
                found.append(Candidates(rows.astype(np.int32), known.scores))
        return found

    def keep(self, tasks: Sequence[Comparison], found: Sequence[Candidates]) -> None:
        self.made += sum(len(task.queries) for task in tasks)
        for task, made in zip(tasks, found, strict=True):
            places = np.where(made.indices >= 0, np.searchsorted(task.targets, made.indices), -1)
            self.known[self._key(task)] = (places, made)


@pytest.mark.parametrize("dense", [True, False])
@pytest.mark.parametrize("change", ["added", "changed", "removed"])
def test_after_a_change_only_those_affected_are_compared_and_the_result_is_a_full_runs(
    dense: bool, change: str
) -> None:
    before = site(N)
    after = {"added": np.insert(np.arange(N), 700, 3), "removed": np.delete(np.arange(N), 700)}.get(
        change, np.arange(N)
    )
    vectors, words = before.vectors[after], before.words[after]
    content = [b"%d" % row for row in after]
    hashes = hashes_of(N)[after]
    if change != "removed":
        vectors, words = vectors.copy(), words.tolil()
        vectors[700] = -vectors[11]
        words[700] = words[11]
        words = csr_matrix(words)
        content[700] = b"new"
        hashes[700] = 12345
    memo = Remembered()
    memo.content = [b"%d" % row for row in range(N + 1)] + [b"."]

    def space(vectors: NDArray[np.float32], words: csr_matrix) -> Space:
        return DenseSpace(vectors) if dense else MixedSpace(vectors, words, 0.7)

    first = approximate.nearly_nearest(
        space(before.vectors, before.words), 15, hashes_of(N), targets=np.arange(N), least_recall=0.6, memo=memo
    )
    assert memo.made == before.known.sum() - (dense and (~before.vectors.any(axis=1) & before.known).sum())
    memo.made, memo.content = 0, [*content, b"."]
    now = space(vectors, words)
    arguments = {"targets": np.arange(len(after)), "least_recall": 0.6, "layout": first.layout}
    updated = approximate.nearly_nearest(now, 15, hashes, memo=memo, **arguments)
    full = approximate.nearly_nearest(now, 15, hashes, **arguments)
    assert np.array_equal(updated.candidates.indices, full.candidates.indices)
    assert np.array_equal(updated.candidates.scores, full.candidates.scores)
    assert 0 < memo.made < (0.8 if dense else 0.5) * N


def test_a_layout_serves_until_the_site_has_grown_or_shrunk_by_half() -> None:
    layout = approximate.lay_out(site(300), hashes_of(300))
    assert layout.serves(site(400))
    assert not layout.serves(site(451))
    assert not layout.serves(site(199))
    assert not layout.serves(site(300, dim=8))
