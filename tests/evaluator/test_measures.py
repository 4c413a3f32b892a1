from __future__ import annotations

import math
import random

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import InputError
from recommender.evaluator.judgements import Judgements
from recommender.evaluator.measures import DEFAULT_MEASURES, parse_measure, parse_measures, score
from recommender.evaluator.trec import falling
from recommender.neighbours.candidates import Candidates
from recommender.neighbours.order import best_first
from tests.evaluator.helpers import candidates, judgements
from tests.evaluator.trec_eval import trec_eval

# Query 0 finds its first and third article at places 2 and 4, query 1 nothing, query 2 is answered by nothing.
HAND = judgements([[1, 2, 3], [1], [1]])
RUN = candidates([[9, 1, 8, 3, 7], [5, 6], []], depth=6)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("P@5", 2 / 5),
        ("R@5", 2 / 3),
        ("R@2", 1 / 3),
        ("cR@2", 1 / 2),
        ("cR@5", 2 / 3),
        ("Hit@1", 0.0),
        ("Hit@2", 1.0),
        ("MRR", 1 / 2),
        ("MRR@1", 0.0),
        ("MAP", (1 / 2 + 2 / 4) / 3),
        ("MAP@2", (1 / 2) / 3),
        ("Rprec", 1 / 3),
        ("nDCG@5", (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3) + 1 / math.log2(4))),
        ("nDCG@2", (1 / math.log2(3)) / (1 + 1 / math.log2(3))),
        ("bpref", 2 / 3),
        ("judged@4", 2 / 4),
        ("unjudged@4", 2 / 4),
    ],
)
def test_by_hand(name: str, first: float) -> None:
    measure = parse_measure(name)
    values = measure.per_query(HAND.judge(RUN))
    assert values[0] == pytest.approx(first, abs=1e-12)
    # A list without a hit, and no list at all: 0, and unjudged is a share of what was proposed.
    assert values[1:].tolist() == ([1.0, 0.0] if name.startswith("unjudged") else [0.0, 0.0])


def test_what_is_not_answered_counts_as_zero_and_is_told() -> None:
    scores = score(HAND.judge(RUN), parse_measures(["Hit@5"]))
    assert scores.n_empty == 1
    assert scores.mean("Hit@5") == pytest.approx(1 / 3)


def test_a_cut_off_beyond_the_depth_reads_what_there_is() -> None:
    shallow = HAND.judge(candidates([[1], [1], []]))
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert parse_measure("nDCG@10").per_query(shallow).tolist() == pytest.approx([1 / ideal, 1.0, 0.0])
    assert parse_measure("P@10").per_query(shallow).tolist() == pytest.approx([0.1, 0.1, 0.0])


def test_a_run_without_places() -> None:
    nothing = HAND.judge(candidates([[], [], []], depth=0))
    for name in DEFAULT_MEASURES:
        assert parse_measure(name).per_query(nothing).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("ndcg@10", "nDCG@10"),
        ("RECALL@5", "R@5"),
        ("cr@5", "cR@5"),
        (" map ", "MAP"),
        ("success@3", "Hit@3"),
        ("RR@10", "MRR@10"),
    ],
)
def test_names_are_those_of_the_field(written: str, name: str) -> None:
    assert parse_measure(written).name == name
    assert parse_measure(written).meaning


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("nDGC@10", "Did you mean nDCG"),
        ("R", "should be written R@5"),
        ("bpref@5", "should be written bpref"),
        ("P@0", "expected a whole number from 1 to 10,000; found '0'"),
        ("P@-1", "no measure"),
        ("", "no measure"),
        ("@5", "no measure"),
    ],
)
def test_names_that_are_not(written: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_measure(written)


def test_several_names_at_once() -> None:
    assert [measure.name for measure in parse_measures(["R@5, mrr", "r@5"])] == ["R@5", "MRR"]


def made_up(seed: int) -> tuple[Judgements, Candidates]:
    """A run with tied scores, queries without an answer, rejected and unjudged proposals."""
    draw = random.Random(seed)
    n_queries, n_articles, depth = 40, 60, 30
    relevant, rejected, lists, scores = [], [], [], []
    for _ in range(n_queries):
        pool = draw.sample(range(n_articles), 25)
        n_relevant = draw.randint(1, 8)
        relevant.append(pool[:n_relevant])
        rejected.append(pool[n_relevant : n_relevant + draw.choice([0, 0, 2, 9])])
        length = draw.choice([0, 1, 3, depth, depth])
        lists.append(draw.sample(range(n_articles), length))
        scores.append([draw.randint(0, 5) / 5 for _ in range(length)])
    rows = np.full((n_queries, depth), -1)
    values = np.full((n_queries, depth), -np.inf)
    for line, (found, given_scores) in enumerate(zip(lists, scores, strict=True)):
        rows[line, : len(found)] = found
        values[line, : len(found)] = given_scores
    order = best_first(rows, values)
    run = Candidates(np.take_along_axis(rows, order, 1).astype(np.int32), np.take_along_axis(values, order, 1))
    return judgements(relevant, rejected), run


def as_trec(judged: Judgements, run: Candidates) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, float]]]:
    qrels = {}
    for place in range(len(judged.queries)):
        qrels[str(place)] = {f"d{row:03d}": 0 for row in judged.rejected.of(place)}
        qrels[str(place)].update({f"d{row:03d}": 1 for row in judged.relevant.of(place)})
    lowered = falling(run.scores)
    lists = {
        str(line): {f"d{row:03d}": float(value) for row, value in zip(rows, values, strict=True) if row >= 0}
        for line, (rows, values) in enumerate(zip(run.indices.tolist(), lowered.tolist(), strict=True))
    }
    return qrels, lists


