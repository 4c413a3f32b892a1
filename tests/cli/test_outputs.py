from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import article


def recommender(
    *arguments: str | Path, env: dict[str, str] | None = None, **how: Any
) -> subprocess.CompletedProcess[Any]:
    how = {"stdout": subprocess.PIPE, "text": True, **how}
    command = [sys.executable, "-m", "recommender", *map(str, arguments)]
    return subprocess.run(
        command, stderr=subprocess.PIPE, env={**os.environ, **(env or {})}, timeout=120, check=False, **how
    )


def test_what_cannot_be_shown_is_no_failure(small_site: Path) -> None:
    (small_site / "learn/osmosis.md").write_text(
        article("osmosis", 1, "What is osmosis \U0001f9ea in Größe?", "Water.")
    )
    narrow = {"PYTHONIOENCODING": "cp1252"}
    done = recommender("links", small_site, "-q", "-o", "-", env=narrow, text=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "\U0001f9ea in Größe" in done.stdout.decode("utf-8")
    shown = recommender("show", small_site, "1", env=narrow, text=False)
    assert shown.returncode == 0
    assert "osmosis ? in Größe".encode("cp1252") in shown.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("arguments", [["links", "-o", "-"], ["links", "-o", "/dev/full"], ["check"], ["show", "1"]])
def test_a_full_disk_is_an_error(small_site: Path, arguments: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        done = recommender(arguments[0], small_site, *arguments[1:], stdout=full)
    assert done.returncode == 2
    assert re.fullmatch(r"(.*\n)*error: .* cannot be written: No space left on device.*\n", done.stderr)


def test_a_closed_pipe_is_fine_and_a_closed_error_stream_changes_nothing(small_site: Path) -> None:
    def shell(script: str) -> int:
        command = [sys.executable, "-m", "recommender"]
        return subprocess.run(
            ["bash", "-c", script, "bash", *command, str(small_site)], capture_output=True, check=False
        ).returncode

    assert shell('"$1" "$2" "$3" links "$4" -o - 2>/dev/null | head -c 1; exit ${PIPESTATUS[0]}') == 0
    assert shell('"$1" "$2" "$3" links "$4" -o - 2> >(exec 0<&-) >/dev/null') == 0
    assert shell('"$1" "$2" "$3" links "$4" -o - 2>&- >/dev/null') == 0
    assert shell('"$1" "$2" "$3" links "$4" -o - >&-') == 2
    assert shell('"$1" "$2" "$3" links "$4-none" 2>&-') == 2
    assert shell('"$1" "$2" "$3" links "$4-none" 2> >(exec 0<&-)') == 2


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (
            "---\ntitle: A\nx: [" + "x," * 30_000 + "x]\n---\n",
            "1 with front matter larger or nested deeper than is read",
        ),
        ("---\ntitle: [\n---\n", "with front matter that is not valid"),
    ],
)
def test_a_folder_whose_files_all_are_broken_says_why(tmp_path: Path, text: str, cause: str) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "a.md").write_text(text)
    done = recommender("links", tmp_path / "content", "-o", tmp_path / "x.json")
    assert done.returncode == 2
    assert cause in done.stderr
    assert "a.md:3: " in done.stderr
