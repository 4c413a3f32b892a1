"""`apply` on fields of groups and of pairs, and on files without front matter; `undo` gives back every byte."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from recommender.links.apply import Applied, apply_links
from recommender.links.planner import ApplyRules
from recommender.links.record import ArticleLinks, LinksFile, Related
from recommender.links.writing.undo import undo
from recommender.site.open import open_site
from tests.links.writing.helpers import snapshot

WriteSite = Callable[[dict[str, str]], Path]
NAMES = ("tank", "pump", "valve", "hose")
HEAD = (
    "fields: {key: $path, url: null, title: title | $heading, question: null, answer: $body, required: [key, title]}\n"
)
GROUPS = HEAD + (
    "related: {field: more, shape: groups, target: path, target_name: page, "
    "names: {id: null, group: null, url: null, title: title}}\n"
)
PAIRS = HEAD + "related: {field: more, shape: pairs, target: path, target_name: $value}\n"
STRINGS = HEAD + "related: {field: more, shape: strings, target: path}\n"


def page(name: str, front: str = "") -> str:
    return f"---\ntitle: The {name}\n{front}---\nHow the {name} works.\n"


def group(*names: str) -> str:
    links = "".join(f"      - page: {name}.md\n        title: The {name}\n" for name in names)
    return f"more:\n  - heading: At work\n    links:\n{links}"


def apply(
    write_site: WriteSite, files: dict[str, str], settings: str, wanted: dict[str, list[str]], **rules: bool
) -> tuple[dict[str, str], Applied]:
    """What is made of the files; that a second time changes nothing, and that all is taken back, is checked."""
    content = write_site({**files, "recommender.yaml": settings})
    lists = {key: tuple(Related(one, None, one, None, None, None) for one in keys) for key, keys in wanted.items()}
    links = LinksFile(
        "by hand", 3, tuple(ArticleLinks(key, None, key, None, None, related=lists[key]) for key in sorted(lists))
    )

    def once() -> Applied:
        return apply_links(open_site(content, use_cache=False, jobs=1), links, ApplyRules(**rules), jobs=1)

    before = snapshot(content)
    done = once()
    after = snapshot(content)
    assert not once().report.changed
    assert snapshot(content) == after
    if done.report.changed:
        undo(content)
    assert snapshot(content) == before
    return {path.removesuffix(".md"): raw.decode() for path, raw in after.items()}, done


def test_groups_get_links_and_files_without_get_the_usual_group(write_site: WriteSite) -> None:
    files = {f"{name}.md": page(name) for name in NAMES}
    files |= {"tank.md": page("tank", group("pump")), "valve.md": page("valve", group("hose"))}
    after, done = apply(write_site, files, GROUPS, {"tank": ["valve"], "pump": ["tank", "hose"]})
    assert (done.report.problems, done.report.changed) == ([], ["pump.md", "tank.md"])
    assert after["tank"] == page("tank", group("pump", "valve"))
    assert after["pump"] == page("pump", group("tank", "hose"))


def test_groups_are_overwritten_in_their_places(write_site: WriteSite) -> None:
    files = {f"{name}.md": page(name) for name in NAMES}
    files |= {"tank.md": page("tank", group("pump", "hose")), "pump.md": page("pump", group("tank"))}
    after, _ = apply(write_site, files, GROUPS, {"tank": ["valve"]}, remove=True, overwrite=True)
    assert after["tank"] == page("tank", group("valve"))


def test_pairs_get_links(write_site: WriteSite) -> None:
    files = {f"{name}.md": page(name) for name in NAMES}
    files["tank.md"] = page("tank", "more:\n  The pump: pump.md # first\n")
    after, _ = apply(write_site, files, PAIRS, {"tank": ["valve"], "pump": ["tank"]})
    assert after["tank"] == page("tank", "more:\n  The pump: pump.md # first\n  The valve: valve.md\n")
    assert after["pump"] == page("pump", "more:\n  The tank: tank.md\n")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_file_without_front_matter_gets_some(write_site: WriteSite, end: str, mark: str) -> None:
    files = {f"{name}.md": page(name) for name in NAMES} | {"pump.md": f"{mark}# The pump{end}{end}Text.{end}"}
    files["tank.md"] = page("tank", "more: [hose.md]\n")
    after, done = apply(write_site, files, STRINGS, {"pump": ["tank"]})
    assert done.report.problems == []
    head = end.join(["---", "more: [tank.md]", "---", "", ""])
    assert after["pump"] == f"{mark}{head}# The pump{end}{end}Text.{end}"


def test_on_a_site_in_toml_new_front_matter_is_toml(write_site: WriteSite) -> None:
    files = {f"{name}.md": f'+++\ntitle = "The {name}"\nmore = ["hose.md"]\n+++\nText.\n' for name in ("tank", "valve")}
    files |= {"hose.md": "# The hose\n", "pump.md": "# The pump\n"}
    after, _ = apply(write_site, files, STRINGS, {"pump": ["tank"]})
    assert after["pump"] == '+++\nmore = ["tank.md"]\n+++\n\n# The pump\n'


@pytest.mark.parametrize("text", ["Author: A\n\n# The pump\n", "---\n\n# The pump\n"])
def test_a_beginning_that_may_be_front_matter_is_left_alone(write_site: WriteSite, text: str) -> None:
    files = {f"{name}.md": page(name) for name in NAMES} | {"pump.md": text}
    after, done = apply(write_site, files, STRINGS, {"pump": ["tank"]})
    assert after["pump"] == text
    assert len(done.report.problems) + len(done.plans.problems) == 1
