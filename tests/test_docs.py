"""Pages that show commands are followed as a reader would, and the site of all pages builds."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.cli.command import recommender
from tests.conftest import ROOT, SMALL, article

DOCS = ROOT / "docs"
# tests/cli/test_train.py trains as its page does, tests/recipes follows the recipes.
ELSEWHERE = {"train.md"}
# tests/cli/test_evaluate.py compares the model that the page does, which takes PyTorch.
STAND_INS = {"CONTENT": "content", "sentence-transformers/all-MiniLM-L6-v2": "multilingual-static"}


def commands(page: str) -> list[list[str]]:
    """The arguments of every command of the program that a page shows in a console, in order."""
    blocks = re.findall(r"^```console\n(.*?)^```", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    lines = [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    found = [words[1:] for line in lines if (words := shlex.split(line, comments=True))[0] == "recommender"]
    # The review serves a page until it is ended; tests of its own do it.
    return [[STAND_INS.get(word, word) for word in one] for one in found if one[0] != "review"]


PAGES = [
    page
    for page in ("../README.md", *sorted(path.name for path in DOCS.glob("*.md") if path.name not in ELSEWHERE))
    if commands(page)
]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_works(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, (slug, question, answer, subject, links) in enumerate(SMALL, start=1):
        place = tmp_path / "content" / "learn" / f"{slug}.md"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(article(slug, number, question, answer, subject, links))
    shutil.copytree(tmp_path / "content", tmp_path / "data")
    (tmp_path / "candidate.yaml").write_text("words: {share: 0}\n")
    monkeypatch.chdir(tmp_path)
    # Another tool's lists, as it were.
    assert recommender("links", "content", "-o", "related-links.json").returncode == 0
    for arguments in commands(page):
        done = recommender(*arguments)
        assert done.returncode in ((0, 1) if arguments[0] == "check" else (0,)), (arguments, done.stdout, done.stderr)


def test_the_site_of_the_pages_builds_without_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    config = load_config(str(ROOT / "mkdocs.yml"), strict=True, site_dir=str(tmp_path / "site"))
    build(config)
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == []
    api = (tmp_path / "site" / "api" / "index.html").read_text(encoding="utf-8")
    assert all(f'id="recommender.{name}"' in api for name in ("open_site", "Evaluator", "NearestArticles"))
    # No page asks another server for anything.
    for page in (tmp_path / "site").rglob("*.html"):
        assert not re.findall(r'<(?:script|link rel="stylesheet"|img)[^>]+(?:src|href)="https?://', page.read_text())
