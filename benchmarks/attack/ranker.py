"""A ranker that no site has learned, whose file the attack breaks."""

from __future__ import annotations

from recommender.ranker.additive import AdditiveModel, StepFunction
from recommender.ranker.affinity import AffinityCounts
from recommender.ranker.batch_model import BatchModel
from recommender.ranker.record import Calibration, Card, Combination, Gain, Ranker, SystemFigure, key_name
from recommender.ranker.sequence import MAX_LENGTH


def any_ranker(step: float = 0.5) -> Ranker:
    """A ranker with something in each of its parts; `step` is a value in the whole that its parts have not."""
    card = Card(
        articles=3,
        queries=2,
        links=4,
        components=2,
        folds=2,
        text_only=False,
        pool_recall={"text": 0.5, "union": 0.75},
        figures=(SystemFigure("ranker", 0.5),),
        gain=Gain(0.1, 0.05, 0.15),
        expected_calibration_error=0.01,
        model="m",
        views={"a": 1.0},
        treatment="t",
        learned_on="2026-11-30",
        basis={"the model": "m"},
    )
    keys = frozenset({key_name("/a"), key_name("/b")}), frozenset({key_name("/c")})
    return Ranker(_combination(step), (_combination(0.5), _combination(0.5)), keys, card)


def _combination(step: float) -> Combination:
    return Combination(
        AdditiveModel({"text": StepFunction((0.1, 0.5), (-1.0, 0.0, step), 0.25)}, -2.5),
        BatchModel({"view answer": 3.0}, -1.0, (1 / MAX_LENGTH,) * MAX_LENGTH),
        AffinityCounts(("A", ""), ("B", "A"), (1.0, 0.0), (0.5, 2.0)),
        Calibration(1.25, -0.5),
    )
