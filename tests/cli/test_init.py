from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from recommender.settings import Settings
from recommender.settings_file import load_settings
from tests.cli.command import recommender

WriteSite = Callable[[dict[str, str]], Path]


def test_init_writes_a_configuration_that_the_other_commands_use(small_site: Path, tmp_path: Path) -> None:
    done = recommender("init", small_site, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "articles      6 of 6 files\n" in done.stdout
    assert "curated links from related_article{n} (one mapping per number, by url): 5 of 5 inside" in done.stdout
    assert "written       recommender.yaml\n" in done.stdout
    assert load_settings(small_site, tmp_path / "recommender.yaml") == Settings()
    assert recommender("check", small_site, "--only", "dangling-link", cwd=tmp_path).returncode == 0


def test_init_replaces_nothing_unasked(small_site: Path, tmp_path: Path) -> None:
    (tmp_path / "recommender.yaml").write_text("links: {k: 3}\n")
    done = recommender("init", small_site, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        "error: recommender.yaml is there already; replace it with --force, or name another file with -o\n"
    )
    assert (tmp_path / "recommender.yaml").read_text() == "links: {k: 3}\n"
    assert recommender("init", small_site, "--force", "-q", cwd=tmp_path).stdout == ""
    assert "related_article{n}" in (tmp_path / "recommender.yaml").read_text()


def test_init_to_standard_output(small_site: Path, tmp_path: Path) -> None:
    done = recommender("init", small_site, "-o", "-", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("# Written by `recommender init` for ")
    assert list(tmp_path.glob("*.yaml")) == []


def test_init_where_there_is_nothing(tmp_path: Path) -> None:
    done = recommender("init", "nowhere", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "expected a folder of articles at nowhere" in done.stderr
