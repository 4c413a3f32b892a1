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


def test_data_and_a_heavy_model_give_the_links_of_one_machine(
    cluster: TestCluster, data: Path, tmp_path: Path, tiny_transformer: Path
) -> None:
    config = tmp_path / "x.yaml"
    config.write_text(f"model: {{name: '{tiny_transformer}', device: cpu, precision: float32}}\n")
    told = Driver(cluster, data, tmp_path / "work", tmp_path / "x.json", "--config", str(config)).end()
    one = open_site(data, load_settings(data, config), use_cache=False, today=TODAY)
    assert (tmp_path / "x.json").read_text() == links_of(one)
    assert re.search(r"stages        \d+ tasks run, 0 found done in ", told)
    entries = [entry for entry in journal(tmp_path / "work") if entry.ended]
    assert len({entry.process for entry in entries}) >= 3
    # Two processors have at most two actors, which keep the model from one task to the next.
    encoding = [entry.process for entry in entries if entry.stage == "encode"]
    assert len(encoding) > 2 >= len(set(encoding))


def test_killed_workers_cost_no_more_than_what_they_held(
    cluster: TestCluster, site: Path, expected: bytes, tmp_path: Path
) -> None:
    driver = Driver(cluster, site, tmp_path / "work", tmp_path / "x.json")
    killed: set[int] = set()
    # The last worker is lost, too, and others come.
    for stage in ("embed", "search"):
        entries = driver.wait_for(stage, ended=1)
        ended = ended_of(entries)
        victim = next(entry for entry in reversed(entries) if entry.stage == stage and entry.name not in ended)
        killed |= cluster.kill(cluster.worker_of(victim.process))
    cluster.add()
    cluster.add()
    told = driver.end()
    assert (tmp_path / "x.json").read_bytes() == expected
    after = journal(tmp_path / "work")
    again = {name for name, times in begun_of(after).items() if times > 1}
    # A worker may be lost after it ended a task and before it could say so.
    held = {entry.name for entry in after if entry.process in killed}
    assert again <= held, told
    assert len(again) <= 2, told
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