TREC_EVAL = {
    "nDCG": "ndcg",
    "nDCG@10": "ndcg_cut_10",
    "nDCG@3": "ndcg_cut_3",
    "nDCG@50": "ndcg_cut_50",
    "R@5": "recall_5",
    "R@50": "recall_50",
    "P@5": "P_5",
    "P@50": "P_50",
    "MRR": "recip_rank",
    "MAP": "map",
    "MAP@10": "map_cut_10",
    "Hit@5": "success_5",
    "Rprec": "Rprec",
    "bpref": "bpref",
}


@pytest.mark.parametrize("seed", range(8))
def test_equal_to_trec_eval(seed: int) -> None:
    judged, run = made_up(seed)
    hits = judged.judge(run)
    assert hits.proposed.min() == 0
    assert hits.rejected.any()
    assert len(np.unique(run.scores)) < 10
    qrels, lists = as_trec(judged, run)
    wanted = {
        "ndcg",
        "ndcg_cut.3,10,50",
        "recall.5,50",
        "P.5,50",
        "recip_rank",
        "map",
        "map_cut.10",
        "success.5",
        "Rprec",
        "bpref",
    }
    found = trec_eval(qrels, lists, wanted)
    for name, theirs in TREC_EVAL.items():
        ours = parse_measure(name).per_query(hits)
        expected = [found.get(str(line), {}).get(theirs, 0.0) for line in range(len(ours))]
        np.testing.assert_allclose(ours, expected, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("seed", range(3))
def test_equal_to_ir_measures(seed: int) -> None:
    judged, run = made_up(seed)
    hits = judged.judge(run)
    qrels, lists = as_trec(judged, run)
    theirs = {name: ir_measures.parse_measure(other) for name, other in (("judged@5", "Judged@5"), ("MRR@10", "RR@10"))}
    answered = {query: rows for query, rows in lists.items() if rows}
    found = {
        (metric.query_id, str(metric.measure)): metric.value
        for metric in ir_measures.iter_calc(list(theirs.values()), qrels, answered)
    }
    for name, measure in theirs.items():
        ours = parse_measure(name).per_query(hits)
        expected = [found.get((str(line), str(measure)), 0.0) for line in range(len(ours))]
        np.testing.assert_allclose(ours, expected, atol=1e-6, err_msg=name)


@given(st.integers(0, 10_000))
def test_all_measures_are_ratios_and_no_run_beats_the_best(seed: int) -> None:
    judged, run = made_up(seed)
    best = judged.best_possible(30)
    for name in (*DEFAULT_MEASURES, "nDCG", "cR@2", "Rprec", "MRR@3"):
        measure = parse_measure(name)
        values = measure.per_query(judged.judge(run))
        assert values.min() >= 0
        assert (values <= measure.per_query(best) + 1e-12).all()
