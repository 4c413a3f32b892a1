"""Real sites written and taken back; nothing of their text is kept here."""

from __future__ import annotations

import difflib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from recommender.corpus.article import Article
from recommender.corpus.corpus import Corpus
from recommender.corpus.front_matter import find_front_matter
from recommender.execute.ingest import Ingested, ingest
from recommender.links.apply import apply_links
from recommender.links.front_matter import Item, Kept, edit_links, open_front_matter
from recommender.links.planner import ApplyRules
from recommender.links.record import ArticleLinks, LinksFile, Related
from recommender.links.writing import Namer, undo
from recommender.processes import shared_out
from recommender.progress import Silent
from recommender.settings import LinkNames, RelatedSettings, Settings
from recommender.settings_file import load_settings
from recommender.site.reading import ReadSite
from recommender.stages.cache import NoCache
from tests.conftest import ROOT

pytestmark = pytest.mark.corpora

K = 5


def neighbours(corpus: Corpus) -> LinksFile:
    """For every article the next ones by key."""
    articles = corpus.articles
    related = [Related(one.key, one.id, one.title, one.group, one.url, 0.5, one.path) for one in articles]
    return LinksFile(
        "next",
        K,
        tuple(
            ArticleLinks(
                one.key, one.id, one.title, one.group, one.url, one.path,
                tuple(related[(row + step) % len(articles)] for step in range(1, K + 1)),
            )
            for row, one in enumerate(articles)
        ),
    )  # fmt: skip


def copied(source: Path, target: Path) -> Path:
    """A copy that may be written."""
    shutil.copytree(source, target, copy_function=shutil.copyfile)
    return target


def files_of(folder: Path) -> Iterator[str]:
    for place, _, names in os.walk(folder):
        yield from (os.path.relpath(os.path.join(place, name), folder) for name in names)


def loaded(raw: bytes) -> tuple[Any, str]:
    text = raw.decode()
    parts = find_front_matter(text)
    assert parts is not None
    return yaml.load(parts.yaml(text), Loader=yaml.CSafeLoader), parts.body(text)


def compared(before: Path, after: Path, paths: list[str], names: set[str]) -> tuple[int, int, list[str]]:
    """How many files were parsed back and keys compared, and where another key or the body differs; by PyYAML's own
    loader.
    """
    keys = 0
    wrong = []
    for path in paths:
        old, old_body = loaded((before / path).read_bytes())
        new, new_body = loaded((after / path).read_bytes())
        old_rest = [(key, repr(value)) for key, value in old.items() if key not in names]
        new_rest = [(key, repr(value)) for key, value in new.items() if key not in names]
        keys += len(old_rest)
        if old_rest != new_rest or old_body != new_body:
            wrong.append(path)
    return len(paths), keys, wrong


def written_and_taken_back(source: Path, target: Path, corpus: Corpus, settings: Settings, state: Path) -> list[str]:
    """Apply, parse every file back, apply again, undo, compare all bytes; what was seen, as text."""
    content = copied(source, target)
    site = ReadSite(content, settings, Ingested(corpus, len(corpus), len(corpus), 0))
    links = neighbours(corpus)
    applied = apply_links(site, links, ApplyRules(), state_dir=state)
    assert applied.report.problems == []
    changed = applied.report.changed
    field = settings.related.field or ""
    names = {field.replace("{n}", str(number)) for number in range(1, settings.related.slots + 1)}
    shares = [(source, content, changed[start : start + 500], names) for start in range(0, len(changed), 500)]
    results = list(shared_out(compared, shares, jobs=None, alone=len(changed) < 500))
    assert [path for _, _, wrong in results for path in wrong] == []
    files = list(files_of(source))
    assert sorted(files) == sorted(files_of(content))
    untouched = set(files) - set(changed)
    assert all((source / path).read_bytes() == (content / path).read_bytes() for path in untouched)
    back = undo(content, state_dir=state).report
    assert (back.changed, back.problems) == (changed, [])
    assert all((source / path).read_bytes() == (content / path).read_bytes() for path in files)
    new = applied.plans.new_in(changed)
    parsed, keys = sum(one[0] for one in results), sum(one[1] for one in results)
    return [
        f"{len(files):,} files, {len(corpus):,} articles: {new:,} links into {len(changed):,} files",
        f"{parsed:,} parsed back with {keys:,} other keys equal, {len(untouched):,} not touched",
        f"{len(files):,} with all bytes as before after undo",
    ]


@pytest.fixture
def quick_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: this is about what is written, not about the disk."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < 2**30:
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@pytest.mark.xdist_group("quicktakes")
def test_quicktakes(
    quicktakes_folder: Path, quicktakes: Corpus, quick_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, state = quick_folder / "content", quick_folder / "state"
    seen = written_and_taken_back(quicktakes_folder, content, quicktakes, Settings(), state)
    with capsys.disabled():
        print("\nquicktakes:", *seen, sep="\n  ")  # noqa: T201 - the count is what the test shows
    assert seen[0].startswith("2,855 files, 2,855 articles: ")


@pytest.mark.parametrize(("name", "folder"), [("kong", "kong/app"), ("optech", "optech/_topics")])
def test_all_of_another_site(
    corpora: Path, quick_folder: Path, capsys: pytest.CaptureFixture[str], name: str, folder: str
) -> None:
    settings = load_settings(ROOT, ROOT / f"examples/{name}.yaml")
    corpus = ingest(corpora / folder, settings, NoCache(), Silent()).corpus
    seen = written_and_taken_back(corpora / folder, quick_folder / "content", corpus, settings, quick_folder / "state")
    with capsys.disabled():
        print(f"\n{name}:", *seen, sep="\n  ")  # noqa: T201


NAMES = LinkNames(id=None, title="text", group=None, url="url")


@pytest.mark.parametrize(
    ("name", "related"),
    [
        ("elmtree__related_articleN__numbered-keys-maps.md", RelatedSettings(slots=6)),
        ("govuk__related_repos__flow-list-of-strings.md", RelatedSettings(field="related_repos", shape="strings")),
        (
            "kong__related_resources__list-of-maps-text-url.md",
            RelatedSettings(field="related_resources", shape="mappings", names=NAMES),
        ),
        ("opensourceguide__related__list-of-slugs.md", RelatedSettings(field="related", shape="strings")),
        ("optech__see_also__list-of-maps-title-link.md", load_settings(ROOT, ROOT / "examples/optech.yaml").related),
    ],
)
def test_every_shape_takes_one_more_link(corpora: Path, name: str, related: RelatedSettings) -> None:
    text = (corpora / "shapes" / name).read_bytes().decode()
    links = open_front_matter(text, related).links
    new = Namer(related).written(Article("/new", "new.md", "A new article", id=1, group="Group", url="/new"))
    assert links
    assert new is not None
    slots: dict[int, Item] = {place: Kept(place - 1) for place in range(1, len(links) + 1)}
    after = edit_links(text, {**slots, len(links) + 1: new}, related).text
    changed = [line for line in difflib.ndiff(text.splitlines(), after.splitlines()) if line[0] in "+-"]
    assert len(open_front_matter(after, related).links) == len(links) + 1
    if "flow-list" in name:
        # One line of brackets, longer than before.
        assert [line[0] for line in changed] == ["-", "+"]
    else:
        assert {line[0] for line in changed} == {"+"}
