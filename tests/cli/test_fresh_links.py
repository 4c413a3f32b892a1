from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import recommender


def test_check_says_which_lists_are_out_of_date_and_writes_nothing(small_site: Path, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    done = recommender("links", small_site, "-o", file, "--check")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 6
    assert not file.exists()
    assert "x.json is out of date; bring it up to date with: recommender links" in done.stderr

    assert recommender("links", small_site, "-o", file).returncode == 0
    before = file.read_bytes()
    done = recommender("links", small_site, "-o", file, "--check")
    assert (done.returncode, done.stdout) == (0, "")
    assert "changed       0 of 6 lists" in done.stderr

    article = small_site / "learn" / "tariff.md"
    article.write_text(article.read_text().replace("A tax on imported goods", "A membrane of lipids around every cell"))
    done = recommender("links", small_site, "-o", file, "--check", "-q")
    assert done.returncode == 1
    assert "/learn/tariff: " in done.stdout
    assert file.read_bytes() == before


def test_changed_only_prints_keys_and_writes(small_site: Path, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    assert recommender("links", small_site, "-o", file, "-k", "2").returncode == 0
    done = recommender("links", small_site, "-o", file, "-k", "2", "--changed-only", "-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = recommender("links", small_site, "-o", file, "-k", "1", "--changed-only", "-q")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 6
    assert done.stdout.splitlines()[0] == "/learn/inflation"
    assert len(file.read_text().splitlines()) == 7


def test_there_must_be_a_file_to_compare_with(small_site: Path) -> None:
    done = recommender("links", small_site, "-o", "-", "--check")
    assert (done.returncode, done.stdout) == (2, "")
    assert "name it with -o" in done.stderr


@pytest.mark.parametrize("own", [(), ("--field", "suggested")])
def test_front_matter_that_does_not_hold_the_links(small_site: Path, tmp_path: Path, own: tuple[str, ...]) -> None:
    file = tmp_path / "x.json"
    article = small_site / "learn" / "tariff.md"
    before = article.read_text()
    check = ("links", small_site, "-o", file, "--check", "--front-matter", *own)
    done = recommender(*check, "-q")
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == "learn/inflation.md: its front matter does not hold these links"
    assert len(done.stdout.splitlines()) == 6
    assert f"then: recommender apply {file} {small_site}" in done.stderr

    assert recommender("links", small_site, "-o", file).returncode == 0
    assert recommender("apply", file, small_site, *own).returncode == 0
    done = recommender(*check)
    assert (done.returncode, done.stdout) == (0, "")
    assert "changed       0 of 6 lists" in done.stderr
    file.unlink()
    assert recommender(*check).returncode == 0

    article.write_text(before)
    done = recommender(*check, "-q")
    assert (done.returncode, done.stdout) == (1, "learn/tariff.md: its front matter does not hold these links\n")


def test_front_matter_is_for_check(small_site: Path) -> None:
    for options in (("--front-matter",), ("--check", "--field", "x")):
        done = recommender("links", small_site, *options)
        assert done.returncode == 2
        assert "give them together" in done.stderr
