from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from recommender.settings import LinkSettings, Settings
from recommender.site.duplicates import duplicate_clusters
from recommender.site.open import open_site
from tests.conftest import article

WORDS = ("salt", "sugar", "money", "planets", "rivers", "kings", "cells", "prices", "trees", "clouds")


def test_the_sample_has_one_pair_that_says_the_same(data: Path) -> None:
    found = duplicate_clusters(open_site(data, use_cache=False))
    (cluster,) = found.clusters
    assert [one.group for one in cluster] == ["Psychology", "Economics"]
    # The one that more curated links name stands first, and likeness is to it.
    assert cluster[0].linked_by > cluster[1].linked_by
    assert cluster[0].similarity == 1.0
    assert cluster[1].similarity >= found.threshold


def test_the_threshold_can_be_given(data: Path) -> None:
    settings = Settings(links=LinkSettings(duplicate_score=0.75))
    found = duplicate_clusters(open_site(data, settings, use_cache=False))
    assert found.threshold == 0.75
    assert len(found.clusters) > 1
    sizes = [len(cluster) for cluster in found.clusters]
    assert sizes == sorted(sizes, reverse=True)


def test_remembered_and_found_again_alike(data: Path, tmp_path: Path) -> None:
    first = open_site(data, cache_dir=tmp_path).duplicates
    again = open_site(data, cache_dir=tmp_path).duplicates
    assert first.threshold == again.threshold
    assert np.array_equal(first.labels, again.labels)
    other = open_site(data, Settings(links=LinkSettings(duplicate_score=0.999)), cache_dir=tmp_path).duplicates
    assert other.clusters() == []


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
