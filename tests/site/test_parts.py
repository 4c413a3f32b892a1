from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.execute.engine import EngineSettings
from recommender.settings import LanguageSettings, LinkSettings, Settings
from recommender.site.open import open_site
from recommender.site.parts import _best
from recommender.site.ranking import SiteRanker
from recommender.site.recommend import recommend
from recommender.site.select import select
from recommender.site.site import Site
from recommender.site.staged import open_staged
from tests.conftest import article

WORDS = {
    "en": "The baker kneads the dough and the oven is hot while the apprentice weighs flour salt yeast and water",
    "de": "Der Bäcker knetet den Teig und der Ofen ist heiß während der Lehrling Mehl Salz Hefe und Wasser wiegt",
}
BOTH = Settings(fields=replace(Settings().fields, language="$language"), languages=LanguageSettings(known=("en", "de")))


def page(language: str, number: int) -> str:
    draw = random.Random(f"{language}{number}")
    said = " ".join(draw.choices(WORDS[language].split(), k=60))
    topic = ("bread", "cake", "roll")[number % 3]
    # The same names in both languages: what is rare in one need not be in the other.
    names = f"{topic} {topic} Formula{number // 2}" if language == "en" else f"{topic} Formula Formula"
    other = "de" if language == "en" else "en"
    # To pages in the own language and in the other one, by address and by file.
    links = f"[one](/{language}/page{number * 5 % 12:02}) [two](/{other}/page{(number + 4) % 12:02})"
    links += f" [three](../{other}/{(number + 7) % 12:02}.md)"
    text = article(f"{language}{number:02}", number, f"{topic} {number}", f"{said}. {names}.") + links
    return text.replace(f"/learn/{language}{number:02}", f"/{language}/page{number:02}")


def pages(*languages: str) -> dict[str, str]:
    return {f"{one}/{number:02}.md": page(one, number) for one in languages for number in range(12)}


@pytest.fixture
def both(write_site: Callable[[dict[str, str]], Path]) -> Path:
    return write_site(pages("en", "de"))


def lists(site: Site) -> dict[str, list[tuple[str, float]]]:
    return {one.key: [(link.key, link.score) for link in one.related] for one in recommend(site).articles}


def test_each_language_is_ranked_as_if_its_folder_were_the_site(both: Path) -> None:
    whole = lists(open_site(both, BOTH, use_cache=False))
    assert len(whole) == 24
    for language in ("en", "de"):
        alone = lists(open_site(both / language, Settings(), use_cache=False))
        assert alone == {key: found for key, found in whole.items() if key.startswith(f"/{language}/")}
        assert any(alone.values())


def test_links_to_another_language_count_for_the_translation(both: Path) -> None:
    parts = open_site(both, BOTH, use_cache=False).parts
    assert parts is not None
    linked = {(row, to % 12) for row in range(12) for to in (row * 5, row + 4, row + 7) if row != to % 12}
    for part in parts.parts:
        assert set(zip(*(rows.tolist() for rows in _linked(part.site)), strict=True)) == linked
    alone = open_site(both / "de", Settings(), use_cache=False)
    assert set(zip(*(rows.tolist() for rows in _linked(alone)), strict=True)) == linked


def _linked(site: Site) -> tuple[np.ndarray, np.ndarray]:
    return site.text_links.sources, site.text_links.targets


def test_each_language_has_the_model_that_its_folder_would_have(both: Path) -> None:
    parts = open_site(both, BOTH, use_cache=False).parts
    assert parts is not None
    assert {part.site.encoder.name: part.site.corpus.articles[0].language for part in parts.parts} == {
        "english-static": "en",
        "multilingual-static": "de",
    }
    named = open_site(both, BOTH, model="english-static", use_cache=False).parts
    assert named is not None
    assert {part.site.encoder.name for part in named.parts} == {"english-static"}


