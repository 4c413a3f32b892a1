from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from recommender.execute.engine import EngineSettings
from recommender.settings import LinkSettings, Settings, WordSettings
from recommender.site.duplicates import duplicate_clusters
from recommender.site.open import open_site
from recommender.site.recommend import recommend
from recommender.site.staged import open_staged
from tests.conftest import article

OTHERS = tuple(enumerate(("onions", "chess", "rivers", "kings", "prices", "trees", "clouds", "planets", "soap", "tin")))
WORDS = ("salt", "sugar", "money", "planets", "rivers", "kings", "cells", "prices", "trees", "clouds")


@pytest.fixture
def copies(write_site: Callable[[dict[str, str]], Path]) -> Path:
    """Two articles that share nearly all of their text, the later one linked, and two that share half."""
    body = " ".join(f"{word} grows beside {other}." for _, word in OTHERS for _, other in OTHERS)
    half = body[: len(body) // 2] + " ".join(
        f"{word} was sold for {other}." for _, word in OTHERS for _, other in OTHERS
    )
    files = {
        "a.md": article("a", 1, "What grows beside what?", body, subject="Psychology"),
        "b.md": article("b", 2, "Which things grow together?", body + " So it is.", subject="Economics"),
        "c.md": article("c", 3, "What was sold?", half, links=("b",)),
    }
    return write_site(files | {f"o{n}.md": article(f"o{n}", 50 + n, f"On {word}", word) for n, word in OTHERS})


def test_what_says_the_same_and_who_stands_first(copies: Path) -> None:
    found = duplicate_clusters(open_site(copies, use_cache=False))
    (cluster,) = found.clusters
    assert [one.key for one in cluster] == ["/learn/b", "/learn/a"]
    assert cluster[0].linked_by == 1 > cluster[1].linked_by
    assert cluster[0].similarity == 1.0
    assert cluster[1].similarity >= found.threshold


def test_the_threshold_can_be_given(copies: Path) -> None:
    settings = Settings(links=LinkSettings(duplicate_score=0.1))
    found = duplicate_clusters(open_site(copies, settings, use_cache=False))
    assert found.threshold == 0.1
    assert [len(cluster) for cluster in found.clusters] == [3]


def test_remembered_and_found_again_alike(copies: Path, tmp_path: Path) -> None:
    first = open_site(copies, cache_dir=tmp_path).duplicates
    again = open_site(copies, cache_dir=tmp_path).duplicates
    assert first.threshold == again.threshold
    assert np.array_equal(first.labels, again.labels)
    assert len(first.clusters()) == 1
    other = open_site(copies, Settings(links=LinkSettings(duplicate_score=0.1)), cache_dir=tmp_path).duplicates
    assert [len(rows) for rows in other.clusters()] == [3]


def test_without_words_texts_are_compared_as_well(copies: Path) -> None:
    site = open_site(copies, Settings(words=WordSettings(share=0)), use_cache=False)
    assert [len(cluster) for cluster in duplicate_clusters(site).clusters] == [2]


def test_duplicates_are_the_same_where_parts_are_files(copies: Path, tmp_path: Path) -> None:
    here = open_site(copies, use_cache=False).duplicates
    with open_staged(copies, engine=EngineSettings(workdir=tmp_path / "work")) as staged:
        assert staged.duplicates.labels.tolist() == here.labels.tolist()


def test_one_question_in_two_subjects(write_site: Callable[[dict[str, str]], Path]) -> None:
    files = {
        f"{n}.md": article(f"a{n:02}", n, f"Question {n} about {word}?", f"{word} and {n} more of {word}.")
        for n, word in enumerate(
            ["salt", "sugar", "money", "planets", "rivers", "kings", "cells", "prices", "trees", "clouds"]
        )
    }
    same = article("same", 98, "Question 3 about planets?", "planets and 3 more of planets.", subject="Astronomy")
    content = write_site({**files, "same.md": same})
    site = open_site(content, use_cache=False)
    (cluster,) = duplicate_clusters(site).clusters
    assert [one.key for one in cluster] == ["/learn/a03", "/learn/same"]


def test_parts_of_a_series_are_no_near_duplicates(write_site: Callable[[dict[str, str]], Path]) -> None:
    draw = random.Random(4)
    who, did = ("We", "The cook", "Nobody", "My friend", "The captain"), ("walked to", "slept near", "drew", "left")
    where = ("the harbour", "a chapel", "the dunes", "a quiet bay", "the reef", "the ferry", "a market")
    when = ("while the wind blew from the sea.", "before the sun went down.", "as soon as the rain had ended.")
    files = {}
    for day in range(1, 9):
        said = [" ".join(map(draw.choice, (who, did, where, when))) for _ in range(60)]
        files[f"{day}.md"] = article(f"d{day}", day, f"Island diary. Day {day}", " ".join(said))
    files |= {
        f"o{n}.md": article(f"o{n}", 50 + n, f"On {word}", f"{word} and {word} again. " * 9) for n, word in OTHERS
    }
    assert duplicate_clusters(open_site(write_site(files), use_cache=False)).clusters == ()


def test_unrelated_pages_in_a_script_that_a_model_hardly_knows(write_site: Callable[[dict[str, str]], Path]) -> None:
    draw = random.Random(4)
    subjects = (
        "양파 당근 냄비 소금",
        "체인 바퀴 안장 기름",
        "갈대 둥지 강가 날개",
        "음계 박자 건반 악보",
        "배낭 지도 능선 신발",
    )
    said = (
        "{} 때문에 {} 문제가 자주 생깁니다.",
        "좋은 {} 하나가 {} 열 개보다 낫습니다.",
        "{} 값은 {} 값보다 비쌉니다.",
    )
    files = {}
    for number, subject in enumerate(subjects):
        words = subject.split()
        body = " ".join(draw.choice(said).format(*draw.choices(words, k=2)) for _ in range(30))
        files[f"{number}.md"] = article(f"k{number}", number, f"{words[0]} 이야기", body)
    assert duplicate_clusters(open_site(write_site(files), use_cache=False)).clusters == ()


def test_most_of_a_site_may_be_one_page(write_site: Callable[[dict[str, str]], Path]) -> None:
    stub = "This page is being written. Come back later, or ask us by mail."
    files = {f"s{n:02}.md": article(f"s{n:02}", n, "Coming soon", stub) for n in range(40)}
    files |= {
        f"o{n}.md": article(f"o{n}", 90 + n, f"On {word}", f"{word} and {n} of {word}. " * 9) for n, word in OTHERS
    }
    site = open_site(write_site(files), use_cache=False)
    (cluster,) = duplicate_clusters(site).clusters
    assert [one.key for one in cluster] == [f"/learn/s{n:02}" for n in range(40)]
    for listed in recommend(site).articles:
        if listed.key.startswith("/learn/s"):
            assert not any(related.key.startswith("/learn/s") for related in listed.related)
