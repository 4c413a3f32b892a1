from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import article

needs_signals = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@pytest.fixture(scope="module")
def large_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Large enough for worker processes."""
    content = tmp_path_factory.mktemp("large")
    text = "A cell is a small room in which water and salt and light are kept apart. " * 60
    for n in range(6_000):
        (content / f"{n}.md").write_text(article(f"a{n}", n, f"Question {n}?", text))
    return content


def children(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in found.stdout.split()]


@needs_signals
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_no_worker_lives_on(large_site: Path, tmp_path: Path, number: signal.Signals) -> None:
    output = tmp_path / "x.json"
    output.write_text("before")
    command = [
        sys.executable,
        "-m",
        "recommender",
        "links",
        str(large_site),
        "-o",
        str(output),
        "--no-cache",
        "-j",
        "2",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        end = time.monotonic() + 60
        # Besides the workers there is loky's tracker of resources.
        while len(children(process.pid)) < 3 and process.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        process.send_signal(number)
        # The pipe is at its end when the last process that holds it has ended.
        told, _ = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == -number
    assert output.read_text() == "before"
    if number is not signal.SIGKILL:
        # A worker that is just starting may complain that whoever started it was killed.
        assert b"Traceback" not in told
        assert sorted(path.name for path in tmp_path.iterdir()) == ["x.json"]


@needs_signals
def test_ctrl_c_while_the_commands_are_imported(tmp_path: Path) -> None:
    code = (
        "import builtins, os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "imported = builtins.__import__\n"
        "def importing(name, *rest):\n"
        "    if name == 'typer':\n"
        "        builtins.__import__ = imported\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "    return imported(name, *rest)\n"
        "builtins.__import__ = importing\n"
        "sys.argv = ['recommender', '--version']\n"
        "from recommender.cli import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "interrupted; no output was written\n"


@needs_signals
def test_ctrl_c_after_the_work_leaves_the_status_as_it_is(tmp_path: Path) -> None:
    code = (
        "import atexit, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "atexit.register(signal.raise_signal, signal.SIGINT)\n"
        "sys.argv = ['recommender', '--version']\n"
        "from recommender.cli import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("recommender ")


@needs_signals
def test_closed_streams_leave_the_status_as_it_is(small_site: Path, tmp_path: Path) -> None:
    output = tmp_path / "x.json"

    def run(*words: str | Path) -> int:
        command = ["bash", "-c", '"$@" <&- >&- 2>&-', "bash", sys.executable, "-m", "recommender", *map(str, words)]
        return subprocess.run(command, capture_output=True, check=False, timeout=120).returncode

    assert run("links", small_site, "-o", output, "-q", "--no-cache") == 0
    # Nothing that was meant for a stream is in the file instead.
    assert output.read_text().startswith('{"format":"recommender-links/2"')
    assert json.loads(output.read_text())["articles"]
    assert run("links", tmp_path / "none", "-o", output) == 2
