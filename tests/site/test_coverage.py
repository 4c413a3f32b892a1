from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from recommender.settings import LanguageSettings, Settings
from recommender.site.coverage import LEAST, coverage, told
from recommender.site.open import open_site
from tests.conftest import article

JAPANESE = {
    "miso1": ("味噌汁の作り方", "味噌汁は出汁に豆腐とわかめを入れ、火を止めて味噌を溶かします。"),
    "miso2": ("出汁の取り方", "昆布と鰹節で出汁を取り、味噌汁や煮物に使います。"),
    "bike1": (
        "自転車の修理",
        "自転車のチェーンを掃除して油を差す方法を説明します。チェーンが錆びるとペダルが重くなります。",
    ),
    "bike2": (
        "自転車の冬支度",
        "冬の自転車は凍った道で滑ります。スパイクタイヤと明るいライトを使い、チェーンの塩を落とします。",
    ),
    "garden1": ("庭の雑草", "庭の雑草は雨の後に根から抜くと楽です。"),
    "garden2": ("トマトの育て方", "庭でトマトを育てるには日当たりと支柱が必要で、雑草を抜きます。"),
}
ENGLISH = "The gardener pulls the weeds after the rain and the tomatoes grow in the sun beside the wall."


def pages(folder: str = "") -> dict[str, str]:
    return {
        f"{folder}{name}.md": article(name, number, *texts) for number, (name, texts) in enumerate(JAPANESE.items())
    }


def test_a_model_made_for_another_language_is_told(write_site: Callable[[dict[str, str]], Path]) -> None:
    content = write_site(pages())
    site = open_site(content, Settings(), model="english-static", use_cache=False)
    [found] = coverage(site)
    assert (found.language, found.model) == (None, "english-static")
    assert found.known_ratio < 0.3
    line = told([found])
    assert line is not None
    assert f"english-static knows {found.known_ratio:.0%} of the words: " in line
    [better] = coverage(open_site(content, Settings(), use_cache=False))
    assert better.model == "multilingual-static"
    assert better.known_ratio > found.known_ratio


def test_the_nearest_are_of_the_same_subject_in_a_language_without_spaces(
    write_site: Callable[[dict[str, str]], Path],
) -> None:
    site = open_site(write_site(pages()), Settings(), use_cache=False)
    keys = [one.key for one in site.corpus.articles]
    nearest = {key: keys[first] for key, first in zip(keys, site.propose(5).indices[:, 0], strict=True)}
    assert all(key.rstrip("12") == found.rstrip("12") for key, found in nearest.items())


def test_each_language_of_a_site_is_told_by_itself(
    write_site: Callable[[dict[str, str]], Path], tmp_path: Path
) -> None:
    english = {f"en/{number}.md": article(f"e{number}", 50 + number, f"Weeds {number}", ENGLISH) for number in range(4)}
    both = Settings(
        fields=replace(Settings().fields, language="$language"), languages=LanguageSettings(known=("en", "ja"))
    )
    content = write_site(english | pages("ja/"))
    for _ in range(2):
        site = open_site(content, both, model="english-static", cache_dir=tmp_path / "cache")
        found = {one.language: one.known_ratio for one in coverage(site)}
        assert sorted(found) == ["en", "ja"]
        assert found["ja"] < LEAST < found["en"]
        line = told(list(coverage(site)))
        assert line is not None
        assert "in ja: " in line
        assert " in en" not in line
    assert told([one for one in coverage(site) if one.language == "en"]) is None


def test_nothing_is_read_again_where_nothing_changed(
    write_site: Callable[[dict[str, str]], Path], tmp_path: Path
) -> None:
    content = write_site(pages())
    before = list(coverage(open_site(content, Settings(), cache_dir=tmp_path / "cache")))
    site = open_site(content, Settings(), cache_dir=tmp_path / "cache")
    for file in content.glob("*.md"):
        file.unlink()
    assert list(coverage(site)) == before


def test_a_model_without_a_tokenizer_of_its_own_is_passed_over(write_site: Callable[[dict[str, str]], Path]) -> None:
    class Bare:
        identity, name, dim, light = "bare", "bare", 4, False

    site = open_site(write_site(pages()), Settings(), use_cache=False)
    site.encoder = Bare()  # type: ignore[assignment]
    assert list(coverage(site)) == []
