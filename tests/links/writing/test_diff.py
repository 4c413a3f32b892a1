from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings

from recommender.links.front_matter import edit_links
from recommender.links.writing.stage import unified_diff
from tests.links.front_matter.front_matters import Case, cases


def test_a_last_line_without_an_end_is_marked() -> None:
    assert unified_diff("a b.md", "x\ny", "x\nz\n") == (
        "--- a/a b.md\n+++ b/a b.md\n@@ -1,2 +1,2 @@\n x\n-y\n\\ No newline at end of file\n+z\n"
    )


def test_nothing_changed_is_no_diff() -> None:
    assert unified_diff("a.md", "x\r\ny", "x\r\ny") == ""


@pytest.mark.skipif(shutil.which("git") is None, reason="no git")
@settings(max_examples=25, deadline=None)
@given(cases())
def test_git_applies_it(tmp_path_factory: pytest.TempPathFactory, case: Case) -> None:
    after = edit_links(case.text, case.slots, case.related).text
    diff = unified_diff("a.md", case.text, after)
    if not diff:
        assert after == case.text
        return
    folder = tmp_path_factory.mktemp("git")
    (folder / "a.md").write_bytes(case.text.encode())
    apply(folder, diff)
    assert (folder / "a.md").read_bytes() == after.encode()


def apply(folder: Path, diff: str) -> None:
    command = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"]
    subprocess.run(
        command,
        input=diff.encode(),
        cwd=folder,
        check=True,
        env={"GIT_CEILING_DIRECTORIES": str(folder.parent), "PATH": "/usr/bin:/bin:/usr/local/bin"},
    )