def test_no_file_is_read_again_for_the_model_of_its_language(both: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.execute.missing.run", lambda *_, **__: pytest.fail("a file was read again"))
    assert any(lists(open_site(both, BOTH, use_cache=False)).values())


def test_each_language_has_the_floor_that_its_folder_would_have(both: Path) -> None:
    wanted = LinkSettings(min_precision="60%")
    found = select(open_site(both, BOTH, use_cache=False), wanted)
    assert sorted(found.floors) == ["de", "en"]
    for language, floor in found.floors.items():
        alone = select(open_site(both / language, Settings(), use_cache=False), wanted)
        assert alone.floors == {"": floor}
        assert any(line.startswith(f"floor         {language}, {floor.score:.3f}: ") for line in found.summary_lines())
    assert found.floor == min(found.floors.values(), key=lambda floor: floor.score)


def test_pairs_of_two_languages_are_scored_as_where_lists_may_mix_them(both: Path) -> None:
    site = open_site(both, BOTH, use_cache=False)
    mixed = open_site(both, replace(BOTH, links=LinkSettings(same_language=False)), use_cache=False)
    assert mixed.parts is None
    left, right = np.array([0, 0, 13]), np.array([13, 1, 2])
    scores, of_mixed = site.pair_scores(left, right), mixed.pair_scores(left, right)
    assert scores[[0, 2]].tolist() == of_mixed[[0, 2]].tolist()
    assert site.parts is not None
    assert scores[1] == site.parts.parts[0].site.pair_scores(np.array([0]), np.array([1]))[0]
    assert recommend(site, LinkSettings(same_language=False)).articles == recommend(mixed).articles


def test_what_names_no_language_goes_with_all(write_site: Callable[[dict[str, str]], Path]) -> None:
    files = pages("en", "de") | {"free.md": page("en", 40).replace("/en/page", "/free"), "stray.md": page("de", 41)}
    site = open_site(write_site(files), BOTH, use_cache=False)
    assert site.parts is not None
    free = site.corpus.rows["/free40"]
    linked = {site.corpus.articles[row].language for row in site.propose(30).indices[free] if row >= 0}
    assert linked == {"en", "de", None}
    by_part = [part.site.propose(5).scores[part.rows.tolist().index(free), 0] for part in site.parts.parts]
    assert site.propose(5).scores[free, 0] == max(by_part)
    assert all(free in part.rows for part in site.parts.parts)


def test_where_most_name_no_language_all_are_compared_together(write_site: Callable[[dict[str, str]], Path]) -> None:
    files = {f"x/{number}.md": page("en", number) for number in range(12)}
    files |= {"en/1.md": page("en", 50), "de/1.md": page("de", 51)}
    assert open_site(write_site(files), BOTH, use_cache=False).parts is None


def test_lists_and_duplicates_are_the_same_where_parts_are_files(both: Path, tmp_path: Path) -> None:
    (both / "de" / "copy.md").write_text(page("de", 3).replace("/de/page03", "/de/page99"), encoding="utf-8")
    here = open_site(both, BOTH, use_cache=False)
    with open_staged(both, BOTH, EngineSettings(workdir=tmp_path / "work")) as staged:
        assert lists(staged) == lists(here)
        assert staged.truncation() == here.truncation()
        assert staged.duplicates.labels.tolist() == here.duplicates.labels.tolist()
        assert [len(rows) for rows in here.duplicates.clusters()] == [2]
        assert np.array_equal(staged.prints.packed(), here.prints.packed())
    again = EngineSettings(workdir=tmp_path / "work")
    with open_staged(both, BOTH, again) as staged:
        assert lists(staged) == lists(here)
        assert not staged.ingested.files_read


def test_reasons_are_those_of_the_language(both: Path) -> None:
    site = open_site(both, BOTH, use_cache=False)
    assert site.parts is not None
    part = site.parts.parts[1]
    pairs = np.array([0, 1, 2]), np.array([3, 4, 5])
    expected = SiteRanker(part.site, None).reasons(*pairs)
    found = SiteRanker(site, None).reasons(part.rows[pairs[0]], part.rows[pairs[1]])
    assert found == expected
    assert any(found)
    assert len(SiteRanker(site, None).reasons(np.array([0]), np.array([13]))) == 1


def test_an_edit_in_one_language_leaves_the_other_as_it_was(both: Path, tmp_path: Path) -> None:
    before = lists(open_site(both, BOTH, cache_dir=tmp_path))
    (both / "de" / "05.md").write_text(page("de", 5).replace("roll", "pretzel"), encoding="utf-8")
    after = lists(open_site(both, BOTH, cache_dir=tmp_path))
    assert after == lists(open_site(both, BOTH, use_cache=False))
    english = [key for key in before if key.startswith("/en/")]
    assert [after[key] for key in english] == [before[key] for key in english]
    assert after != before


scored = st.lists(st.tuples(st.integers(0, 6), st.sampled_from([0.1, 0.2, 0.3])), max_size=4, unique_by=lambda x: x[0])


@given(st.lists(scored, min_size=1, max_size=3), st.integers(1, 5))
def test_the_best_of_several_lists_are_those_of_the_naive_twin(
    drawn: list[list[tuple[int, float]]], width: int
) -> None:
    filled = [[*one, *[(-1, -np.inf)] * (4 - len(one))] for one in drawn]
    columns = [
        (np.array([[row for row, _ in one]], dtype=np.int32), np.array([[score for _, score in one]])) for one in filled
    ]
    best: dict[int, float] = {}
    for one in drawn:
        for row, score in one:
            best[row] = max(best.get(row, 0.0), score)
    expected = sorted(best.items(), key=lambda item: (-item[1], item[0]))[:width]
    indices, scores = _best(columns, width)
    found = [(row, score) for row, score in zip(indices[0].tolist(), scores[0].tolist(), strict=True) if row >= 0]
    assert found == expected
