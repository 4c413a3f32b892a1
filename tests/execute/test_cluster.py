from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.settings_file import load_settings
from recommender.site.open import open_site
from tests.execute.cluster import ENVIRONMENT, Driver, TestCluster, begun_of, ended_of, journal
from tests.execute.sites import write_articles
from tests.execute.test_staged import TODAY, links_of

# One cluster at a time: two would share two processors.
pytestmark = pytest.mark.xdist_group("cluster")


@pytest.fixture(scope="module")
def cluster() -> Iterator[TestCluster]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        found = TestCluster(2)
        yield found
        found.shutdown()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles long enough that a task takes a while."""
    return write_articles(tmp_path_factory.mktemp("site") / "content", 400, words=1_500)


@pytest.fixture(scope="module")
def expected(site: Path) -> bytes:
    """The links of one machine."""
    return links_of(open_site(site, use_cache=False, today=TODAY)).encode()


def test_data_gives_the_links_of_one_machine(cluster: TestCluster, data: Path, tmp_path: Path) -> None:
    told = Driver(cluster, data, tmp_path / "work", tmp_path / "x.json").end()
    assert (tmp_path / "x.json").read_text() == links_of(open_site(data, use_cache=False, today=TODAY))
    assert re.search(r"stages        32 tasks run, 0 found done in ", told)
    assert len({entry.process for entry in journal(tmp_path / "work")}) >= 2


@pytest.mark.parametrize("stage", ["embed", "search"])
def test_a_killed_worker_costs_no_more_than_what_it_held(
    cluster: TestCluster, site: Path, expected: bytes, tmp_path: Path, stage: str
) -> None:
    driver = Driver(cluster, site, tmp_path / "work", tmp_path / "x.json")
    entries = driver.wait_for(stage, ended=1)
    victim = next(entry for entry in reversed(entries) if entry.stage == stage and entry.name not in ended_of(entries))
    cluster.kill(cluster.worker_of(victim.process))
    told = driver.end()
    assert (tmp_path / "x.json").read_bytes() == expected
    after = journal(tmp_path / "work")
    again = {name for name, times in begun_of(after).items() if times > 1}
    held = {entry.name for entry in after if entry.process == victim.process} - ended_of(entries)
    assert again <= held
    assert len(again) <= 1, told
    assert ended_of(after) == set(begun_of(after))


def test_a_driver_that_is_killed_goes_on_where_it_was(
    cluster: TestCluster, site: Path, expected: bytes, tmp_path: Path
) -> None:
    first = Driver(cluster, site, tmp_path / "work", tmp_path / "x.json")
    first.wait_for("embed", ended=3)
    first.kill()
    done = {path: path.stat().st_ino for path in (tmp_path / "work").glob("*/[0-9]*.parquet")}
    assert len(done) >= 3
    assert not (tmp_path / "x.json").exists()
    told = Driver(cluster, site, tmp_path / "work", tmp_path / "x.json").end()
    assert (tmp_path / "x.json").read_bytes() == expected
    assert {path: path.stat().st_ino for path in done} == done
    begun = begun_of(journal(tmp_path / "work"))
    assert all(begun[path.name] == 1 for path in done)
    found = re.search(r"stages        (\d+) tasks run, (\d+) found done", told)
    assert found is not None
    # Tasks that the first driver had sent may have ended after it.
    assert int(found[2]) >= len(done)
    assert not list((tmp_path / "work").glob("*/.*.part"))


def test_a_heavy_model_is_kept_by_an_actor(
    cluster: TestCluster, small_site: Path, tmp_path: Path, tiny_transformer: Path
) -> None:
    config = tmp_path / "x.yaml"
    config.write_text(f"model: {{name: '{tiny_transformer}', device: cpu, precision: float32}}\n")
    Driver(cluster, small_site, tmp_path / "work", tmp_path / "x.json", "--config", str(config)).end()
    one = open_site(small_site, load_settings(small_site, config), use_cache=False, today=TODAY)
    assert (tmp_path / "x.json").read_text() == links_of(one)
    assert len([entry for entry in journal(tmp_path / "work") if entry.stage == "encode" and entry.ended]) == 1
