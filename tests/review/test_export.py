"""Decisions written out: what is shown is what is written, and it can be taken back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from recommender.errors import InputError, Problem
from recommender.links.apply import Applied
from recommender.links.formats import load_links
from recommender.links.writing.edits import RunReport
from recommender.links.writing.undo import undo
from recommender.progress import stage
from recommender.review import export
from recommender.review.desk import Desk
from recommender.review.export import Exporter
from recommender.review.look import article_page
from recommender.review.preview import ExportState
from recommender.review.queue import Filters
from recommender.settings import LinkSettings, Settings
from recommender.site.open import open_site
from recommender.site.site import Site
from tests.review.helpers import TOKEN, Tab, desk_on, listed


@pytest.fixture
def desk(small_site: Path, tmp_path: Path) -> Desk:
    return desk_on(small_site, tmp_path / "decisions.jsonl")


@pytest.fixture
def exporter(desk: Desk, tmp_path: Path) -> Exporter:
    return Exporter(desk, tmp_path / "links.json", state_dir=tmp_path / "state", use_cache=False, jobs=1)


def say(desk: Desk, source: str, target: str, verdict: str) -> None:
    key = f"/learn/{source}"
    desk.decide(key, f"/learn/{target}", verdict, desk.file.standing.last_about(key))


def shown(exporter: Exporter, kind: str = "front-matter", scope: str = "decided") -> ExportState:
    exporter.preview(kind, scope)
    return exporter.wait()


def targets(content: Path, slug: str) -> list[str]:
    text = (content / "learn" / f"{slug}.md").read_text()
    return re.findall(r"^    url: /learn/(.+)$", text, re.MULTILINE)


def test_what_was_decided_and_nothing_else(desk: Desk, exporter: Exporter, small_site: Path, tmp_path: Path) -> None:
    say(desk, "neuron", "membrane", "accept")
    say(desk, "neuron", "osmosis", "pin")
    say(desk, "tariff", "money", "reject")
    before = {path: path.read_bytes() for path in small_site.rglob("*.md")}
    preview = shown(exporter).preview
    assert preview is not None
    assert [diff.path for diff in preview.diffs] == ["learn/neuron.md", "learn/tariff.md"]
    assert (preview.changes, preview.new, preview.removed) == (2, 2, 1)
    assert "-    url: /learn/money" in preview.diffs[1].lines
    # Nothing is written by looking.
    assert before == {path: path.read_bytes() for path in small_site.rglob("*.md")}
    exporter.write(preview.name)
    state = exporter.wait()
    assert state.written is not None
    assert state.written.undo == f"recommender undo {small_site} --state-dir {small_site.parent / 'state'}"
    assert targets(small_site, "neuron") == ["osmosis", "membrane"]
    assert targets(small_site, "tariff") == ["inflation"]
    assert sum(path.read_bytes() != old for path, old in before.items()) == 2
    # The page knows what the files say now, and there is nothing more to write.
    page = article_page(desk, desk.row("/learn/neuron"), Filters(state="all"))
    assert [item.target.key for item in page.links] == ["/learn/osmosis", "/learn/membrane"]
    again = shown(exporter).preview
    assert again is not None
    assert again.changes == 0
    undo(small_site, state_dir=tmp_path / "state")
    assert before == {path: path.read_bytes() for path in small_site.rglob("*.md")}


def test_all_articles_with_proposals_in_free_places(desk: Desk, exporter: Exporter, small_site: Path) -> None:
    say(desk, "neuron", "osmosis", "pin")
    say(desk, "neuron", "membrane", "reject")
    preview = shown(exporter, scope="all").preview
    assert preview is not None
    assert preview.changes == 6
    exporter.write(preview.name)
    assert exporter.wait().written is not None
    assert targets(small_site, "neuron")[0] == "osmosis"
    assert "membrane" not in targets(small_site, "neuron")
    assert targets(small_site, "tariff")[:2] == ["inflation", "money"]


def test_the_links_file_is_that_of_links(desk: Desk, exporter: Exporter, tmp_path: Path) -> None:
    from recommender.site.recommend import recommend

    say(desk, "neuron", "membrane", "reject")
    say(desk, "neuron", "money", "accept")
    preview = shown(exporter, "links-file").preview
    assert preview is not None
    assert preview.changes == 6
    assert not exporter.output.exists()
    exporter.write(preview.name)
    exporter.wait()
    written = load_links(exporter.output)
    site = desk.site
    site.settings = _with_decisions(site.settings, desk.file.path)  # type: ignore[assignment]
    assert written == recommend(site, keep_curated=True)
    again = shown(exporter, "links-file").preview
    assert again is not None
    assert again.changes == 0


def _with_decisions(settings: object, path: Path) -> object:
    from dataclasses import replace

    return replace(settings, decisions=str(path))  # type: ignore[type-var]


def test_what_changed_since_it_was_shown_is_shown_again(desk: Desk, exporter: Exporter, small_site: Path) -> None:
    say(desk, "neuron", "membrane", "accept")
    preview = shown(exporter).preview
    assert preview is not None
    say(desk, "neuron", "osmosis", "accept")
    exporter.write(preview.name)
    state = exporter.wait()
    assert "look again" in state.failed
    assert state.preview is not None
    assert state.preview.new == 2
    assert targets(small_site, "neuron") == []
    exporter.write(state.preview.name)
    assert exporter.wait().written is not None
    assert targets(small_site, "neuron") == ["membrane", "osmosis"]


def test_only_what_was_shown_can_be_written(exporter: Exporter) -> None:
    with pytest.raises(InputError, match="look at the changes first"):
        exporter.write("whatever")
    with pytest.raises(InputError, match="expected one of"):
        exporter.preview("disk", "all")


def test_a_failure_is_told(desk: Desk, exporter: Exporter, small_site: Path) -> None:
    exporter.output.write_text("no links file")
    assert "is not a links file" in shown(exporter, "links-file").failed
    say(desk, "neuron", "membrane", "accept")
    desk.file.path.write_text("no decision\n")
    assert "no decision" in shown(exporter).failed


def test_what_could_not_be_written_is_told(desk: Desk, exporter: Exporter, monkeypatch: pytest.MonkeyPatch) -> None:
    say(desk, "neuron", "membrane", "accept")
    preview = shown(exporter).preview
    assert preview is not None
    problem = Problem("learn/neuron.md", 0, "unwritable", "cannot be written: the disk is full")
    real = export.apply_links

    def full(*arguments: Any, **named: Any) -> Applied:
        applied = real(*arguments, **{**named, "dry_run": True})
        return applied if named["dry_run"] else Applied(applied.plans, RunReport(problems=[problem]))

    monkeypatch.setattr(export, "apply_links", full)
    exporter.write(preview.name)
    written = exporter.wait().written
    assert written is not None
    assert (written.changes, written.undo, written.problems) == (0, "", (str(problem),))


def test_the_page_of_it(desk: Desk, small_site: Path) -> None:
    tab = Tab.on(desk)
    tab.decide("neuron", "membrane", "accept")
    tab.post("/export/preview", {"token": TOKEN, "kind": "front-matter", "scope": "decided"}, 303)
    tab.exporter.wait()
    page = tab.read("/export")
    assert "1 file would change: 1 new link, 0 removed" in page
    assert '<span class="added">+related_article1:' in page
    name = re.search(r'name="name" value="(\w+)"', page)
    assert name
    assert "look at the changes first" in tab.post("/export/write", {"token": TOKEN, "name": "x"}, 400)
    tab.post("/export/write", {"token": TOKEN, "name": name[1]}, 303)
    tab.exporter.wait()
    page = tab.read("/export")
    assert "Written: 1 file in" in page
    assert f"recommender undo {small_site}" in page
    assert listed(tab.article("neuron"), "links") == ["membrane"]
    neuron = desk.row("/learn/neuron")
    assert open_site(small_site, use_cache=False).resolved.targets[neuron].tolist() == [desk.row("/learn/membrane")]


def test_accepted_links_without_a_place_are_named(small_site: Path, tmp_path: Path) -> None:
    desk = desk_on(with_k(small_site, 2), tmp_path / "decisions.jsonl")
    exporter = Exporter(desk, tmp_path / "links.json", state_dir=tmp_path / "state", use_cache=False, jobs=1)
    # Both places of tariff hold curated links: what is accepted has none.
    say(desk, "tariff", "osmosis", "accept")
    say(desk, "tariff", "neuron", "accept")
    preview = shown(exporter).preview
    assert preview is not None
    assert preview.changes == 0
    assert [problem.partition(": ")[0] for problem in preview.problems] == ["learn/tariff.md"] * 2
    assert "/learn/osmosis has no place" in preview.problems[0] + preview.problems[1]
    assert "/learn/neuron has no place" in preview.problems[0] + preview.problems[1]
    # The links file has them, as `links` would.
    preview = shown(exporter, "links-file").preview
    assert preview is not None
    assert preview.problems == ()


def test_an_accepted_link_to_what_is_never_suggested_is_named(desk: Desk, exporter: Exporter) -> None:
    say(desk, "neuron", "osmosis", "accept")
    say(desk, "money", "osmosis", "never")
    for kind in ("front-matter", "links-file"):
        preview = shown(exporter, kind).preview
        assert preview is not None
        why = "learn/neuron.md: the accepted link to /learn/osmosis is left out: it is never suggested"
        assert preview.problems == (why,)


def with_k(content: Path, k: int) -> Site:
    settings = Settings(links=LinkSettings(k=k))
    return open_site(content, settings, use_cache=False)


@pytest.mark.parametrize("suffix", [".json", ".csv"])
def test_a_links_file_is_shown_as_a_diff(desk: Desk, tmp_path: Path, suffix: str) -> None:
    exporter = Exporter(desk, tmp_path / f"links{suffix}", state_dir=tmp_path / "state", use_cache=False, jobs=1)
    preview = shown(exporter, "links-file").preview
    assert preview is not None
    assert all(line.startswith("+ ") for one in preview.lists for line in one.lines)
    exporter.write(preview.name)
    assert exporter.wait().written is not None
    say(desk, "tariff", "money", "reject")
    preview = shown(exporter, "links-file").preview
    assert preview is not None
    [changed] = [one for one in preview.lists if one.change.key == "/learn/tariff"]
    assert changed.title == desk.site.corpus.articles[desk.row("/learn/tariff")].title
    assert "- What is money?  (/learn/money)" in changed.lines
    assert any(line.startswith("  ") for line in changed.lines)


def test_many_files_are_written_only_where_their_number_is_confirmed(
    desk: Desk, small_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommender.review.preview.MOST_UNASKED", 3)
    tab = Tab.on(desk)
    tab.post("/export/preview", {"token": TOKEN, "kind": "front-matter", "scope": "all"}, 303)
    tab.exporter.wait()
    page = tab.read("/export")
    assert "Yes, change 6 files" in page
    assert "Write 6 files" in page
    fields = {"token": TOKEN, "name": re.findall(r'name="name" value="(\w+)"', page)[0]}
    before = {path: path.read_bytes() for path in small_site.rglob("*.md")}
    for wrong in ({}, {"confirmed": "5"}, {"confirmed": "yes"}):
        assert "confirm their number" in tab.post("/export/write", {**fields, **wrong}, 400)
    assert before == {path: path.read_bytes() for path in small_site.rglob("*.md")}
    tab.post("/export/write", fields | {"confirmed": "6"}, 303)
    assert tab.exporter.wait().written is not None


def test_the_page_says_how_far_an_export_is() -> None:
    said: list[str] = []
    listener = export._Listener(said.append)
    with stage(listener, "read", 8) as advance:
        for _ in range(4):
            advance(2)
    with stage(listener, "plan"):
        pass
    assert said == ["read", "read, 25%", "read, 50%", "read, 75%", "read, 100%", "plan"]
