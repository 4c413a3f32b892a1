from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from recommender.links.formats import load_links, save_links
from recommender.links.record import LinksFile, Related
from tests.cli.command import recommender
from tests.conftest import article
from tests.links.writing.helpers import snapshot

WriteSite = Callable[[dict[str, str]], Path]


@pytest.fixture
def links(small_site: Path, tmp_path: Path) -> Path:
    """The links file of the small site, best two of each."""
    path = tmp_path / "links.json"
    assert recommender("links", small_site, "-k", "2", "-o", path, "-q").returncode == 0
    return path


def test_links_go_into_the_front_matter_and_come_out_again(small_site: Path, links: Path) -> None:
    before = snapshot(small_site)
    done = recommender("apply", links, small_site)
    assert (done.returncode, done.stderr) == (0, "")
    assert "articles      6 of 6 files (0 read anew)" in done.stdout
    assert re.search(r"links         \d+ new, 5 kept\n", done.stdout)
    assert re.search(r"files         \d changed, \d as they should be\n", done.stdout)
    assert f"next          recommender undo {small_site}  # take it back\n" in done.stdout
    after = snapshot(small_site)
    neuron = after["learn/neuron.md"].decode()
    assert neuron.count("related_article") == 2
    # In the style of the other files: four columns, and the title plain.
    assert re.search(
        r"url: /learn/neuron\nrelated_article1:\n    title: What .*\n    url: /learn/\w+\n    id: \d\n", neuron
    )
    assert neuron.endswith("---\n\n&nbsp;\n")
    again = recommender("apply", links, small_site)
    assert "files         0 changed, 6 as they should be" in again.stdout
    assert snapshot(small_site) == after
    undone = recommender("undo", small_site)
    assert undone.returncode == 0
    assert re.search(rf"taken back    apply {re.escape(str(links))} \(\d{{4}}-\d\d-\d\dT[\d:]+\+00:00\)", undone.stdout)
    assert snapshot(small_site) == before
    nothing = recommender("undo", small_site)
    assert nothing.returncode == 2
    assert "no run over" in nothing.stderr


def test_a_dry_run_prints_a_diff_that_says_what_a_run_does(small_site: Path, links: Path, tmp_path: Path) -> None:
    before = snapshot(small_site)
    diff = recommender("apply", links, small_site, "--dry-run")
    assert diff.returncode == 0
    assert diff.stdout.startswith("--- a/learn/")
    assert "would change" in diff.stderr
    assert snapshot(small_site) == before
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", small_site, copy], check=True)
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(tmp_path)}
    subprocess.run(["git", "apply", "-"], input=diff.stdout, text=True, cwd=copy, check=True, env=environment)
    recommender("apply", links, small_site, "-q")
    assert snapshot(copy) == snapshot(small_site)
    assert recommender("apply", links, small_site, "-n").stdout == ""


def test_quiet_says_nothing(small_site: Path, links: Path) -> None:
    for verb in (["apply", links, small_site, "-q"], ["undo", small_site, "-q"]):
        done = recommender(*verb)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_overwrite_and_remove_give_exactly_the_list(small_site: Path, links: Path) -> None:
    done = recommender("apply", links, small_site, "--overwrite", "--remove", "--no-cache")
    assert done.returncode == 0
    wanted = {one.key: [related.key for related in one.related] for one in load_links(links).articles}
    for path, raw in snapshot(small_site).items():
        key = "/" + path.removesuffix(".md")
        assert re.findall(r"^    url: (\S+)$", raw.decode(), re.MULTILINE) == wanted[key]


def test_suggestions_in_a_field_of_their_own(small_site: Path, links: Path) -> None:
    before = snapshot(small_site)
    assert recommender("apply", links, small_site, "--field", "suggested").returncode == 0
    tariff = snapshot(small_site)["learn/tariff.md"].decode()
    original = before["learn/tariff.md"].decode()
    # Both curated links are proposed, too, and are not suggested again.
    wanted = next(one for one in load_links(links).articles if one.key == "/learn/tariff")
    new = [one for one in wanted.related if one.key not in original]
    assert tariff.count("  - id: ") == len(new)
    assert all(line in tariff.splitlines() for line in original.splitlines())
    # A field of its own follows the links file: with none left it goes.
    articles = [replace(one, related=()) for one in load_links(links).articles]
    save_links(LinksFile("x", 2, tuple(articles)), links)
    assert recommender("apply", links, small_site, "--field", "suggested").returncode == 0
    assert snapshot(small_site) == before


