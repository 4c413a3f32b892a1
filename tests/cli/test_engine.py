from __future__ import annotations

from pathlib import Path

from recommender.cli.engine import EngineName, EngineOptions
from recommender.cli.site_options import SiteOptions


def test_without_a_cache_the_files_of_the_stages_are_removed(tmp_path: Path) -> None:
    options = EngineOptions(EngineName.RAY)
    with options._workdir(SiteOptions(tmp_path, no_cache=True)) as workdir:
        assert workdir is not None
        workdir.mkdir()
        (workdir / "part").write_text("x")
    assert not workdir.exists()
    assert not workdir.parent.exists()


def test_a_named_work_folder_stays_and_the_cache_has_one_of_its_own(tmp_path: Path) -> None:
    named = EngineOptions(EngineName.LOCAL, workdir=tmp_path / "work")
    for site in (SiteOptions(tmp_path), SiteOptions(tmp_path, no_cache=True)):
        with named._workdir(site) as workdir:
            assert workdir == tmp_path / "work"
    # None: the cache's folder holds it.
    with EngineOptions(EngineName.RAY)._workdir(SiteOptions(tmp_path)) as workdir:
        assert workdir is None
