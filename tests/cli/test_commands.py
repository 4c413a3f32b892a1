from __future__ import annotations

import importlib
import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from recommender.links.formats import load_links
from tests.cli.command import recommender, recommender_process
from tests.conftest import ROOT, article

FAULTS = ROOT / "tests" / "faults"
WriteSite = Callable[[dict[str, str]], Path]


def test_links_writes_a_file_and_says_so(small_site: Path, tmp_path: Path) -> None:
    done = recommender_process("links", small_site, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(load_links(tmp_path / "related-links.json").articles) == 6
    assert "articles      6 of 6 files (6 read anew)" in done.stdout
    assert re.search(r"links         30 proposed for 6 articles \(model english-static\)", done.stdout)
    assert re.search(r"peak memory   [\d,]+ MiB", done.stdout)
    assert "\nwritten       related-links.json\n" in done.stdout
    assert f"next          recommender show {small_site} 4  # look at one article\n" in done.stdout
    assert done.stdout.endswith(f"              recommender evaluate {small_site}  # measure\n")
    assert done.stderr == ""
    assert "\x1b" not in done.stdout


def test_quiet_and_standard_output(small_site: Path, tmp_path: Path) -> None:
    quiet = recommender("links", small_site, "-q", "-o", tmp_path / "x.json")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    out = recommender("links", small_site, "-o", "-")
    assert json.loads(out.stdout)["format"] == "recommender-links/2"
    assert "30 proposed" in out.stderr


def test_options_reach_the_list(small_site: Path, tmp_path: Path) -> None:
    done = recommender("links", small_site, "-k", "1", "--only-missing", "-o", tmp_path / "x.jsonl")
    assert done.returncode == 0
    found = load_links(tmp_path / "x.jsonl").articles
    assert [(one.key, len(one.related)) for one in found] == [("/learn/money", 1), ("/learn/neuron", 1)]
    assert recommender("links", small_site, "--min-score", "2", "-o", tmp_path / "y.json").returncode == 0
    assert all(one.related == () for one in load_links(tmp_path / "y.json").articles)


def test_who_takes_part_is_told_and_obeyed(small_site: Path, tmp_path: Path) -> None:
    rules = ("--sources", "group=biology", "--targets", "group!=Economics", "--targets", "group!=Physics")
    done = recommender("links", small_site, *rules, "--today", "2024-11-28", "-o", tmp_path / "x.json")
    assert done.returncode == 0
    assert "no links for  3 by their group" in done.stdout
    assert "not proposed  3 by their group" in done.stdout
    assert "warning: no article is in the group 'Physics'" in done.stderr
    found = load_links(tmp_path / "x.json").articles
    assert [one.key for one in found] == ["/learn/membrane", "/learn/neuron", "/learn/osmosis"]
    assert {related.subject for one in found for related in one.related} == {"Biology"}
    early = recommender("links", small_site, "--today", "2024-11-27", "-o", tmp_path / "y.json")
    assert "not proposed  6 with a date in the future" in early.stdout
    wrong = recommender("links", small_site, "--targets", "grup=Biology", "-o", tmp_path / "z.json")
    assert wrong.returncode == 2
    assert "did you mean group?" in wrong.stderr


def test_near_duplicates_are_told(data_with_copy: Path, tmp_path: Path) -> None:
    done = recommender("links", data_with_copy, "-o", tmp_path / "links.json")
    assert re.search(r"duplicates    \d+ kept out of lists", done.stdout)


def test_the_selection_is_told_and_obeyed(data: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    done = recommender("links", data, "--max-inbound", "8", "--min-inbound", "1", "--hubs", "csls", "-o", first)
    assert done.returncode == 0
    assert "link graph    an article is named by 8 lists at most" in done.stdout
    assert "0 of 140 by none" in done.stdout
    again = recommender("links", data, "--previous", first, "--min-precision", "95%", "-o", second)
    assert re.search(r"churn         \d+\.\d% of 700 links, \d+ of 140 lists", again.stdout)
    assert re.search(
        r"floor         0\.\d+: a pair that scores so much is like pairs that editors linked", again.stdout
    )
    assert re.search(r"empty places  [1-9]", again.stdout)
    old = recommender("links", data, "--previous", first, "--frozen-before", "2030-01-01", "-o", second)
    assert old.returncode == 0
    assert load_links(second) == load_links(first)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--hubs", "clss"), "did you mean csls?"),
        (("--min-precision", "high"), "expected a share such as 0.9, 90% or '9 in 10'; found 'high'"),
        (("--max-inbound", "2", "--min-inbound", "3"), "links.max_inbound must be no less than min_inbound"),
        (("--frozen-before", "2024-01-01"), "--previous FILE"),
        (("--previous", "nowhere.json"), "expected a links file at nowhere.json"),
    ],
)
def test_wrong_rules_end_with_2(small_site: Path, tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    done = recommender("links", small_site, *arguments, "-o", tmp_path / "x.json")
    assert (done.returncode, message in done.stderr) == (2, True)
    assert not (tmp_path / "x.json").exists()


def test_duplicates_for_an_editor(data_with_copy: Path, tmp_path: Path) -> None:
    shown = recommender("duplicates", data_with_copy)
    assert shown.returncode == 0
    assert shown.stdout.startswith("1. Why do losses hurt more than equal gains please?\n   1.000  learn/psychology/")
    assert "\n   1.000  learn/economics/a-copy.md" in shown.stdout
    assert "2 articles in 1 cluster\n" in shown.stderr
    assert recommender("duplicates", data_with_copy, "-q", "-o", tmp_path / "x.json").stdout == ""
    found = json.loads((tmp_path / "x.json").read_text())
    assert [len(cluster) for cluster in found["clusters"]] == [2]


def test_bad_files_are_reported_and_the_run_goes_on(tmp_path: Path) -> None:
    done = recommender("links", FAULTS, "-o", tmp_path / "x.json")
    assert done.returncode == 0
    assert "left out      6 that cannot be used, 1 without front matter" in done.stdout
    assert "not proposed  1 with no_index" in done.stdout
    assert re.search(r"warning: broken-yaml\.md:\d+: front matter is not valid YAML: .*\[invalid-yaml\]", done.stderr)


def test_strict_makes_them_an_error_and_writes_nothing(tmp_path: Path) -> None:
    done = recommender("links", FAULTS, "--strict", "-o", tmp_path / "x.json")
    assert done.returncode == 2
    assert "6 files cannot be used" in done.stderr
    assert "invalid-utf8.md:4" in done.stderr or "invalid-utf8.md:5" in done.stderr
    assert not (tmp_path / "x.json").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["links", "nowhere"], "error: expected a folder of articles at nowhere; found nothing there"),
        (["links", ".", "-o", "x.txt"], "ends in .json"),
        (["links", ".", "--config", "none.yaml"], "expected a configuration at none.yaml"),
        (["links", ".", "-k", "0"], "expected a whole number from 1 to 10,000; found '0'"),
        (["links", ".", "--colour"], "No such option"),
        (["show", ".", "anything"], "expected articles in .; the folder holds no files"),
    ],
)
def test_wrong_input_is_a_message_and_status_2(tmp_path: Path, arguments: list[str], message: str) -> None:
    done = recommender(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert message in re.sub(r"\s*[│╭╮╰╯─]+\s*", " ", done.stderr)
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == []


def test_a_model_that_is_not_there(small_site: Path, tmp_path: Path) -> None:
    done = recommender("links", small_site, "--model", "no-such-model", cwd=tmp_path)
    assert done.returncode == 2
    assert "no-such-model" in done.stderr


def test_an_output_that_cannot_be_written(small_site: Path, tmp_path: Path) -> None:
    done = recommender("links", small_site, "-o", "none/x.json", cwd=tmp_path)
    assert done.returncode == 2
    assert "none/x.json cannot be written: there is no folder" in done.stderr


@pytest.mark.parametrize("command", ["links", "check", "evaluate", "duplicates"])
def test_a_folder_without_an_article_is_wrong_input_and_the_last_good_file_stays(tmp_path: Path, command: str) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "notes.txt").write_text("Nothing.")
    (tmp_path / "x.json").write_text("good")
    done = recommender(command, "content", *(["-o", "x.json"] if command == "links" else []), cwd=tmp_path)
    assert done.returncode == 2
    assert "expected articles in content; none of its 1 files is one: 1 .txt not read" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "x.json").read_text() == "good"


