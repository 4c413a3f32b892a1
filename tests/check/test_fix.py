from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from recommender.check.all_rules import check_corpus
from recommender.check.fix import fix_site, repairs
from recommender.corpus.article import Link
from recommender.links.front_matter import WHOLE, Kept
from recommender.links.writing import undo
from recommender.settings import CheckSettings, LinkNames, RelatedSettings, Settings
from recommender.site.reading import ReadSite, read_site
from tests.check.helpers import corpus, one, to

WriteSite = Callable[[dict[str, str]], Path]


def slots(*articles: object, settings: Settings | None = None) -> dict[int, object]:
    """The new links of the first article."""
    settings = settings or Settings()
    found = corpus(*articles)  # type: ignore[arg-type]
    plans = repairs(found, check_corpus(found, settings), settings.related)
    assert list(plans) in (["a.md"], [])
    return dict(plans["a.md"].slots) if plans else {}


def test_nothing_to_repair() -> None:
    assert slots(one("a", to("b"), to("gone", 2)), one("b")) == {}


def test_parts_are_written_anew_and_other_links_stay() -> None:
    links = (to("b", title="Old"), to("c", 2), to("c2", 3, id=9, title="About d", group="X"))
    found = slots(one("a", *links), one("b"), one("c"), one("d", id=9, group="Y"))
    assert found == {1: Kept(0, {"title": "About b"}), 2: Kept(1), 3: Kept(2, {"url": "/d", "subject": "Y"})}


def test_repeats_go_and_numbers_close_up() -> None:
    found = slots(one("a", to("b", 2), to("b", 3), to("c", 5)), one("b"), one("c"))
    assert found == {1: Kept(0), 2: Kept(2)}


def test_a_list_has_no_numbers() -> None:
    settings = Settings(related=RelatedSettings(field="more", shape="strings", target="slug", prefix="page "))
    links = (Link("b", line=1, place=1), Link("b", line=2, place=3), Link("old/c-x", line=3, place=4))
    targets = (one("b"), one("c"))
    assert slots(one("a", *links), *targets, settings=settings) == {1: Kept(0), 2: Kept(2)}
    renamed = (Link("b", line=1, place=1), Link("9", id=9, line=3, place=2))
    assert slots(one("a", *renamed), one("b"), one("c", id=9), settings=settings) == {
        1: Kept(0),
        2: Kept(1, {WHOLE: "page c"}),
    }


def test_rules_that_are_off_repair_nothing() -> None:
    settings = Settings(check=CheckSettings({"stale-title": "off"}))
    assert slots(one("a", to("b", title="Old")), one("b"), settings=settings) == {}


SITE = {
    "a.md": """---
# The first article
title: A
url: /a
id: 1
related_article2:
    id: 2   # was 3 once
    title: >-
        The second
    subject: S
    url: /b
related_article3: {id: 2, title: B, subject: S, url: /b}
related_article5:
    title: C
    url: "/old-c"
    id: 3
note: |
  kept
---
Text.
""",
    "b.md": "---\ntitle: B\nurl: /b\nid: 2\nsubject: S\n---\n",
    "c.md": "---\ntitle: C\nurl: /c\nid: 3\n---\n",
}


def site_of(content: Path) -> ReadSite:
    (content / "recommender.yaml").write_text("fields: {required: [key, title]}\n")
    return read_site(content, use_cache=False)


def test_files_are_repaired_on_their_own_lines_and_taken_back(write_site: WriteSite, tmp_path: Path) -> None:
    content = write_site(SITE)
    site = site_of(content)
    result = check_corpus(site.corpus, site.settings)
    assert {finding.rule for finding in result.findings} == {
        "numbering-gap", "repeated-link", "renamed-target", "stale-title",
    }  # fmt: skip
    dry = fix_site(site, result, state_dir=tmp_path / "state", dry_run=True)
    assert dry.diffs["a.md"].count("\n-") == 5
    assert (content / "a.md").read_text() == SITE["a.md"]

    report = fix_site(site, result, state_dir=tmp_path / "state")
    assert (report.changed, report.problems) == (["a.md"], [])
    assert (content / "a.md").read_text() == SITE["a.md"].replace(
        "related_article3: {id: 2, title: B, subject: S, url: /b}\n", ""
    ).replace("The second", "B").replace("related_article2", "related_article1").replace(
        "related_article5", "related_article2"
    ).replace('"/old-c"', '"/c"')
    again = site_of(content)
    assert check_corpus(again.corpus, again.settings).findings == ()

    undo(content, state_dir=tmp_path / "state")
    assert (content / "a.md").read_text() == SITE["a.md"]


