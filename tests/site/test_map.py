from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from recommender.execute.engine import EngineSettings
from recommender.settings import Settings
from recommender.site.map import site_map, whole_map
from recommender.site.open import open_site
from recommender.site.site import Site
from recommender.site.staged import open_staged
from recommender.stages.map import project
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def sample() -> Site:
    return open_site(ROOT / "data", use_cache=False, jobs=1)


def test_every_article_has_a_place_the_same_every_time(sample: Site) -> None:
    first, second = site_map(sample), site_map(sample)
    assert first.rows.tolist() == list(range(len(sample.corpus)))
    assert first.coordinates.shape == (len(sample.corpus), 2)
    assert np.isfinite(first.coordinates).all()
    assert np.abs(first.coordinates).max() == 1
    np.testing.assert_array_equal(first.coordinates, second.coordinates)


def test_of_a_large_site_some_are_drawn(sample: Site) -> None:
    found = site_map(sample, most=40)
    assert len(found.rows) == len(found.coordinates) == 40
    assert (np.diff(found.rows) > 0).all()
    assert found.rows.tolist() != list(range(40))
    assert found.rows.tolist() == site_map(sample, most=40).rows.tolist()


def test_on_the_whole_map_who_was_not_drawn_stands_between_its_neighbours(sample: Site, tmp_path: Path) -> None:
    drawn = site_map(sample, most=40)
    found = whole_map(sample, most=40)
    n = len(sample.corpus)
    assert found.rows.tolist() == list(range(n))
    np.testing.assert_array_equal(found.coordinates[drawn.rows], drawn.coordinates)
    candidates = sample.propose(50)
    looked_at = 0
    for row in sorted(set(range(n)) - set(drawn.rows.tolist())):
        near = [
            (target, score)
            for target, score in zip(candidates.indices[row].tolist(), candidates.scores[row].tolist(), strict=True)
            if target in drawn.rows and score > 0
        ][:3]
        if near:
            weights = np.array([score for _, score in near])
            places = np.array([found.coordinates[target] for target, _ in near])
            np.testing.assert_allclose(found.coordinates[row], weights @ places / weights.sum(), atol=1e-6)
            looked_at += 1
    assert looked_at > 90


def test_the_whole_map_of_a_small_site_is_its_map_and_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = open_site(ROOT / "data", cache_dir=tmp_path, jobs=1)
    np.testing.assert_array_equal(whole_map(first).coordinates, site_map(first).coordinates)
    monkeypatch.setattr("recommender.stages.map.project", None)
    again = open_site(ROOT / "data", cache_dir=tmp_path, jobs=1)
    np.testing.assert_array_equal(whole_map(again).coordinates, whole_map(first).coordinates)


def test_the_whole_map_is_the_same_where_parts_are_files(sample: Site, tmp_path: Path) -> None:
    with open_staged(ROOT / "data", Settings(), EngineSettings(workdir=tmp_path), jobs=1) as staged:
        np.testing.assert_array_equal(whole_map(staged, most=40).coordinates, whole_map(sample, most=40).coordinates)


def test_neighbours_stay_neighbours_for_any_number_of_threads() -> None:
    rng = np.random.default_rng(1)
    kinds = np.repeat([0, 1, 2], 20)
    features = csr_matrix(np.eye(3)[kinds].repeat(4, axis=1) + 0.1 * rng.random((60, 12)))
    with threadpool_limits(1):
        places = project(features)
    with threadpool_limits(2):
        np.testing.assert_array_equal(places, project(features))
    distances = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    assert (kinds[distances.argmin(axis=1)] == kinds).all()


@pytest.mark.parametrize("m", [1, 2, 4, 5, 6])
def test_few_articles(m: int) -> None:
    places = project(csr_matrix(np.random.default_rng(0).random((m, 7))))
    assert places.shape == (m, 2)
    assert np.isfinite(places).all()
    assert len(np.unique(places, axis=0)) == m


def test_articles_that_all_say_the_same_stand_in_one_place() -> None:
    assert not project(csr_matrix(np.ones((9, 4)))).any()
