from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from recommender.errors import OutputError
from recommender.files import check_writable, write_output, write_whole

needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")


def test_a_device_stays_a_device() -> None:
    device = Path(os.devnull)
    before = device.stat()
    write_whole(device, [b"text"])
    assert stat.S_ISCHR(device.stat().st_mode)
    assert device.stat().st_ino == before.st_ino


def test_a_named_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    write_output(pipe, [b"one ", b"two" * 100_000])
    reader.join()
    assert got == [b"one " + b"two" * 100_000]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@needs_full
def test_a_full_device_is_an_error() -> None:
    with pytest.raises(OutputError, match="No space left"):
        write_output("/dev/full", [b"text"])


def test_a_read_only_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("before")
    path.chmod(0o444)
    for write in (check_writable, lambda place: write_output(place, [b"after"])):
        with pytest.raises(OutputError, match="read-only"):
            write(path)
    assert path.read_text() == "before"
    assert [one.name for one in tmp_path.iterdir()] == ["x.json"]


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="it is a folder"):
        write_output(tmp_path, [b""])


def test_a_hyphen_is_standard_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_output("-", ["Größe".encode(), b"\n"])
    assert capfdbinary.readouterr().out == "Größe\n".encode()
    assert list(tmp_path.iterdir()) == []
