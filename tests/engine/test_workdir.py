from __future__ import annotations

from pathlib import Path

import pytest

from recommender.engine.task import Task, run_task
from recommender.engine.workdir import MARKER, Workdir
from recommender.errors import InputError, OutputError


def one_row(number: int) -> object:
    import pyarrow as pa

    return pa.table({"number": [number]})


def test_a_name_tells_what_a_file_was_made_from(tmp_path: Path) -> None:
    workdir = Workdir(tmp_path / "work", tmp_path)
    first = workdir.path("join", 3, b"recipe", [tmp_path / "a.parquet", tmp_path / "b.parquet"])
    assert first.parent.name == "join"
    assert first.name.startswith("000003-")
    assert first == workdir.path("join", 3, b"recipe", [Path("/elsewhere/a.parquet"), Path("b.parquet")])
    others = {
        workdir.path("join", 3, b"another", [tmp_path / "a.parquet", tmp_path / "b.parquet"]),
        workdir.path("join", 3, b"recipe", [tmp_path / "a.parquet"], [tmp_path / "b.parquet"]),
        workdir.path("join", 3, b"recipe", [tmp_path / "b.parquet", tmp_path / "a.parquet"]),
        workdir.path("merge", 3, b"recipe", [tmp_path / "a.parquet", tmp_path / "b.parquet"]),
    }
    assert len(others | {first}) == 5


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
    tasks = [Task("stage", part, workdir.path("stage", part, b""), one_row, (part,)) for part in (0, 1)]
    for task in tasks:
        run_task(task, workdir.log)
    unfinished = workdir.folder / "stage" / ".x.parquet.1.part"
    unfinished.write_bytes(b"half")
    size = tasks[1].output.stat().st_size
    assert workdir.sweep([tasks[0].output]) == size + 4
    assert tasks[0].output.exists()
    assert not tasks[1].output.exists()
    assert not unfinished.exists()
    assert sorted(workdir.began()) == sorted(task.output.name for task in tasks)


def test_a_task_is_done_once(tmp_path: Path) -> None:
    workdir = Workdir(tmp_path / "work", tmp_path)
    task = Task("stage", 7, workdir.path("stage", 7, b""), one_row, (7,))
    first = run_task(task, workdir.log)
    written = task.output.stat()
    second = run_task(task, workdir.log)
    assert (first.stage, first.part, first.bytes) == ("stage", 7, written.st_size)
    assert second.bytes == written.st_size
    assert (task.output.stat().st_ino, task.output.stat().st_mtime_ns) == (written.st_ino, written.st_mtime_ns)
    assert workdir.began() == [task.output.name]
