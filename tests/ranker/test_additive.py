"""Additive models: their steps say what the boosted trees say."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.ranker.additive import AdditiveModel, StepFunction, fit_additive


def _lessons(n: int = 4000) -> tuple[dict[str, np.ndarray], np.ndarray]:
    rng = np.random.default_rng(0)
    near = rng.random(n).astype(np.float32)
    lonely = rng.random(n).astype(np.float32)
    lonely[::7] = np.nan
    odds = 6 * (near - 0.7) + np.where(np.isnan(lonely), 1.0, 0.0)
    return {"near": near, "lonely": lonely}, rng.random(n) < 1 / (1 + np.exp(-odds))


def test_a_step_function_by_hand() -> None:
    function = StepFunction(edges=(0.0, 2.0), steps=(-1.0, 0.5, 3.0), missing=7.0)
    values = np.array([-0.1, 0.0, 1.9, 2.0, np.nan], dtype=np.float32)
    assert function(values).tolist() == [-1.0, 0.5, 0.5, 3.0, 7.0]


def test_a_missing_signal_counts_as_missing() -> None:
    model = AdditiveModel({"a": StepFunction((), (1.0,), -2.0)}, 0.5)
    assert model.log_odds({}, 2).tolist() == [-1.5, -1.5]
    assert model.log_odds({"a": np.zeros(2, np.float32)}, 2).tolist() == [1.5, 1.5]


def test_what_speaks_for_a_link_is_learned() -> None:
    signals, shown = _lessons()
    model = fit_additive(signals, shown, {"near": True})
    steps = model.functions["near"].steps
    assert list(steps) == sorted(steps)
    assert steps[-1] - steps[0] == pytest.approx(6, abs=1.5)
    lonely = model.functions["lonely"]
    assert lonely.missing > max(lonely.steps) + 0.3
    odds = model.log_odds(signals, len(shown))
    assert np.mean(1 / (1 + np.exp(-odds))) == pytest.approx(shown.mean(), abs=0.01)


def test_functions_are_centred_so_that_they_say_what_sets_a_pair_apart() -> None:
    signals, shown = _lessons()
    model = fit_additive(signals, shown, {})
    for name, function in model.functions.items():
        assert function(signals[name]).mean() == pytest.approx(0, abs=1e-4)


def test_the_steps_are_the_trees() -> None:
    """The naive twin is scikit-learn's own prediction on the same steps."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    from recommender.ranker import additive

    signals, shown = _lessons(1500)
    model = fit_additive(signals, shown, {})
    inputs = np.stack(
        [
            np.where(np.isnan(values), np.nan, np.searchsorted(additive._edges(values), values, side="right"))
            for values in signals.values()
        ],
        axis=1,
    )
    trees = HistGradientBoostingClassifier(
        max_iter=additive._ROUNDS,
        learning_rate=additive._LEARNING_RATE,
        max_leaf_nodes=additive._LEAVES,
        min_samples_leaf=20,
        l2_regularization=additive._L2,
        interaction_cst="no_interactions",
        early_stopping=False,
        random_state=0,
    ).fit(inputs, shown)
    np.testing.assert_allclose(model.log_odds(signals, len(shown)), trees.decision_function(inputs), atol=1e-3)


def test_a_constant_signal_says_nothing() -> None:
    signals, shown = _lessons(500)
    signals["constant"] = np.full(500, 3.0, np.float32)
    signals["never"] = np.full(500, np.nan, np.float32)
    model = fit_additive(signals, shown, {})
    assert set(model.functions) == {"near", "lonely"}
    nothing = fit_additive({"constant": signals["constant"]}, shown, {})
    assert nothing.log_odds({}, 1)[0] == pytest.approx(np.log(shown.mean() / (1 - shown.mean())), abs=1e-4)