def test_what_was_edited_since_is_left_and_the_rest_taken_back(small_site: Path, links: Path) -> None:
    before = snapshot(small_site)
    recommender("apply", links, small_site, "-q")
    neuron = small_site / "learn" / "neuron.md"
    neuron.write_text(neuron.read_text() + "An editor was here.\n")
    edited = neuron.read_bytes()
    done = recommender("undo", small_site)
    assert done.returncode == 2
    assert "error: 1 file not taken back:" in done.stderr
    assert "learn/neuron.md: the file was edited since; it is left as it is [edited]" in done.stderr
    assert snapshot(small_site) == {**before, "learn/neuron.md": edited}
    # With that edit taken back by hand, undo finishes the job.
    neuron.write_bytes(edited.removesuffix(b"An editor was here.\n"))
    assert recommender("undo", small_site).returncode == 0
    assert snapshot(small_site) == before


def test_links_that_cannot_be_written_are_reported(small_site: Path, links: Path) -> None:
    found = load_links(links)
    first, *others = found.articles
    nowhere = Related("/learn/gone", 9, "Gone", None, "/learn/gone", 0.5)
    longer = replace(first, related=(nowhere, *first.related))
    articles = (longer, *others, replace(first, key="/learn/unknown"))
    save_links(LinksFile(found.model, found.k, articles), links)
    before = snapshot(small_site)
    strict = recommender("apply", links, small_site, "--strict")
    assert strict.returncode == 2
    assert "2 problems, nothing was written (--strict)" in strict.stderr
    assert snapshot(small_site) == before
    done = recommender("apply", links, small_site)
    assert done.returncode == 0
    assert "warning: /learn/unknown: no article of the site has this key" in done.stderr
    assert "the links file links /learn/gone, which is no article here [unknown-target]" in done.stderr