def test_a_file_that_changed_meanwhile_is_left_alone(write_site: WriteSite, tmp_path: Path) -> None:
    content = write_site(SITE)
    site = site_of(content)
    changed = SITE["a.md"].replace("/old-c", "/older-c")
    (content / "a.md").write_text(changed)
    report = fix_site(site, check_corpus(site.corpus, site.settings), state_dir=tmp_path / "state")
    assert [problem.rule for problem in report.problems] == ["changed"]
    assert (content / "a.md").read_text() == changed


@pytest.mark.parametrize("shape", ["mappings", "numbered"])
def test_after_a_repair_nothing_is_left_to_repair(write_site: WriteSite, tmp_path: Path, shape: str) -> None:
    names = [f"n{n}" for n in range(6)]
    files = {}
    for at, name in enumerate(names):
        links = [(f"/{names[(at + step) % 6]}", f"Old {step}", at) for step in (1, 2, 1, 3)]
        written = [f"{{url: {url}, title: {title}, id: {id_}, subject: Q}}" for url, title, id_ in links]
        lines = (
            ["more:", *(f"- {link}" for link in written)]
            if shape == "mappings"
            else [f"related_article{n}: {link}" for n, link in zip((1, 3, 4, 6), written, strict=True)]
        )
        head = [f"title: Title {name}", f"url: /{name}", f"id: {at}", "subject: S"]
        files[f"{name}.md"] = "\n".join(["---", *head, *lines, "---", ""])
    content = write_site(files)
    related = RelatedSettings(field="more", shape="mappings") if shape == "mappings" else RelatedSettings(slots=6)
    settings = Settings(fields=Settings().fields.__class__(required=("key",)), related=related)
    assert related.names == LinkNames()
    site = read_site(content, settings, use_cache=False)
    fix_site(site, check_corpus(site.corpus, settings), state_dir=tmp_path / "state")
    again = read_site(content, settings, use_cache=False)
    assert [finding for finding in check_corpus(again.corpus, settings).findings if finding.repair] == []
    assert all(len(article.links) == 3 for article in again.corpus.articles)


def fixed(write_site: WriteSite, files: dict[str, str], settings: str) -> dict[str, str]:
    """What is made of the files; that nothing is left to repair, and that all is taken back, is checked."""
    content = write_site({**files, "recommender.yaml": settings})
    site = read_site(content, use_cache=False)
    assert fix_site(site, check_corpus(site.corpus, site.settings)).problems == []
    after = {path: (content / path).read_text() for path in files}
    again = read_site(content, use_cache=False)
    assert not any(finding.repair for finding in check_corpus(again.corpus, again.settings).findings)
    undo(content)
    assert {path: (content / path).read_text() for path in files} == files
    return after


PLAIN = "fields: {key: url, title: title, question: null, answer: $body, required: [key, title]}\n"
PAGES = {f"guide/{name}.md": f"---\ntitle: The {name}\nurl: /guide/{name}/\n---\n" for name in ("valve", "hose")}


def test_links_of_a_section_are_repaired_in_their_style(write_site: WriteSite) -> None:
    text = "Text.\n\n## See also\n\n- [The hose](valve-old.md)\n- [The valve](valves.md#use) of old\n"
    text += "- [The hose](hose.md)\n- [The hose](hose.md)\n- [How it bends](hose.md)\n"
    files = {**PAGES, "guide/tank.md": f"---\ntitle: The tank\nurl: /guide/tank/\n---\n{text}"}
    after = fixed(write_site, files, PLAIN + "related: {field: null, sections: [See also]}\n")
    # Another title is another link; the first names what it does not look like, so that an editor says what it means.
    expected = (
        files["guide/tank.md"]
        .replace("valves.md", "valve.md")
        .replace("- [The hose](hose.md)\n" * 2, "- [The hose](hose.md)\n")
    )
    assert after == {**files, "guide/tank.md": expected}


def test_links_of_further_fields_are_repaired(write_site: WriteSite) -> None:
    related = (
        "related: {field: more, shape: strings, target: url, "
        "also: [{field: pages, shape: pairs, target: url, target_name: $key}]}\n"
    )
    front = "more: [/guide/hose/, /guide/hose/]\npages:\n  /guide/valves/: The valve # first\n  /guide/hose/: Hose\n"
    files = {**PAGES, "guide/tank.md": f"---\ntitle: The tank\nurl: /guide/tank/\n{front}---\n"}
    after = fixed(write_site, files, PLAIN + related)
    expected = (
        front.replace(", /guide/hose/]", "]").replace("/guide/valves/", "/guide/valve/").replace("Hose", "The hose")
    )
    assert after["guide/tank.md"] == files["guide/tank.md"].replace(front, expected)
