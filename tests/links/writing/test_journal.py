from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import InputError
from recommender.links.front_matter import EditError
from recommender.links.writing import journal, run_edits, undo
from recommender.links.writing.journal import Begin, Change, End, Journals, Replaced, Withdrawn, Writer, read_run
from recommender.links.writing.undo import Restorer
from tests.links.writing.helpers import AddLine, make_site, snapshot

CHANGE = Change("a.md", "00", "11", (Replaced(0, 2, "ü\n"),))


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    return folder


def write(path: Path, *records: object) -> None:
    writer = Writer(path, fresh=not path.exists())
    writer.add(records)  # type: ignore[arg-type]
    writer.close()


def test_a_journal_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "000001.jsonl"
    write(path, Begin("/c", "apply x", "2026-01-02T03:04:05+00:00"), CHANGE)
    assert not read_run(path).complete
    other = Change("b.md", "22", "33", ())
    write(path, other, Withdrawn("a.md"), End(1))
    found = read_run(path)
    assert (found.command, found.changes, found.complete) == ("apply x", (other,), True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 400))
def test_a_journal_that_was_cut_off_anywhere_goes_on(tmp_path_factory: pytest.TempPathFactory, length: int) -> None:
    path = tmp_path_factory.mktemp("journal") / "000001.jsonl"
    write(path, Begin("/c", "apply", "now"), CHANGE, End(1))
    whole = path.read_bytes()
    path.write_bytes(whole[:length])
    lines = whole[:length].count(b"\n")
    assert len(read_run(path).changes) == (lines >= 2)
    write(path, Begin("/c", "apply", "later"), Change("b.md", "2", "3", ()))
    found = read_run(path)
    assert [change.path for change in found.changes] == ["a.md"] * (lines >= 2) + ["b.md"]


@pytest.mark.parametrize(
    "text",
    ["nonsense\n", '{"type":"begin"}\n', '{"type":"begin","content":"","command":"","time":"","format":9}\n'],
)
def test_another_file_is_no_journal(tmp_path: Path, text: str) -> None:
    (tmp_path / "000001.jsonl").write_text(text)
    with pytest.raises(InputError, match="is not a journal of this version"):
        read_run(tmp_path / "000001.jsonl")


def test_runs_are_taken_back_one_by_one(content: Path, tmp_path: Path) -> None:
    paths = make_site(content, 4)
    states = [snapshot(content)]
    for line in ("---\nx: 1\n", "---\ny: 2\n", "---\nz: 3\n"):
        run_edits(content, paths, AddLine(line), command=line[4:5], state_dir=tmp_path, jobs=1)
        states.append(snapshot(content))
    # A run that changes nothing is none that could be taken back.
    assert run_edits(content, paths, AddLine("---\nz: 3\n"), command="-", state_dir=tmp_path, jobs=1).journal is None
    for command, state in zip("zyx", reversed(states[:-1]), strict=True):
        assert undo(content, state_dir=tmp_path, jobs=1).command == command
        assert snapshot(content) == state
    with pytest.raises(InputError, match="no run over"):
        undo(content, state_dir=tmp_path)


def test_only_the_last_runs_are_kept(content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "KEPT_RUNS", 2)
    paths = make_site(content, 1)
    for number in range(4):
        run_edits(content, paths, AddLine(f"---\nx{number}: 1\n"), command=str(number), state_dir=tmp_path, jobs=1)
    names = [path.name for path in sorted(Journals(content, tmp_path).folder.iterdir())]
    assert names == ["000003.jsonl", "000004.jsonl"]


def test_journals_of_two_folders_do_not_mix(tmp_path: Path) -> None:
    one, other = tmp_path / "a" / "content", tmp_path / "b" / "content"
    for folder in (one, other):
        folder.mkdir(parents=True)
        run_edits(folder, make_site(folder, 1), AddLine(), command="x", state_dir=tmp_path / "state", jobs=1)
    before = snapshot(other)
    undo(one, state_dir=tmp_path / "state")
    assert snapshot(other) == before
    assert Journals(one, tmp_path / "state").last() is None
    assert Journals(other, tmp_path / "state").last() is not None


def test_a_journal_that_does_not_fit_the_file_changes_nothing() -> None:
    from recommender.links.writing.undo import _digest

    wrong = Change("a.md", _digest("before"), _digest("after"), (Replaced(0, 5, "befor"),))
    with pytest.raises(EditError, match="does not fit"):
        Restorer({"a.md": (wrong,)}).edit("a.md", "after")
