from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import recommender


def test_the_cache_is_shown_and_cleared(small_site: Path, tmp_path: Path) -> None:
    folder, output = tmp_path / "cache", tmp_path / "x.json"
    assert recommender("links", small_site, "-q", "-o", output, "--cache-dir", folder).returncode == 0
    shown = recommender("cache", "--cache-dir", folder)
    assert shown.returncode == 0
    assert f"folder        {folder}\n" in shown.stdout
    assert "entries       0" not in shown.stdout
    assert "cleared" in recommender("cache", "--cache-dir", folder, "--clear").stdout
    assert "entries       0, 0.0 MiB" in recommender("cache", "--cache-dir", folder).stdout
    assert list(folder.iterdir()) == []


def test_a_home_that_cannot_be_written_is_no_reason_to_end(
    small_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    done = recommender("links", small_site, "-o", tmp_path / "x.json")
    assert done.returncode == 0
    assert "note: the cache" in done.stderr
    assert "This run goes on without a cache" in done.stderr
    named = recommender("links", small_site, "-o", tmp_path / "x.json", "--cache-dir", tmp_path / "home")
    assert named.returncode == 2
    assert "cannot be used" in named.stderr
