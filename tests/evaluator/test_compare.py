from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from recommender.errors import CheckFailed, InputError
from recommender.evaluator.compare import Limit, changes, check_limits, parse_limit
from recommender.evaluator.measured import EvaluationRun
from recommender.evaluator.result import Evaluation, PerQuery, decode_evaluation, encode_evaluation
from recommender.evaluator.significance import Interval


def altered(evaluation: Evaluation, values: list[float], **more: object) -> Evaluation:
    """The same evaluation with other values of the main system."""
    per_query = dataclasses.replace(evaluation.per_query, systems={"text": tuple(values)})
    mean = float(np.mean(values))
    systems = {"text": {**evaluation.systems["text"], per_query.measure: Interval(mean, mean, mean)}}
    return dataclasses.replace(evaluation, systems=systems, per_query=per_query, **more)  # type: ignore[arg-type]


def test_an_evaluation_against_itself_as_it_was_written(sample_run: EvaluationRun) -> None:
    old = decode_evaluation(encode_evaluation(sample_run.evaluation), "old")
    found = changes(old, sample_run.evaluation, sample_run.bench.units.labels)
    assert found.notes == ()
    assert all(abs(change.new - change.old) < 1e-6 for change in found.measures)
    assert len(found.measures) == 12 * 8
    assert found.outcome is not None
    assert (found.outcome.wins, found.outcome.losses, found.outcome.ties) == (0, 0, 124)
    assert found.won == found.lost == ()


def test_which_queries_won_and_lost(sample_run: EvaluationRun) -> None:
    new = sample_run.evaluation
    values = list(new.per_query.systems["text"])
    best, worst = int(np.argmax(values)), int(np.argmin(values))
    values[best], values[worst] = 0.0, 1.0
    found = changes(altered(new, values), new, sample_run.bench.units.labels)
    assert [change.key for change in found.won] == [new.per_query.keys[best]]
    assert [change.key for change in found.lost] == [new.per_query.keys[worst]]
    assert (found.won[0].old, found.lost[0].old) == (0.0, 1.0)
    assert found.outcome is not None
    assert (found.outcome.wins, found.outcome.losses) == (1, 1)


def test_only_queries_that_both_have_are_compared(sample_run: EvaluationRun) -> None:
    new = sample_run.evaluation
    keys, values = new.per_query.keys[10:], new.per_query.systems["text"][10:]
    per_query = PerQuery(new.per_query.measure, ("/gone", *keys), {"text": (0.5, *values)})
    old = dataclasses.replace(
        new, per_query=per_query, queries=115, corpus=dataclasses.replace(new.corpus, digest="0" * 32)
    )
    found = changes(old, new, sample_run.bench.units.labels)
    assert found.shared == 114
    assert found.outcome is not None
    assert found.outcome.ties == 114
    assert "the articles are not the same" in found.notes[0]


def test_nothing_in_common(sample_run: EvaluationRun) -> None:
    new = sample_run.evaluation
    old = dataclasses.replace(
        new,
        per_query=dataclasses.replace(new.per_query, measure="MRR"),
        evaluation=dataclasses.replace(new.evaluation, symmetric=True, depth=7),
    )
    found = changes(old, new, sample_run.bench.units.labels)
    assert found.outcome is None
    assert len(found.notes) == 3


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("nDCG@10=0.15", Limit("nDCG@10", 0.15)),
        ("ndcg@10=.15", Limit("nDCG@10", 0.15)),
        ("bm25:R@5=1e-2", Limit("R@5", 0.01, "bm25")),
    ],
)
def test_limits(text: str, limit: Limit) -> None:
    assert parse_limit(text) == limit


@pytest.mark.parametrize("text", ["nDCG@10", "nDCG@10=", "nDCG@10=much", "nDCG@10=nan", "=0.1", "nope=0.1"])
def test_limits_out_of_form(text: str) -> None:
    with pytest.raises(InputError):
        parse_limit(text)


def test_what_is_under_its_limit_fails_and_all_are_named(sample_run: EvaluationRun) -> None:
    new = sample_run.evaluation
    with pytest.raises(CheckFailed) as caught:
        check_limits(new, [Limit("nDCG@10", 0.9), Limit("R@5", 0.01), Limit("MRR", 0.95, "bm25")], [], {})
    assert caught.value.exit_status == 1
    assert f"nDCG@10 of text is {new.systems['text']['nDCG@10'].mean:.4f}, under 0.9" in str(caught.value)
    assert "MRR of bm25" in str(caught.value)
    assert "R@5" not in str(caught.value)


def test_a_figure_at_its_limit_passes(sample_run: EvaluationRun) -> None:
    new = sample_run.evaluation
    exact = round(new.systems["text"]["nDCG@10"].mean, 6)
    check_limits(new, [Limit("nDCG@10", exact)], [Limit("nDCG@10", 0.0)], {"now": new})


def test_drops(sample_run: EvaluationRun) -> None:
    new = sample_run.evaluation
    mean = new.systems["text"]["nDCG@10"].mean
    old = altered(new, [mean + 0.02] * 124)
    check_limits(new, [], [Limit("nDCG@10", 0.0201)], {"old": old})
    with pytest.raises(CheckFailed, match=r"^nDCG@10 of text fell from 0\.\d+ in old to"):
        check_limits(new, [], [Limit("nDCG@10", 0.0199)], {"same": new, "old": old})
    with pytest.raises(InputError, match="needs --against"):
        check_limits(new, [], [Limit("nDCG@10", 0.1)], {})
    with pytest.raises(InputError, match="the earlier evaluation old does not hold"):
        check_limits(new, [], [Limit("nDCG@10", 0.1, "bm25")], {"old": old})
    with pytest.raises(InputError, match="this evaluation does not hold"):
        check_limits(new, [Limit("nDCG@3", 0.1)], [], {})