def test_a_layout_that_is_not_edited_is_an_error_with_its_line(write_site: WriteSite, tmp_path: Path) -> None:
    odd = "base: &b {url: /one}\n? related_article1\n: *b"
    content = write_site(
        {
            f"{name}.md": article(name, number, f"Why {name}?", f"Cells and {name}.", extra=extra)
            for number, (name, extra) in enumerate([("one", ""), ("two", odd), ("three", "")])
        }
    )
    links = tmp_path / "links.json"
    recommender("links", content, "-o", links, "-q")
    before = snapshot(content)
    done = recommender("apply", links, content, "--overwrite")
    assert done.returncode == 2
    assert re.search(r"error: 1 file not written:\n  two\.md:13: .* \[unsupported-layout\]", done.stderr)
    assert snapshot(content)["two.md"] == before["two.md"]
    assert snapshot(content)["one.md"] != before["one.md"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.json", "{site}"], "expected a links file at none.json"),
        (["{links}", "none"], "expected a folder of articles at none"),
        (["{links}", "{site}", "--field", "related_article2"], "--field must be a name of its own"),
        (["{links}", "{site}", "--field", "x", "--remove"], "--overwrite and --remove are for curated links"),
        (["{links}", "{site}", "--field", "a..b"], "--field must be a name of its own"),
        (["{links}", "{site}", "--field", ""], "--field must be a name of its own"),
        (["{links}", "{site}", "--config", "{no_field}"], "related.field: null"),
    ],
)
def test_wrong_input(small_site: Path, tmp_path: Path, arguments: list[str], message: str) -> None:
    links = tmp_path / "links.json"
    save_links(LinksFile("x", 2, ()), links)
    (tmp_path / "no.yaml").write_text("related: {field: null}\n")
    before = snapshot(small_site)
    filled = [one.format(site=small_site, links=links, no_field=tmp_path / "no.yaml") for one in arguments]
    done = recommender("apply", *filled, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert snapshot(small_site) == before


def test_files_with_crlf_and_without_a_last_line_end_keep_them(write_site: WriteSite, tmp_path: Path) -> None:
    text = "---\r\nid: {0}\r\ntitle: T {0}\r\nquestion: Q {0}?\r\nanswer: A cell {0}.\r\nurl: /{0}\r\n---\r\nbody"
    content = write_site({f"{n}.md": "\ufeff" + text.format(n) for n in range(4)})
    links = tmp_path / "links.json"
    recommender("links", content, "-o", links, "-q", "--near-duplicates")
    assert recommender("apply", links, content).returncode == 0
    for path, raw in snapshot(content).items():
        assert b"related_article3:\r\n" in raw
        assert raw.count(b"\n") == raw.count(b"\r\n")
        assert raw.startswith("\ufeff---\r\n".encode())
        assert raw.endswith(b"\r\n---\r\nbody"), path


def test_ctrl_c_names_the_way_on_and_the_way_back(write_site: WriteSite, tmp_path: Path) -> None:
    content = write_site({f"{n}.md": article(f"a{n}", n, f"Question {n}?", "A cell.") for n in range(200)})
    links = tmp_path / "links.json"
    recommender("links", content, "-o", links, "-q")
    before = snapshot(content)
    code = (
        "import os, signal\nfrom recommender.links.writing import edits\n"
        "edits._FILES_PER_SYNC, real, done = 64, edits._put_in_place, []\n"
        "def put(*arguments):\n"
        "    if done: os.kill(os.getpid(), signal.SIGINT)\n"
        "    real(*arguments); done.append(1)\n"
        "edits._put_in_place = put\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"import sys; sys.argv = ['recommender', 'apply', {str(links)!r}, {str(content)!r}]\n"
        "from recommender.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 130
    assert re.search(
        r"error: interrupted: 64 files were changed; run again to go on, or .*recommender undo", done.stderr
    )
    assert "Traceback" not in done.stderr
    resumed = recommender("apply", links, content)
    assert "resumed       the last run was interrupted" in resumed.stdout
    assert "files         136 changed" in resumed.stdout
    assert recommender("undo", content).returncode == 0
    assert snapshot(content) == before


def test_the_hint_takes_the_run_back_wherever_its_journal_is(small_site: Path, tmp_path: Path) -> None:
    links, state = tmp_path / "x.json", tmp_path / "my state"
    assert recommender("links", small_site, "-q", "-o", links).returncode == 0
    before = {path: path.read_bytes() for path in small_site.rglob("*.md")}
    done = recommender("apply", links, small_site, "--state-dir", state)
    hint = next(line for line in done.stdout.splitlines() if line.endswith("# take it back"))
    command = shlex.split(hint.removeprefix("next"), comments=True)
    assert command == ["recommender", "undo", str(small_site), "--state-dir", str(state)]
    assert recommender(*command[1:]).returncode == 0
    assert {path: path.read_bytes() for path in small_site.rglob("*.md")} == before


def test_swapped_arguments_are_told_apart(small_site: Path, tmp_path: Path) -> None:
    links = tmp_path / "x.json"
    links.write_text("{}")
    done = recommender("apply", small_site, links)
    assert done.returncode == 2
    assert f"give: recommender apply {links} {small_site}" in done.stderr


def test_a_links_file_with_a_number_of_places_out_of_range_takes_no_link_away(small_site: Path, tmp_path: Path) -> None:
    links = tmp_path / "x.json"
    assert recommender("links", small_site, "-q", "-o", links).returncode == 0
    links.write_text(links.read_text().replace('"k":5', '"k":-5'))
    before = {path: path.read_bytes() for path in small_site.rglob("*.md")}
    done = recommender("apply", links, small_site, "--overwrite", "--remove")
    assert done.returncode == 2
    assert f"{links}:1 is not a links file" in done.stderr
    assert {path: path.read_bytes() for path in small_site.rglob("*.md")} == before
