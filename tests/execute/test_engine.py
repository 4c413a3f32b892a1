"""What a person is told of a run in stages, and of what is wrong with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from recommender import __version__
from recommender.errors import InputError
from recommender.execute.cluster import connected
from recommender.execute.engine import EngineSettings
from recommender.execute.machines import Seen, look, refused
from recommender.site.staged import open_staged


def opened(content: Path, **engine: object) -> None:
    with open_staged(content, engine=EngineSettings(**engine), jobs=1):  # type: ignore[arg-type]
        pass


def test_the_summary_tells_of_the_stages(small_site: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "recommender", "links", small_site, "--workdir", tmp_path / "work"]
    command += ["-o", tmp_path / "x.json", "--jobs", "1"]
    told = [
        subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=120, check=True) for _ in range(2)
    ]
    assert "articles      6 of 6 files (6 read anew)" in told[0].stdout
    assert "\nlinks         30 proposed for 6 articles (model english-static)\n" in told[0].stdout
    assert f"\nstages        8 tasks run, 0 found done in {tmp_path}/work\n" in told[0].stdout
    assert f"\nstages        0 tasks run, 1 found done in {tmp_path}/work\n" in told[1].stdout
    assert (told[0].stderr, told[1].stderr) == ("", "")


@pytest.mark.parametrize(
    ("engine", "message"),
    [
        ({"address": "127.0.0.1:6379"}, "--address is for --engine ray"),
        ({"name": "ray", "address": "127.0.0.1:6379"}, "name it with --workdir"),
        ({"name": "ray", "address": "head", "workdir": "work"}, r"expected host:port .* found 'head'"),
        ({"name": "ray", "address": "ray://head:10001", "workdir": "work"}, r"expected host:port"),
        ({"name": "ray", "address": "127.0.0.1:1", "workdir": "work"}, r"127\.0\.0\.1:1; it cannot be reached"),
        ({"name": "ray", "address": "127.0.0.1:99999", "workdir": "work"}, r"it cannot be reached"),
    ],
)
def test_what_cannot_be_run_is_told_in_a_moment(
    small_site: Path, tmp_path: Path, engine: dict[str, object], message: str
) -> None:
    if "workdir" in engine:
        engine = engine | {"workdir": tmp_path / "work"}
    with pytest.raises(InputError, match=message):
        opened(small_site, **engine)


def test_what_is_missing_is_named(small_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "ray", None)
        with pytest.raises(InputError, match=r"--engine ray needs Ray.*pip install 'recommender\[cluster\]'"):
            opened(small_site, name="ray", workdir=tmp_path / "work")
    monkeypatch.setattr("recommender.execute.engine.find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"needs PyArrow.*pip install 'recommender\[cluster\]'"):
        opened(small_site, workdir=tmp_path / "work")


def test_machines_that_cannot_do_the_work_are_named_together(tmp_path: Path) -> None:
    (tmp_path / "marker").write_text("")
    assert look(str(tmp_path / "marker"), None) == Seen(__version__, True, True)
    assert look(str(tmp_path / "none"), str(tmp_path / "a.md")) == Seen(__version__, False, False)
    found = {
        "fine": Seen(__version__, True, True),
        "blind": Seen(__version__, False, False),
        "old": Seen("0.0.1", True, True),
        "bare": "ModuleNotFoundError: No module named 'recommender'",
    }
    told = refused(found, Path("/work"), Path("/content"))
    assert told == [
        "  bare: ModuleNotFoundError: No module named 'recommender'",
        "  blind: does not see the work folder /work; name a shared one with --workdir",
        "  blind: does not see the content folder /content; share it under the same path",
        f"  old: has recommender 0.0.1, expected {__version__}",
    ]


def test_the_environment_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setitem(sys.modules, "ray", None)
    before = dict(os.environ)
    with pytest.raises(InputError), connected(None, None, None, None, None):  # type: ignore[arg-type]
        pass
    assert dict(os.environ) == before
