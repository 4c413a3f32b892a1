from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from recommender.cli.watching import watch
from tests.cli.command import recommender
from tests.conftest import article

WriteSite = Callable[[dict[str, str]], Path]
_PATIENCE_SECONDS = 90.0
_AGAIN_SECONDS = 1.0


@pytest.fixture
def content(write_site: WriteSite) -> Path:
    topics = ["price and demand", "price and supply", "cells and tissue"]
    return write_site({f"{n}.md": article(f"a{n}", n, f"Of {topics[n]}", topics[n]) for n in range(3)})


def until(holds: Callable[[], bool], change: Callable[[], object] = bool) -> None:
    """Change something again and again, as an editor who saves a file, until it shows."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    changed_at = 0.0
    while not holds():
        assert time.monotonic() < deadline
        if time.monotonic() - changed_at > _AGAIN_SECONDS:
            change()
            changed_at = time.monotonic()
        time.sleep(0.05)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a single process")
def test_the_file_is_written_again_whenever_an_article_changes(content: Path, tmp_path: Path) -> None:
    output, errors = tmp_path / "links.json", tmp_path / "errors"
    command = [sys.executable, "-m", "recommender", "links", str(content), "-o", str(output), "--watch", "--quiet"]
    with open(errors, "w") as stream:
        process = subprocess.Popen([*command, "--cache-dir", str(tmp_path / "c")], stdout=stream, stderr=stream)
    try:
        until(output.exists)
        page = content / "1.md"
        text = page.read_text()
        until(
            lambda: "Of gold and silver" in output.read_text(),
            lambda: page.write_text(text.replace("Of price and supply", "Of gold and silver")),
        )
        good = output.read_bytes()
        wrong = content / "recommender.yaml"
        until(lambda: "stays as it is" in errors.read_text(), lambda: wrong.write_text("views: nonsense"))
        assert output.read_bytes() == good
        wrong.unlink()
        until(
            lambda: output.stat().st_size > 0 and "Of iron" in output.read_text(),
            lambda: page.write_text(text.replace("Of price and supply", "Of iron")),
        )
        process.send_signal(signal.SIGINT)
        assert process.wait(_PATIENCE_SECONDS) == 0
    finally:
        process.kill()


def test_an_edit_during_the_first_run_counts(content: Path, tmp_path: Path) -> None:
    runs = []

    def first() -> None:
        runs.append("first")
        (content / "1.md").write_text(article("a1", 1, "Of gold and silver", "gold"))

    def run() -> None:
        runs.append("again")
        raise KeyboardInterrupt

    watch(content, tmp_path / "links.json", first, run)
    assert runs == ["first", "again"]


@pytest.mark.parametrize("other", [["--check"], ["--changed-only"], ["-o", "-"], ["--previous", "old.json"]])
def test_watching_is_for_a_file(content: Path, other: list[str]) -> None:
    done = recommender("links", content, "--watch", *other)
    assert done.returncode == 2
    assert "--watch writes a links file again" in done.stderr


def test_of_a_table_its_own_changes_matter_also_where_another_file_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "articles.jsonl"
    table.write_text('{"title": "A"}\n')
    seen: dict[str, Any] = {}

    def changes(place: Path, **how: Any) -> Iterator[set[object]]:
        seen.update(how, place=place)
        yield set()

    monkeypatch.setattr("watchfiles.watch", changes)
    watch(table, tmp_path / "links.json", lambda: None, lambda: None)
    assert (seen["place"], seen["recursive"]) == (tmp_path, False)
    assert [seen["watch_filter"](1, str(tmp_path / name)) for name in ("articles.jsonl", "links.json")] == [True, False]
    watch(tmp_path, tmp_path / "links.json", lambda: None, lambda: None)
    assert (seen["place"], seen["recursive"]) == (tmp_path, True)
    assert [seen["watch_filter"](1, str(tmp_path / name)) for name in ("a.md", "links.json")] == [True, False]


def test_a_signal_whose_exception_was_lost_ends_it(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    is_interrupted = threading.Event()

    def run() -> None:
        runs.append(1)
        is_interrupted.set()

    monkeypatch.setattr("watchfiles.watch", lambda *_, **__: iter([set(), {1}, set(), {1}]))
    monkeypatch.setattr("recommender.cli.watching.IS_INTERRUPTED", is_interrupted)
    watch(content, content / "links.json", lambda: None, run)
    assert runs == [1]
