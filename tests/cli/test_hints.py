from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from recommender.cli.app import app
from tests.cli.command import recommender
from tests.conftest import ROOT, article

COMMANDS: Any = get_command(app)
# Options of all commands, or of other programs.
OF_OTHERS = {"--help", "--version", "--force-reinstall", "--local-dir", "--head", "--num-cpus"}
_NAMED = re.compile(r"(?<![\w/.-])recommender ([a-z]+)((?: (?!with\b)[^\s#;:`)]+)*)")
_RECOMMENDED = re.compile(r"recommender (?:[a-z]+) .*?(?=  # |$|; or |; then|, then: )", re.MULTILINE)


def options(verb: str) -> set[str]:
    found = COMMANDS.commands[verb].params
    return {name for one in found for name in (*one.opts, *one.secondary_opts) if name.startswith("-")}


def texts() -> Iterator[tuple[str, str]]:
    """All texts of the program with their places; what is put into one is called X."""
    for path in sorted((ROOT / "recommender").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)) if " --" in source or "recommender " in source else ():
            text = None
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
            elif isinstance(node, ast.JoinedStr):
                text = "".join(str(one.value) if isinstance(one, ast.Constant) else "X" for one in node.values)
            if text is not None:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", text


def test_texts_name_commands_and_options_that_there_are() -> None:
    every = set().union(*map(options, COMMANDS.commands)) | OF_OTHERS
    named, wrong = 0, []
    for place, text in texts():
        for verb, rest in _NAMED.findall(text):
            if verb in COMMANDS.commands:
                named += 1
                unknown = set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", rest)) - options(verb) - OF_OTHERS
                wrong += [f"{place}: {verb} has no {one}" for one in unknown]
        if " " in text.strip():
            unknown = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+\b", text)) - every
            wrong += [f"{place}: no command has {one}" for one in unknown]
    assert wrong == []
    assert named > 30


@pytest.fixture
def site(write_site: Callable[[dict[str, str]], Path]) -> Path:
    """A site in a folder whose name has a space, with one link whose title is no longer its target's."""
    topics = ("price and demand", "price and supply", "cells and tissue")
    files = {f"{n}.md": article(f"a{n}", n, f"Of {topics[n]}", topics[n]) for n in range(3)}
    files["3.md"] = article("a3", 3, "Of markets", "Price and market.", links=("a1",))
    return write_site(files, "my site")


def recommended(told: str) -> list[str]:
    return [command.strip() for command in _RECOMMENDED.findall(told)]


def test_what_is_recommended_does_what_is_said(site: Path, tmp_path: Path) -> None:
    conf, state, out = tmp_path / "conf.yaml", tmp_path / "a state", "the links.json"

    def run(*words: str | Path) -> tuple[str, list[str]]:
        done = recommender(*words, cwd=tmp_path)
        assert done.returncode in (0, 1), done.stderr
        told = done.stdout + done.stderr
        return told, recommended(told)

    def follow(command: str) -> tuple[str, list[str]]:
        return run(*shlex.split(command)[1:])

    def the(verb: str, found: list[str]) -> str:
        return next(one for one in found if one.startswith(f"recommender {verb} "))

    told, found = run("init", "my site", "-o", conf)
    told, found = follow(the("links", found) + " -k 2 -o 'the links.json'")
    show = the("show", found)
    assert "Of price and demand" in follow(show)[0]
    before = (site / "0.md").read_bytes()
    # An option that the way of writing hangs on is kept: with -k 1 alone, one link is written.
    _, found = run("apply", out, "my site", "--config", conf, "-k", "1", "--state-dir", state, "--overwrite", "-n")
    _, found = follow(the("apply", found))
    assert (site / "0.md").read_text().count("related_article") == 1
    follow(the("undo", found))
    assert (site / "0.md").read_bytes() == before
    # A list of two places is out of date where three are asked for, and no longer after what is recommended.
    check = ("links", "my site", "--config", conf, "-k", "3", "-o", out, "--check")
    told, found = run(*check)
    follow(the("links", found))
    assert "error" not in run(*check)[0]
    _, found = run("check", "my site", "--config", conf, "--only", "stale-title", "-f", "json", "-o", "report.json")
    told, found = follow(the("check", found))
    assert "+    title: Of price and supply" in told
    _, found = follow(the("check", found))
    assert "title: Of price and supply" in (site / "3.md").read_text()
    follow(the("undo", found))


