"""Nothing that goes wrong leaves a file half-written or lost."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recommender.errors import InputError, InterruptedRunError, OutputError
from recommender.links.writing import edits, replace, run_edits, undo
from recommender.links.writing.journal import Journals, locked
from tests.conftest import ROOT
from tests.links.writing.helpers import MARK, AddLine, edited, make_site, snapshot


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    return folder


def apply(content: Path, paths: list[str], **options: Any) -> Any:
    return run_edits(content, paths, AddLine(), command="test", jobs=1, **options)


def crashes(folder: Path, how: str, count: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.links.writing.crashes", str(folder), how, str(count)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_kills_at_random_moments(tmp_path: Path) -> None:
    found = crashes(tmp_path, "random", 40)
    assert found["kills"] == 40
    assert sum(look["broken"] for look in found["looks"]) == 0
    assert (found["applied"], found["undone"]) == (True, True)
    # The kills fell where it matters: with some files changed and others not.
    assert sum(look["after"] > 0 and look["before"] > 0 for look in found["looks"]) >= 5


def test_a_kill_at_every_call_of_the_system(tmp_path: Path) -> None:
    found = crashes(tmp_path, "every", 5)
    assert found["kills"] > 60
    assert sum(look["broken"] for look in found["looks"]) == 0
    assert (found["applied"], found["undone"]) == (True, True)


def test_a_run_in_several_processes_is_killed(content: Path, tmp_path: Path) -> None:
    paths = make_site(content, 1_200)
    before = snapshot(content)
    code = (
        "import sys; from pathlib import Path; from recommender.links.writing import edits, run_edits;"
        "from tests.links.writing.helpers import AddLine; edits._FILES_PER_SYNC = 64;"
        f"content = Path({str(content)!r});"
        "paths = sorted(str(path.relative_to(content)) for path in content.rglob('*.md'));"
        "real = edits._put_in_place; done = [];\n"
        "def put(*arguments):\n"
        "    real(*arguments); done.append(1)\n"
        "    if len(done) == 3: import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n"
        "edits._put_in_place = put\n"
        f"run_edits(content, paths, AddLine(), command='test', jobs=2, state_dir=Path({str(tmp_path / 'state')!r}))"
    )
    # Its workers outlive it for a while.
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, start_new_session=True)
    assert process.wait(timeout=120) == -signal.SIGKILL
    os.killpg(process.pid, signal.SIGKILL)
    found = {path: raw for path, raw in snapshot(content).items() if path in before}
    after = edited(before)
    assert all(raw in (before[path], after[path]) for path, raw in found.items())
    assert 0 < sum(raw == after[path] for path, raw in found.items()) < len(paths)
    report = apply(content, paths, state_dir=tmp_path / "state")
    assert report.resumed
    assert {path: raw for path, raw in snapshot(content).items() if path in before} == after
    undo(content, state_dir=tmp_path / "state", jobs=1)
    assert {path: raw for path, raw in snapshot(content).items() if path in before} == before


@pytest.mark.parametrize("calls", [1, 2, 5, 9, 14])
def test_the_disk_fills_up(content: Path, monkeypatch: pytest.MonkeyPatch, calls: int) -> None:
    paths = make_site(content, 10)
    before = snapshot(content)
    monkeypatch.setattr(edits, "_FILES_PER_TASK", 2)
    monkeypatch.setattr(edits, "_FILES_PER_SYNC", 4)
    with monkeypatch.context() as full:
        full.setattr(os, "write", failing(os.write, calls, errno.ENOSPC))
        with pytest.raises(OutputError, match="No space left on device"):
            apply(content, paths)
    found = snapshot(content)
    after = edited(before)
    assert found.keys() == before.keys()
    assert all(raw in (before[path], after[path]) for path, raw in found.items())
    apply(content, paths)
    assert snapshot(content) == after
    undo(content)
    assert snapshot(content) == before


def failing(real: Callable[..., int], calls: int, code: int) -> Callable[..., int]:
    """A call of the system that does half of its work, and fails, after some that succeed."""
    left = calls

    def call(descriptor: int, data: bytes) -> int:
        nonlocal left
        left -= 1
        if left > 0:
            return real(descriptor, data)
        if left == 0 and len(data) > 1:
            return real(descriptor, data[: len(data) // 2])
        raise OSError(code, os.strerror(code))

    return call


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    script = (
        f"mount -t tmpfs -o size=400k none {disk} || exit 77; cd {ROOT};"
        f"{sys.executable} - <<'END'\n"
        "from pathlib import Path\n"
        "from recommender.errors import OutputError\n"
        "from recommender.links.writing import run_edits, undo\n"
        "from tests.links.writing.helpers import AddLine, edited, make_site, snapshot\n"
        f"content, state = Path({str(disk)!r}), Path({str(tmp_path / 'state')!r})\n"
        "paths = make_site(content, 70)\n"
        "before = snapshot(content)\n"
        "def apply(): return run_edits(content, paths, AddLine(), command='test', state_dir=state, jobs=1)\n"
        "try: apply()\n"
        "except OutputError as error: print(error)\n"
        "else: raise SystemExit('it was not full')\n"
        "assert snapshot(content) == before\n"
        "(content / paths[-1]).unlink(); (content / paths[-2]).unlink()\n"
        "END\n"
    )
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("no unshare: a small disk cannot be made")
    done = subprocess.run([unshare, "-rm", "sh", "-c", script], capture_output=True, text=True, check=False, timeout=60)
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("no small disk can be mounted here")
    assert done.returncode == 0, done.stderr
    assert "No space left on device" in done.stdout


def test_the_journal_cannot_be_written(content: Path, tmp_path: Path) -> None:
    paths = make_site(content, 3)
    before = snapshot(content)
    (tmp_path / "state").write_text("a file where a folder should be")
    with pytest.raises(OutputError, match=r"the journal .* cannot be written: .*--state-dir"):
        apply(content, paths, state_dir=tmp_path / "state")
    assert snapshot(content) == before


def test_a_read_only_file_stays_and_the_others_are_written(content: Path) -> None:
    paths = make_site(content, 3)
    before = snapshot(content)
    (content / paths[1]).chmod(0o444)
    report = apply(content, paths)
    assert [(problem.path, problem.rule) for problem in report.problems] == [(paths[1], "read-only")]
    assert snapshot(content) == {**edited(before), paths[1]: before[paths[1]]}


def test_a_dry_run_needs_nothing_to_be_writable(content: Path) -> None:
    paths = make_site(content, 3)
    for path in paths:
        (content / path).chmod(0o444)
    report = apply(content, paths, dry_run=True)
    assert (report.changed, report.problems) == (paths, [])


def test_a_file_is_changed_underneath(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = make_site(content, 4)
    before = snapshot(content)
    real = edits.sync

    def meanwhile(staged: Any) -> None:
        (content / paths[0]).write_bytes(b"an editor saved this")
        (content / paths[1]).unlink()
        # The same bytes in a new file: somebody's editor replaces, too.
        (content / "new").write_bytes(before[paths[2]])
        (content / "new").replace(content / paths[2])
        real(staged)

    with monkeypatch.context() as patched:
        patched.setattr(edits, "sync", meanwhile)
        report = apply(content, paths)
    assert [(problem.path, problem.rule) for problem in report.problems] == [(path, "changed") for path in paths[:3]]
    now = {**before, paths[0]: b"an editor saved this", paths[3]: edited(before)[paths[3]]}
    del now[paths[1]]
    assert snapshot(content) == now
    # What was never written is nothing that undo could miss.
    assert undo(content).report.changed == [paths[3]]
    assert snapshot(content) == {**now, paths[3]: before[paths[3]]}


def test_two_runs_at_once(content: Path) -> None:
    paths = make_site(content, 3)
    before = snapshot(content)
    with locked(content), pytest.raises(OutputError, match="another run is writing"):
        apply(content, paths)
    assert snapshot(content) == before
    with locked(content), pytest.raises(OutputError, match="another run is writing"):
        undo(content)


def test_many_threads_run_at_once_and_one_wins(content: Path) -> None:
    paths = make_site(content, 60)
    before = snapshot(content)
    outcomes: list[str] = []

    def attempt() -> None:
        try:
            outcomes.append(f"changed {len(apply(content, paths).changed)}")
        except OutputError:
            outcomes.append("refused")

    threads = [threading.Thread(target=attempt) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("changed 60") == 1
    assert set(outcomes) <= {"changed 60", "changed 0", "refused"}
    assert snapshot(content) == edited(before)


def test_ctrl_c_says_how_far_it_came(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = make_site(content, 9)
    before = snapshot(content)
    real, groups = edits.sync, []

    def sync(staged: Any) -> None:
        groups.append(staged)
        if len(groups) == 3:
            raise KeyboardInterrupt
        real(staged)

    with monkeypatch.context() as patched:
        patched.setattr(edits, "_FILES_PER_TASK", 2)
        patched.setattr(edits, "_FILES_PER_SYNC", 2)
        patched.setattr(edits, "sync", sync)
        with pytest.raises(InterruptedRunError, match=r"interrupted: 4 files were changed; run again to go on"):
            apply(content, paths)
    assert snapshot(content).keys() == before.keys()
    assert sum(raw == edited(before)[path] for path, raw in snapshot(content).items()) == 4
    assert Journals(content).interrupted()
    assert undo(content).report.unchanged == 2
    assert snapshot(content) == before


@pytest.mark.parametrize("path", ["../out.md", "a/../../out.md", "/etc/hostname", "", "link/x.md", "link.md", "a"])
def test_paths_outside_and_links_are_refused(content: Path, tmp_path: Path, path: str) -> None:
    make_site(content, 3)
    outside = tmp_path / "out.md"
    outside.write_text("---\ntitle: out\n---\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "x.md").write_text("---\ntitle: out\n---\n")
    (content / "link").symlink_to(tmp_path / "folder")
    (content / "link.md").symlink_to(content / "a" / "0000.md")
    before = snapshot(tmp_path)
    report = apply(content, [path], state_dir=tmp_path.parent / "elsewhere")
    assert [problem.rule for problem in report.problems] in (["outside"], ["symlink"], ["not-a-file"], ["unreadable"])
    assert snapshot(tmp_path) == before


def test_the_content_folder_itself_may_be_a_link(content: Path, tmp_path: Path) -> None:
    paths = make_site(content, 2)
    before = snapshot(content)
    (tmp_path / "link").symlink_to(content)
    assert apply(tmp_path / "link", paths).changed == paths
    assert undo(content).report.changed == paths
    assert snapshot(content) == before


def test_mode_and_owner_are_kept(content: Path) -> None:
    paths = make_site(content, 3)
    for path, mode in zip(paths, (0o640, 0o755, 0o666), strict=True):
        (content / path).chmod(mode)
    if os.geteuid() == 0:
        os.chown(content / paths[0], 12_345, 54_321)
    before = [(content / path).stat() for path in paths]
    apply(content, paths)
    after = [(content / path).stat() for path in paths]
    assert [(one.st_mode, one.st_uid, one.st_gid) for one in before] == [
        (one.st_mode, one.st_uid, one.st_gid) for one in after
    ]


def test_what_a_killed_run_left_is_removed_and_nothing_else(content: Path) -> None:
    paths = make_site(content, 2)
    left = content / "a" / f".recommender-01234567-{'0' * 32}.new"
    own = [content / "a" / ".recommender-notes.new", content / ".recommender.yaml"]
    for path in (left, *own):
        path.write_text("x")
    apply(content, paths)
    assert not left.exists()
    assert all(path.exists() for path in own)
    assert MARK in (content / paths[0]).read_text()
    assert replace.read_source(os.path.realpath(content), paths[0]).access.mode == 0o644 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_permissions_are_kept_and_a_file_is_refused_where_they_cannot_be(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = make_site(content, 2)
    try:
        os.setxattr(content / paths[0], "user.note", b"v")
    except (OSError, AttributeError) as error:
        pytest.skip(f"no extended attributes here: {error}")
    apply(content, paths)
    assert os.getxattr(content / paths[0], "user.note") == b"v"
    undo(content)

    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "setxattr", refused)
    before = (content / paths[0]).read_bytes()
    report = apply(content, paths)
    assert [(problem.path, problem.rule) for problem in report.problems] == [(paths[0], "permissions")]
    assert (content / paths[0]).read_bytes() == before
    assert report.changed == [paths[1]]


def test_one_undo_after_a_killed_undo_and_one_more_run(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = make_site(content, 8)
    before = {path: (content / path).read_bytes() for path in paths}
    apply(content, paths)
    put, calls = replace.os.replace, []

    def killed(source: str, target: str) -> None:
        calls.append(target)
        if len(calls) == 4:
            raise SystemExit("killed")
        put(source, target)

    monkeypatch.setattr(replace.os, "replace", killed)
    with pytest.raises(SystemExit):
        undo(content)
    monkeypatch.setattr(replace.os, "replace", put)
    assert apply(content, paths).resumed
    undo(content)
    assert {path: (content / path).read_bytes() for path in paths} == before
    with pytest.raises(InputError, match="no run"):
        undo(content)


def test_what_an_undo_leaves_can_be_taken_back_apart_from_what_comes_later(content: Path) -> None:
    paths = make_site(content, 2)
    before = {path: (content / path).read_bytes() for path in paths}
    apply(content, paths)
    applied = (content / paths[0]).read_bytes()
    (content / paths[0]).write_bytes(applied + b"edited\n")
    assert [problem.rule for problem in undo(content).report.problems] == ["edited"]
    assert not apply(content, paths[1:]).resumed
    undo(content)
    (content / paths[0]).write_bytes(applied)
    undo(content)
    assert {path: (content / path).read_bytes() for path in paths} == before
