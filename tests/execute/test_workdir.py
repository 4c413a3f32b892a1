from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recommender.errors import InputError, OutputError
from recommender.execute.calls import run_call
from recommender.execute.workdir import MARKER, Workdir
from recommender.stages.stage import Call, Columns, Stage, part_of
from tests.execute.cluster import begun_of, journal


def one_row(number: int) -> Columns:
    return {"number": np.array([number])}


STAGE = Stage("stage", 1, one_row, "one row", is_table=True)


def call_of(number: int) -> Call:
    return Call(part_of(STAGE, b"recipe", number=number), (number,))


def test_the_folder_of_another_site_or_of_something_else_is_refused(tmp_path: Path) -> None:
    for name in ("one", "two", "else"):
        (tmp_path / name).mkdir()
    Workdir(tmp_path / "work", tmp_path / "one")
    Workdir(tmp_path / "work", tmp_path / "one")
    with pytest.raises(InputError, match=r"work holds the work of .*/one .*, expected .*/two .*--workdir"):
        Workdir(tmp_path / "work", tmp_path / "two")
    (tmp_path / "else" / "thesis.tex").write_text("")
    with pytest.raises(InputError, match=r"found thesis\.tex in it; name another with --workdir"):
        Workdir(tmp_path / "else", tmp_path / "one")
    with pytest.raises(InputError, match="found a file"):
        Workdir(tmp_path / "else" / "thesis.tex", tmp_path / "one")
    with pytest.raises(OutputError, match="cannot be used"):
        Workdir(tmp_path / "else" / "thesis.tex" / "work", tmp_path / "one")
    (tmp_path / "work" / MARKER).write_text("{")
    with pytest.raises(InputError, match=MARKER):
        Workdir(tmp_path / "work", tmp_path / "one")


def test_sweeping_leaves_what_was_used_and_the_journals(tmp_path: Path) -> None:
    workdir = Workdir(tmp_path / "work", tmp_path)
    calls = [call_of(number) for number in (0, 1)]
    for call in calls:
        run_call(workdir.store, STAGE, call, workdir.log)
    first, second = (workdir.store.path(call.part) for call in calls)
    unfinished = workdir.folder / "stage" / ".x.parquet.1.part"
    unfinished.write_bytes(b"half")
    (workdir.folder / "gone").mkdir()
    size = second.stat().st_size
    assert workdir.sweep([first]) == size + 4
    assert first.exists()
    assert not second.exists()
    assert not unfinished.exists()
    assert not (workdir.folder / "gone").exists()
    assert {entry.name for entry in journal(workdir.folder)} == {first.name, second.name}


def test_a_call_is_done_once(tmp_path: Path) -> None:
    workdir = Workdir(tmp_path / "work", tmp_path)
    call = call_of(7)
    first = run_call(workdir.store, STAGE, call, workdir.log)
    path = workdir.store.path(call.part)
    written = path.stat()
    second = run_call(workdir.store, STAGE, call, workdir.log)
    assert (first.stage, first.part, first.bytes) == ("stage", 7, written.st_size)
    assert second.bytes == written.st_size
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (written.st_ino, written.st_mtime_ns)
    assert begun_of(journal(workdir.folder)) == {path.name: 1}