def test_a_table_and_a_spreadsheet_are_not_applied(tmp_path: Path, small_site: Path) -> None:
    rows = "".join(f'{{"url": "/a{n}", "title": "Of markets {n}", "text": "Price {n}."}}\n' for n in range(3))
    (tmp_path / "a.jsonl").write_text(rows)
    done = recommender("links", "a.jsonl", "-o", "x.json", cwd=tmp_path)
    assert "recommender show a.jsonl " in done.stdout
    assert "apply" not in done.stdout
    done = recommender("links", "a.jsonl", "-o", "x.csv", cwd=tmp_path)
    assert "apply" not in done.stdout
    done = recommender("apply", "a.jsonl", small_site, cwd=tmp_path)
    assert done.returncode == 2
    for command in recommended(done.stderr):
        words = shlex.split(command.replace("CONTENT", shlex.quote(str(small_site))))
        assert recommender(*words[1:], cwd=tmp_path).returncode == 0


def test_what_writes_links_into_files_works_on_a_site_without_curated_links(
    write_site: Callable[[dict[str, str]], Path], tmp_path: Path
) -> None:
    site = write_site({f"{n}.md": f"# Of markets {n}\n\nThe price of {n}.\n" for n in range(3)})
    done = recommender("links", site, "-o", "x.json", cwd=tmp_path)
    (command,) = (one for one in recommended(done.stdout) if " apply " in one)
    done = recommender(*shlex.split(command)[1:], cwd=tmp_path)
    assert (done.returncode, done.stdout.count("+++ b/")) == (0, 3)


def test_built_pages_are_never_written(write_site: Callable[[dict[str, str]], Path], tmp_path: Path) -> None:
    page = "<html lang=en><title>{0}</title><body><main><h1>Of {0}</h1><p>The price of {0}.</p></main></body></html>"
    site = write_site({f"{name}/index.html": page.format(name) for name in ("gold", "iron", "salt")})
    done = recommender("links", site, "-o", "x.json", cwd=tmp_path)
    assert (done.returncode, "apply" in done.stdout) == (0, False)
    before = {path: path.read_bytes() for path in site.rglob("*.html")}
    for words in (
        ("apply", "x.json", site, "--field", "suggested"),
        ("apply", "x.json", site),
        ("check", site, "--fix"),
    ):
        done = recommender(*words, cwd=tmp_path)
        assert done.returncode == 2
        assert "read and never written" in done.stderr
    # The same by a configuration of the site's own.
    (site / "recommender.yaml").write_text(
        "content: {include: ['**/*.html']}\nfields: {required: [title], key: address}\n"
    )
    done = recommender("apply", "x.json", site, "--field", "suggested", cwd=tmp_path)
    assert done.returncode == 2
    assert before == {path: path.read_bytes() for path in site.rglob("*.html")}


def test_swapped_arguments_keep_the_configuration(small_site: Path, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("links: {k: 3}\n")
    recommender("links", small_site, "-o", "x.json", "-q", cwd=tmp_path)
    done = recommender("apply", small_site, "x.json", "--config", "c.yaml", cwd=tmp_path)
    (command,) = recommended(done.stderr)
    assert shlex.split(command)[2:] == ["x.json", str(small_site), "--config", "c.yaml"]
    assert recommender(*shlex.split(command)[1:], cwd=tmp_path).returncode == 0
