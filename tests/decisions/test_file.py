"""The file of decisions: kills, several processes, and lines that are none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from recommender.decisions.file import Conflict, DecisionFile, parse_decisions
from recommender.decisions.record import Decision, dump_line, new_decision
from recommender.errors import OutputError, ProblemsError


def accept(target: str, source: str = "/a", who: str = "Ada") -> Decision:
    return new_decision(who, "accept", source=source, target=target)


def targets(file: DecisionFile, source: str = "/a") -> list[str | None]:
    return [decision.target for decision in file.standing.of_article(source)]


def test_nothing_is_written_before_the_first_decision(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    file = DecisionFile(path)
    assert not path.exists()
    file.append(lambda _: [accept("/b"), accept("/c")])
    assert targets(file) == targets(DecisionFile(path)) == ["/b", "/c"]
    assert len(path.read_bytes().splitlines()) == 2


def test_a_conflict_writes_nothing(tmp_path: Path) -> None:
    file = DecisionFile(tmp_path / "decisions.jsonl")
    file.append(lambda _: [accept("/b")])
    before = file.path.read_bytes()

    def refuse(_: object) -> list[Decision]:
        raise Conflict("stale")

    with pytest.raises(Conflict):
        file.append(refuse)
    assert file.path.read_bytes() == before


def test_what_another_process_added_is_seen_before_the_next_is_made(tmp_path: Path) -> None:
    one, other = DecisionFile(tmp_path / "d.jsonl"), DecisionFile(tmp_path / "d.jsonl")
    one.append(lambda _: [accept("/b")])
    seen: list[str] = []

    def look(standing: object) -> list[Decision]:
        seen.extend(str(target) for target in targets(other))
        return [accept("/c")]

    other.append(look)
    assert seen == ["/b"]
    assert one.refresh()
    assert not one.refresh()
    assert targets(one) == targets(other) == ["/b", "/c"]


@pytest.mark.parametrize("cut", [1, 9, 40, -2, -1])
def test_a_half_line_is_told_kept_and_closed(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "d.jsonl"
    half = dump_line(accept("/lost"))[: cut if cut > 0 else cut - 1]
    path.write_bytes(dump_line(accept("/b")) + half)
    file = DecisionFile(path)
    assert targets(file) == ["/b"]
    assert [(problem.line, problem.rule) for problem in file.cut_short] == [(2, "cut-short")]
    file.append(lambda _: [accept("/c")])
    assert path.read_bytes().splitlines()[1] == half
    again = DecisionFile(path)
    assert targets(file) == targets(again) == ["/b", "/c"]
    assert [problem.line for problem in again.cut_short] == [problem.line for problem in file.cut_short] == [2]


def test_a_whole_last_line_without_its_end_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    path.write_bytes(dump_line(accept("/b"))[:-1])
    file = DecisionFile(path)
    assert targets(file) == ["/b"]
    file.append(lambda _: [accept("/c")])
    assert targets(file) == targets(DecisionFile(path)) == ["/b", "/c"]


def test_bad_lines_are_all_named(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    path.write_bytes(dump_line(accept("/b")) + b"nothing\n\n" + b'{"v":1}\n')
    with pytest.raises(ProblemsError) as caught:
        DecisionFile(path)
    assert f"{path}:2:" in str(caught.value)
    assert f"{path}:4:" in str(caught.value)
    assert caught.value.exit_status == 2


def test_a_file_that_was_replaced_or_mended_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    file = DecisionFile(path)
    file.append(lambda _: [accept("/b"), accept("/c")])
    # As a checkout of another branch leaves it.
    beside = tmp_path / "other"
    beside.write_bytes(dump_line(accept("/x")) + dump_line(accept("/y")) + dump_line(accept("/z")))
    os.replace(beside, path)
    assert file.refresh()
    assert targets(file) == ["/x", "/y", "/z"]
    # As an editor's program that writes in place leaves it.
    path.write_bytes(dump_line(accept("/m")))
    assert file.refresh()
    assert targets(file) == ["/m"]
    path.unlink()
    assert file.refresh()
    assert targets(file) == []
    file.append(lambda _: [accept("/n")])
    assert targets(file) == ["/n"]


def test_what_cannot_be_written_is_an_error_that_says_so(tmp_path: Path) -> None:
    file = DecisionFile(tmp_path / "nowhere" / "d.jsonl")
    with pytest.raises(OutputError, match=r"d\.jsonl cannot be written"):
        file.append(lambda _: [accept("/b")])


WRITER = """
import sys
from pathlib import Path
from recommender.decisions.file import DecisionFile
from recommender.decisions.record import new_decision
file = DecisionFile(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[3])):
    file.append(lambda _: [new_decision(sys.argv[2], "accept", source="/a", target=f"/{sys.argv[2]}{number}")])
    print(number, flush=True)
"""


def writer(path: Path, who: str, count: int) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), who, str(count)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def start(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def test_two_processes_and_a_thread_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    file = DecisionFile(path)
    others = [writer(path, who, 40) for who in "bc"]
    for process in others:
        start(process)
    for number in range(40):
        file.append(lambda _, number=number: [accept(f"/a{number}")])
    for process in others:
        process.communicate(timeout=60)
        assert process.returncode == 0
    file.refresh()
    found = targets(file)
    assert sorted(map(str, found)) == sorted(f"/{who}{number}" for who in "abc" for number in range(40))
    # Each in its own order.
    assert all(
        [target for target in found if str(target)[1] == who] == [f"/{who}{number}" for number in range(40)]
        for who in "abc"
    )


def test_what_was_told_is_there_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    process = writer(path, "b", 100_000)
    start(process)
    assert process.stdout is not None
    told = [process.stdout.readline().strip() for _ in range(20)]
    process.send_signal(signal.SIGKILL)
    rest = process.communicate()[0].split()
    file = DecisionFile(path)
    found = targets(file)
    assert found[: len(told) + len(rest)] == [f"/b{number}" for number in [*told, *rest]]
    # One more at most: written, and killed before it was told.
    assert len(found) <= len(told) + len(rest) + 1
    file.append(lambda _: [accept("/after")])
    assert targets(DecisionFile(path))[-1] == "/after"


def test_a_writer_waits_for_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    one, other = DecisionFile(path), DecisionFile(path)
    order: list[str] = []
    begun = threading.Event()

    def slow(_: object) -> list[Decision]:
        begun.set()
        time.sleep(0.2)
        order.append("slow")
        return [accept("/slow")]

    def quick(_: object) -> list[Decision]:
        order.append("quick")
        return [accept("/quick")]

    thread = threading.Thread(target=lambda: one.append(slow))
    thread.start()
    begun.wait()
    other.append(quick)
    thread.join()
    assert order == ["slow", "quick"]
    assert targets(DecisionFile(path)) == ["/slow", "/quick"]


def test_every_prefix_of_a_file_can_be_read() -> None:
    whole = dump_line(accept("/b")) + dump_line(accept("/ü")) + dump_line(accept("/d"))
    lines = whole.splitlines(keepends=True)
    for end in range(len(whole) + 1):
        found = parse_decisions(whole[:end])
        complete = sum(len(b"".join(lines[: count + 1]).rstrip(b"\n")) <= end for count in range(3))
        assert len(found.decisions) == complete
        assert len(found.cut_short) <= 1
