"""`recommender review`: what it refuses before it serves. What it serves is tested in `tests/review`."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.cli.command import recommender


def refused(*arguments: str | Path) -> str:
    """What a run that is refused says."""
    done = recommender("review", *arguments, "--no-cache", "-j", "1")
    assert done.returncode == 2, done.stderr
    return done.stderr


def test_no_such_folder(tmp_path: Path) -> None:
    assert "expected a folder of articles" in refused(tmp_path / "nowhere", "--port", "0")


def test_only_this_machine_is_served(small_site: Path) -> None:
    for host in ("0.0.0.0", "::", "192.168.1.1", "example.org", ""):
        assert "review serves this machine alone" in refused(small_site, "--host", host, "--port", "0")


def test_a_port_in_use_is_told_before_the_work(small_site: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = refused(small_site, "--port", str(port))
    assert f"port {port} of 127.0.0.1 cannot be used" in told
    assert "--port" in told


@pytest.mark.parametrize("name", ["decisions.jsonl", "other.jsonl"])
def test_lines_that_are_no_decisions(small_site: Path, name: str) -> None:
    path = small_site / name
    path.write_text('{"v":1}\n')
    # The one in the content folder is found; another is named.
    named = () if name == "decisions.jsonl" else ("--decisions", path)
    told = refused(small_site, "--port", "0", *named)
    assert f"{path}:1: expected a decision" in told


def test_decisions_need_a_folder(small_site: Path, tmp_path: Path) -> None:
    told = refused(small_site, "--port", "0", "--decisions", tmp_path / "no" / "d.jsonl")
    assert f"expected a folder for decisions at {tmp_path / 'no'}" in told


def test_an_output_that_is_no_links_file(small_site: Path) -> None:
    assert "expected a file name that ends in" in refused(small_site, "--port", "0", "-o", "links.txt")


def test_a_site_without_articles(tmp_path: Path) -> None:
    assert "expected articles in" in refused(tmp_path, "--port", "0")
