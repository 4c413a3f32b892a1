"""Which ranker a site is ranked by: where its file is sought, and when it is left aside."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from recommender.errors import InputError
from recommender.progress import Silent
from recommender.ranker.file import save_ranker
from recommender.ranker.record import Ranker
from recommender.settings import FieldSettings, Settings, WordSettings
from recommender.settings_file import load_settings
from recommender.site.open import open_site
from recommender.site.own_ranker import RankedBy, RankerFile, ranked_by, ranker_path, read_ranker
from recommender.site.site import Site
from tests.cli.command import recommender
from tests.ranker.helpers import plain_ranker


@pytest.fixture
def site(small_site: Path) -> Site:
    return open_site(small_site, Settings(), use_cache=False, jobs=1)


@pytest.fixture
def ranker(site: Site) -> Ranker:
    return plain_ranker(site)


def told(site: Site, ranker: Ranker | None) -> tuple[RankedBy, list[str]]:
    reporter = Silent()
    return ranked_by(RankerFile(Path("ranker.json"), ranker), site, reporter), reporter.notes


def test_the_file_is_sought_where_decisions_are_and_beside_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, beside = tmp_path / "content", tmp_path / "settings"
    content.mkdir()
    beside.mkdir()
    configuration = beside / "site.yaml"
    monkeypatch.chdir(tmp_path)
    here = Path("ranker.json")
    # Where a fit would write it.
    assert ranker_path(content, Settings()) == here
    assert ranker_path(content, Settings(), configuration) == beside / "ranker.json"
    # Where it is found, the content folder's own first.
    for place in (here, beside / "ranker.json", content / "ranker.json"):
        place.write_text("{}")
        assert ranker_path(content, Settings(), configuration) == place
    assert ranker_path(content, Settings(ranker="else/r.json")) == Path("else/r.json")


def test_a_configuration_names_it_relative_to_itself(tmp_path: Path) -> None:
    file = tmp_path / "recommender.yaml"
    file.write_text("ranker: learned/r.json\n")
    assert load_settings(tmp_path).ranker == str(tmp_path / "learned" / "r.json")
    assert read_ranker(tmp_path, load_settings(tmp_path)) == RankerFile()
    file.write_text("ranker: none\n")
    (tmp_path / "ranker.json").write_text("this would be an error")
    assert read_ranker(tmp_path, load_settings(tmp_path)) == RankerFile()


def test_what_is_not_there_is_an_error_only_where_it_was_named(tmp_path: Path) -> None:
    assert read_ranker(tmp_path, Settings(ranker=str(tmp_path / "r.json"))) == RankerFile()
    with pytest.raises(InputError, match="No such file"):
        read_ranker(tmp_path, Settings(), tmp_path / "r.json")


def test_a_ranker_of_this_site_is_used(site: Site, ranker: Ranker) -> None:
    found, notes = told(site, ranker)
    assert found == RankedBy(ranker, "ranker.json, learned from 90 curated links on 2026-11-30")
    assert not notes


def test_a_ranker_of_another_version_is_left_aside(site: Site) -> None:
    found, [note] = told(site, None)
    assert found == RankedBy(None, "the default ranking; ranker.json is left aside, see below")
    assert note == (
        "ranker.json is left aside and the default ranking used: it was learned by another version of this program. "
        f"Learn again with: recommender fit {site.content} -o ranker.json; or go without it: --ranker none"
    )


def test_a_ranker_of_another_site_is_left_aside(site: Site, ranker: Ranker) -> None:
    elsewhere = replace(ranker, part_keys=(frozenset({b"12345678"}),))
    found, [note] = told(site, elsewhere)
    assert found.ranker is None
    assert "it was learned on another site: 0% of the articles that it learned on are here" in note


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        (Settings(fields=FieldSettings(group="section")), "since it was learned the fields of articles changed"),
        (Settings(words=WordSettings(share=0.5)), "since it was learned the weights of texts and words changed"),
        (Settings(fields=FieldSettings(draft="hidden")), ""),
    ],
)
def test_a_ranker_of_other_settings_is_left_aside(
    small_site: Path, ranker: Ranker, settings: Settings, what: str
) -> None:
    found, notes = told(open_site(small_site, settings, use_cache=False, jobs=1), ranker)
    assert (found.ranker is None) == bool(what)
    assert what in "".join(notes)


def test_a_ranker_of_another_model_or_default_is_left_aside(site: Site, ranker: Ranker) -> None:
    basis = ranker.card.basis | {"the model": "x", "the default ranking": "y"}
    _, [note] = told(site, replace(ranker, card=replace(ranker.card, basis=basis)))
    assert "since it was learned the default ranking and the model changed" in note


def test_commands_take_up_the_file_by_themselves(small_site: Path, tmp_path: Path, ranker: Ranker) -> None:
    save_ranker(ranker, tmp_path / "ranker.json")
    common = ("--no-cache", "-j", "1")
    links = recommender("links", small_site, *common, cwd=tmp_path)
    assert "ranked by     ranker.json, learned from 90 curated links on 2026-11-30\n" in links.stdout
    shown = recommender("show", small_site, "/learn/osmosis", *common, cwd=tmp_path)
    assert "ranked by ranker.json, learned from 90 curated links" in shown.stdout
    measured = recommender("evaluate", small_site, "--measures", "R@2", *common, cwd=tmp_path)
    assert re.search(r"\branker\W+[01]\.", measured.stdout)
    without = recommender("links", small_site, "--ranker", "none", "-o", "w.json", *common, cwd=tmp_path)
    assert "ranked by     the default ranking, not ranker.json: --ranker none\n" in without.stdout
    assert (tmp_path / "w.json").read_bytes() != (tmp_path / "related-links.json").read_bytes()
    (tmp_path / "ranker.json").unlink()
    recommender("links", small_site, "-o", "d.json", *common, cwd=tmp_path)
    assert (tmp_path / "w.json").read_bytes() == (tmp_path / "d.json").read_bytes()


def test_a_broken_file_ends_every_command_before_its_work(small_site: Path, tmp_path: Path) -> None:
    (small_site / "ranker.json").write_text('{\n "format": "recommender-ranker/2",\n "card": 3\n}')
    for verb in (["links"], ["evaluate"], ["show", "12"], ["review"]):
        done = recommender(verb[0], small_site, *verb[1:], cwd=tmp_path)
        assert done.returncode == 2
        assert f"{small_site / 'ranker.json'}:3 is not a ranker: " in done.stderr
    assert recommender("links", small_site, "--ranker", "none", "--no-cache", cwd=tmp_path).returncode == 0
