"""`apply` writes curated links in the form in which a site has them, and `undo` gives back every byte."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from recommender.corpus.resolve import resolve_links
from recommender.links.formats import load_links, save_links
from recommender.links.record import ArticleLinks, LinksFile, Related
from recommender.site.open import open_site
from tests.cli.command import recommender
from tests.links.writing.helpers import snapshot

WriteSite = Callable[[dict[str, str]], Path]
NAMES = ("tank", "pump", "valve", "hose")
HEAD = "fields: {key: $path, url: null, question: title, answer: $body, required: [key, title]}\n"
SECTION = HEAD + "related: {field: null, sections: [See also]}\n"
PATHS = HEAD + "related: {field: related, shape: strings, target: path}\n"


def body(name: str) -> str:
    return f"How the {name} works with water, pressure and the other parts of the pump station.\n"


def page(name: str, front: str = "", section: str = "") -> str:
    return f"---\ntitle: The {name}\n{front}---\n\n{body(name)}{section}"


def applied(write_site: WriteSite, files: dict[str, str], settings: str, *options: str) -> dict[str, str]:
    """What `apply` makes of the files; that `undo` takes all of it back is checked."""
    content = write_site({**files, "recommender.yaml": settings})
    links = content.parent / "links.json"
    assert recommender("links", content, "-k", "3", "-q", "-o", links).returncode == 0
    assert all(one.related for one in load_links(links).articles)
    before = snapshot(content)
    done = recommender("apply", links, content, *options)
    assert (done.returncode, done.stderr) == (0, "")
    after = snapshot(content)
    again = recommender("apply", links, content, *options)
    assert (again.returncode, snapshot(content)) == (0, after)
    assert recommender("undo", content).returncode == 0
    assert snapshot(content) == before
    return {path: raw.decode() for path, raw in after.items()}


def applied_by_hand(
    write_site: WriteSite, files: dict[str, str], settings: str, wanted: dict[str, list[str]]
) -> dict[str, list[str]]:
    """The keys to which the links lead that `apply` leaves; that a second one changes nothing is checked."""
    content = write_site({**files, "recommender.yaml": settings})
    lists = {key: tuple(Related(one, None, one, None, None, None) for one in keys) for key, keys in wanted.items()}
    articles = tuple(ArticleLinks(key, None, key, None, None, related=lists[key]) for key in sorted(lists))
    links = content.parent / "links.json"
    save_links(LinksFile("by hand", 3, articles), links)
    before = snapshot(content)
    assert recommender("apply", links, content).returncode == 0
    after = snapshot(content)
    assert recommender("apply", links, content).returncode == 0
    assert snapshot(content) == after
    site = open_site(content, use_cache=False, jobs=1)
    found = resolve_links(site.corpus.articles, site.settings).targets
    assert recommender("undo", content).returncode == 0
    assert snapshot(content) == before
    keys = [article.key for article in site.corpus.articles]
    assert all(row >= 0 for rows in found for row in rows)
    return {key: [keys[row] for row in rows] for key, rows in zip(keys, found, strict=True) if len(rows)}


@pytest.mark.parametrize(
    ("first", "second", "written"),
    [
        ("[The pump](../other/pump.md)", "[The tank](../part/tank.md)", "- [The valve](valve.md)"),
        ("[The pump](./../other/pump.md)", "[The tank](./../part/tank.md)", ""),
        ("[[pump]]", "[[tank]]", "- [[valve]]"),
        ("[[pump|The pump]]", "[[tank|The tank]]", "- [[valve|The valve]]"),
    ],
)
def test_sections_of_the_text(write_site: WriteSite, first: str, second: str, written: str) -> None:
    files = {
        "part/tank.md": page("tank", section=f"\n## See also\n\n- {first}\n"),
        "other/pump.md": page("pump", section=f"\n## See also\n\n- {second}\n"),
        "part/valve.md": page("valve"),
        "part/hose.md": page("hose"),
    }
    found = applied(write_site, files, SECTION)
    assert found["part/tank.md"].startswith(files["part/tank.md"])
    assert f"- {first}\n" in found["part/tank.md"]
    assert written in found["part/tank.md"]
    assert found["part/valve.md"].startswith(files["part/valve.md"] + "\n## See also\n\n- [")


def test_paths_relative_to_the_file(write_site: WriteSite) -> None:
    files = {
        "part/tank.md": page("tank", "related:\n  - ./valve.md\n"),
        "part/valve.md": page("valve", "related:\n  - ./tank.md\n  - ../other/pump.md\n"),
        "other/pump.md": page("pump", "related:\n  - ../part/tank.md\n"),
        "other/hose.md": page("hose"),
    }
    found = applied(write_site, files, PATHS)
    assert "  - ./valve.md\n" in found["part/tank.md"]
    assert "- ../other/pump.md\n" in found["part/tank.md"]
    assert "- ./pump.md\n" in found["other/hose.md"]


def test_names_with_commas_between_them(write_site: WriteSite) -> None:
    settings = HEAD + "related: {field: related, shape: commas, target: title}\n"
    files = {
        "tank.md": page("tank", "related: The pump, The valve\n"),
        "pump.md": page("pump", "related: The tank\n"),
        "valve.md": page("valve"),
        "hose.md": page("hose", "related: The tank\n"),
    }
    found = applied(write_site, files, settings)
    assert "related: The pump, The valve, The hose\n" in found["tank.md"]
    assert "related: The tank, " in found["pump.md"]


def test_toml(write_site: WriteSite) -> None:
    def toml(name: str, extra: str = "") -> str:
        return f'+++\ntitle = "The {name}"\n{extra}+++\n\n{body(name)}'

    files = {
        "tank.md": toml("tank", 'related = ["pump.md"] # chosen\n'),
        "pump.md": toml("pump", 'related = ["tank.md"]\n\n[extra]\nn = 1\n'),
        "valve.md": toml("valve"),
        "hose.md": toml("hose"),
    }
    found = applied(write_site, files, PATHS)
    assert 'related = ["pump.md", "' in found["tank.md"]
    assert "] # chosen\n" in found["tank.md"]
    assert found["pump.md"].endswith(files["pump.md"][files["pump.md"].index("\n\n[extra]") :])


def test_a_name_that_several_have_is_written_only_where_it_means_the_article(write_site: WriteSite) -> None:
    files = {
        "extend/pump.md": page("pump"),
        "extend/valve.md": page("valve"),
        "library/hose.md": page("hose"),
        "use/pump.md": page("pump"),
        "use/tank.md": page("tank", "related: [valve]\n"),
        "use/sieve.md": page("sieve"),
    }
    # Of the two pumps each is the nearest in its own folder, and neither is for the hose.
    wanted = {
        "use/tank": ["use/pump", "extend/pump"],
        "use/sieve": ["extend/pump", "use/pump"],
        "extend/valve": ["use/pump", "extend/pump"],
        "library/hose": ["use/pump", "extend/pump", "use/tank"],
        "extend/pump": ["use/pump", "library/hose"],
        "use/pump": ["extend/pump", "extend/valve"],
    }
    found = applied_by_hand(write_site, files, PATHS.replace("target: path", "target: slug"), wanted)
    assert found == {
        "use/tank": ["extend/valve", "use/pump"],
        "use/sieve": ["use/pump"],
        "extend/valve": ["extend/pump"],
        "library/hose": ["use/tank"],
        "extend/pump": ["library/hose"],
        "use/pump": ["extend/valve"],
    }


def test_a_title_of_two_languages_is_written_only_where_it_means_the_article(write_site: WriteSite) -> None:
    files = {
        "hose.md": page("hose", "lang: en\nrelated: [The valve]\n"),
        "pump.md": page("pump", "lang: en\n"),
        "pumpe.md": page("pump", "lang: de\n"),
        "schlauch.md": page("Schlauch", "lang: de\n"),
        "valve.md": page("valve", "lang: en\n"),
    }
    settings = PATHS.replace("url: null", "url: null, language: lang").replace("target: path", "target: title")
    wanted = {"hose": ["pump"], "schlauch": ["pump"], "pump": ["pumpe"], "valve": ["pumpe", "pump"]}
    found = applied_by_hand(write_site, files, settings, wanted)
    assert found == {"hose": ["valve", "pump"], "valve": ["pump"]}


def test_the_first_of_several_fields_is_written_and_the_others_stay(write_site: WriteSite) -> None:
    also = "[{field: see_also, shape: strings, target: slug}, {field: later, shape: strings, target: title}]"
    settings = HEAD + f"related: {{field: related, shape: strings, target: path, also: {also}}}\n"
    files = {f"{name}.md": page(name) for name in NAMES}
    files["tank.md"] = page("tank", "see_also: [pump]\nlater: [The valve]\nrelated: [hose.md]\n")
    wanted = {"tank": ["pump", "valve", "hose"], "pump": ["valve"]}
    found = applied_by_hand(write_site, files, settings, wanted)
    assert found == {"tank": ["hose", "pump", "valve"], "pump": ["valve"]}


def test_paths_with_a_prefix_that_leave_out_their_beginning(write_site: WriteSite) -> None:
    names = ("pump", "valve", "tank", "hose")
    files = {
        f"content/parts/{name}.md": f'---\ntitle: {name}\nrelated: ["@/parts/{names[at - 1]}.md"]\n---\nOf {name}.\n'
        for at, name in enumerate(names)
    }
    site = write_site(files)
    recommender("links", site, "-k", "2", "-o", site.parent / "x.json", "-q")
    assert recommender("apply", site.parent / "x.json", site, "-q").returncode == 0
    written = re.findall(r'"(@[^"]+)"', "".join(path.read_text() for path in site.rglob("*.md")))
    assert len(written) == 8
    assert {path.rpartition("/")[0] for path in written} == {"@/parts"}


def test_notes_are_called_by_their_names_from_other_folders_too(write_site: WriteSite) -> None:
    names = ("Pump", "Valve", "Tank")
    section = "Of {}.\n\n## Related\n\n- [[{}]]\n"
    files = {f"Notes/{name}.md": section.format(name, names[at - 1]) for at, name in enumerate(names)}
    site = write_site({**files, "Daily/today.md": "A pump and a valve.\n"})
    recommender("links", site, "-k", "2", "-o", site.parent / "x.json", "-q")
    recommender("apply", site.parent / "x.json", site, "-q")
    written = re.findall(r"\[\[(.*?)\]\]", (site / "Daily/today.md").read_text())
    assert len(written) == 2
    assert set(written) <= set(names)


def test_numbered_fields_of_one_name_each_are_not_made_lists(write_site: WriteSite) -> None:
    names = ("pump", "valve", "tank", "hose")
    files = {
        f"{name}.md": f"---\ntitle: {name}\nrelated_1: {names[at - 1]}\nrelated_2: {names[at - 2]}\n---\nOf {name}.\n"
        for at, name in enumerate(names)
    }
    site = write_site(files)
    before = {path: path.read_bytes() for path in site.rglob("*.md")}
    recommender("links", site, "-k", "3", "-o", site.parent / "x.json", "-q")
    done = recommender("apply", site.parent / "x.json", site, "-q")
    assert done.returncode == 2
    assert "numbered fields of one name each (related_1, related_2)" in done.stderr
    assert before == {path: path.read_bytes() for path in site.rglob("*.md")}
    assert recommender("apply", site.parent / "x.json", site, "-q", "--field", "suggested").returncode == 0
