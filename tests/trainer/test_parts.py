from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from recommender.errors import InputError
from recommender.evaluator.folds import Fold
from recommender.measure.folds import fold_rows
from recommender.site.open import open_site
from recommender.site.site import Site
from recommender.trainer.parts import Parts, divide
from tests.conftest import article


def _part_of(parts: Parts, n: int) -> list[int]:
    part = np.full(n, -1)
    for number, rows in enumerate((parts.training, parts.development, parts.test)):
        assert (part[rows] == -1).all()
        part[rows] = number
    assert (part >= 0).all()
    return part.tolist()


def _crossing(site: Site, part: list[int]) -> int:
    targets = site.resolved.targets
    return sum(
        part[row] != part[other] for row in range(len(part)) for other in set(targets[row].tolist()) if other >= 0
    )


@pytest.mark.parametrize("seed", [0, 1])
def test_no_link_leaves_its_part(site: Site, seed: int) -> None:
    parts = divide(site, by_links=True, seed=seed)
    assert parts.rule == "components"
    part = _part_of(parts, len(site.corpus))
    assert _crossing(site, part) == parts.cut_links == 0
    assert {part[row] for pair in parts.links.tolist() for row in pair} == {0}
    assert len(parts.training) == 36


def test_the_test_part_is_what_evaluate_calls_the_last_fold(site: Site) -> None:
    assert divide(site, by_links=True).test.tolist() == fold_rows(site, Fold(5, 5)).tolist()


def test_seeds_divide_differently_and_each_always_the_same(site: Site) -> None:
    first = [divide(site, by_links=True, seed=seed).test.tolist() for seed in (0, 1)]
    assert first[0] != first[1]
    assert [divide(site, by_links=True, seed=seed).test.tolist() for seed in (0, 1)] == first


def test_a_site_that_hangs_together_is_divided_by_communities(open_linked: Callable[..., Site]) -> None:
    site = open_linked(joined=True)
    parts = divide(site, by_links=True)
    assert parts.rule == "communities"
    part = _part_of(parts, len(site.corpus))
    assert 0 < _crossing(site, part) == parts.cut_links < 15
    assert {part[row] for pair in parts.links.tolist() for row in pair} == {0}


def test_without_links_articles_are_drawn(open_linked: Callable[..., Site]) -> None:
    site = open_linked(linked=False)
    parts = divide(site, by_links=False)
    assert parts.rule == "articles"
    _part_of(parts, len(site.corpus))
    assert [len(rows) for rows in (parts.training, parts.development, parts.test)] == [36, 12, 12]


def test_what_cannot_be_divided(write_site: Callable[[dict[str, str]], Path]) -> None:
    every = [f"a{number}" for number in range(6)]
    files = {
        f"{name}.md": article(name, number, f"what {name}", f"so {name}", links=tuple(x for x in every if x != name))
        for number, name in enumerate(every)
    }
    with pytest.raises(InputError, match=r"connect it too closely.*--pairs views,passages"):
        divide(open_site(write_site(files)), by_links=True)


def test_too_few_articles(write_site: Callable[[dict[str, str]], Path]) -> None:
    files = {f"a{number}.md": article(f"a{number}", number, "what", "so") for number in range(3)}
    with pytest.raises(InputError, match="at least 5 articles; found 3"):
        divide(open_site(write_site(files)), by_links=False)
