from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import recommender
from recommender.errors import InputError
from recommender.evaluator.folds import Fold, parse_fold
from recommender.evaluator.settings import EvaluateSettings
from recommender.evaluator.units import connect
from recommender.measure.evaluate import evaluate
from recommender.measure.folds import fold_rows, site_folds
from recommender.site.site import Site
from tests.conftest import article

N_PAIRS = 12


@pytest.fixture
def pairs(write_site: Callable[[dict[str, str]], Path]) -> Site:
    """Twelve pairs of articles that link to each other, and three articles without links."""
    files = {}
    for number in range(2 * N_PAIRS + 3):
        other = number + 1 - 2 * (number % 2)
        links = (f"a{other:02d}",) if number < 2 * N_PAIRS else ()
        text = f"Word{number // 2} and thing{number} are what this is about."
        files[f"a{number:02d}.md"] = article(f"a{number:02d}", number, f"What is thing{number}?", text, links=links)
    return recommender.open_site(write_site(files), use_cache=False)


@pytest.mark.parametrize("text", ["2", "0/5", "6/5", "1/1", "a/b", "1/5/2", ""])
def test_names_that_are_no_fold(text: str) -> None:
    with pytest.raises(InputError, match="such as 2/5"):
        parse_fold(text)


def test_folds_divide_the_site_and_keep_links_together(pairs: Site) -> None:
    folds = site_folds(pairs, 4)
    assert np.bincount(folds[: 2 * N_PAIRS]).tolist() == [6, 6, 6, 6]
    labels = connect(pairs.resolved.targets).labels
    for label in set(labels.tolist()):
        assert len(set(folds[labels == label].tolist())) == 1
    rows = [fold_rows(pairs, Fold(number, 4)).tolist() for number in (1, 2, 3, 4)]
    assert sorted(row for part in rows for row in part) == list(range(2 * N_PAIRS + 3))
    assert folds.tolist() == site_folds(pairs, 4).tolist()
    assert folds.tolist() != site_folds(pairs, 4, seed=1).tolist()


def test_too_few_parts_for_the_folds(pairs: Site) -> None:
    with pytest.raises(InputError, match="found 12"):
        site_folds(pairs, 13)


def test_a_fold_restricts_the_queries_and_not_the_candidates(pairs: Site) -> None:
    found = evaluate(pairs, EvaluateSettings(fold="2/4"), systems=["text"])
    assert found.evaluation.queries == 6
    assert found.evaluation.corpus.eligible == 2 * N_PAIRS + 3
    own = fold_rows(pairs, Fold(2, 4))
    assert set(found.bench.judgements.queries.tolist()) <= set(own.tolist())
    assert found.bench.task.sources.tolist() == own.tolist()
    key = pairs.corpus.articles[int(own[0])].key
    both = evaluate(pairs, EvaluateSettings(fold="2/4"), systems=["text"], queries=[key, pairs.corpus.articles[-1].key])
    assert both.evaluation.per_query.keys == (key,)