@pytest.mark.parametrize("name", ["/learn/osmosis", "1", "what is  OSMOSIS?", "learn/osmosis.md"])
def test_show_finds_an_article_by_any_name(small_site: Path, name: str) -> None:
    done = recommender("show", small_site, name, "-k", "2")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("What is osmosis?  (Biology)\n/learn/osmosis\n")
    assert re.search(r"curated +score +proposed +score", done.stdout)
    assert re.search(r"● What is a cell membrane\? Biology +0\.\d{3} +● What is a cell membrane\?", done.stdout)


def test_show_takes_anything_else_as_a_text(small_site: Path) -> None:
    done = recommender("show", small_site, "rising prices of goods", "-k", "1")
    assert "No article is called rising prices of goods" in done.stdout
    assert "What causes inflation?" in done.stdout or "What is a tariff?" in done.stdout


def test_article_text_is_not_taken_for_markup(write_site: WriteSite) -> None:
    content = write_site({f"{n}.md": article(f"a{n}", n, f"[red]What[/] is [link]{n}?", "A cell.") for n in range(2)})
    done = recommender("show", content, "0")
    assert done.stdout.startswith("[red]What[/] is [link]0?")


def test_help_is_quick_because_nothing_heavy_is_imported() -> None:
    code = (
        "import sys; from recommender.cli.app import app; "
        "print([name for name in ('numpy', 'yaml', 'torch', 'faiss', 'scipy', 'joblib') if name in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_the_default_run_needs_no_torch(small_site: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from recommender import open_site, recommend; "
        f"recommend(open_site({str(small_site)!r}, use_cache=False)); "
        "print([name for name in ('torch', 'transformers', 'sentence_transformers', 'sklearn') if name in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_progress_is_drawn_on_a_terminal(small_site: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [
        sys.executable,
        "-m",
        "recommender",
        "links",
        str(small_site),
        "-o",
        str(tmp_path / "x.json"),
        "--no-cache",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    assert process.wait() == 0
    assert b"\x1b[" in shown


def test_an_import_that_ctrl_c_breaks_is_told_as_ctrl_c(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise ImportError("a module failed to load") from None

    module = importlib.import_module("recommender.cli.endings")
    monkeypatch.setattr(importlib.import_module("recommender.cli.app"), "app", broken)
    monkeypatch.setattr("recommender.cli.streams.guard_streams", lambda: None)
    monkeypatch.setattr(module, "_is_over", threading.Event())
    monkeypatch.setattr(module, "_is_interrupted", threading.Event())
    monkeypatch.setattr(module, "_received", [])
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(SystemExit) as end:
            module.main()
    finally:
        signal.signal(signal.SIGINT, before)
    assert end.value.code == 130
    assert "interrupted" in capsys.readouterr().err


def interrupted_links(content: Path, output: Path, seconds: float) -> tuple[int, str]:
    """Exit status and messages of `links` that gets Ctrl-C so long after it first listens for it."""
    code = (
        "import signal; install = signal.signal; install(signal.SIGINT, signal.default_int_handler); "
        "from recommender.cli import main; "
        "signal.signal = lambda *given: (install(*given), print('begun', flush=True))[0]; main()"
    )
    command = [sys.executable, "-c", code, "links", str(content), "-o", str(output), "--no-cache"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    time.sleep(seconds)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    return process.returncode, stderr


@pytest.mark.parametrize("seconds", [0.0, 0.2, 0.7, 1.2])
def test_ctrl_c_leaves_nothing_half_written(write_site: WriteSite, tmp_path: Path, seconds: float) -> None:
    text = "A cell is a small room in which water and salt and light are kept apart. " * 60
    content = write_site({f"{n}.md": article(f"a{n}", n, f"Question {n}?", text) for n in range(6_000)})
    output = tmp_path / "x.json"
    output.write_text("before")
    # A signal while workers are started is not seen, and comes too late where the machine is quick: then once more.
    for attempt in range(5):
        status, stderr = interrupted_links(content, output, seconds * 0.9**attempt)
        if status != 0:
            break
        output.write_text("before")
    assert status == 130
    assert "interrupted" in stderr
    assert "Traceback" not in stderr
    assert output.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["content", "x.json"]
