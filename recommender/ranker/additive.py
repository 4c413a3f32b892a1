"""A sum of one function per signal: as good as boosted trees here, quick, and every score explains itself.

The functions are step functions, found by gradient boosting with trees that may not combine signals (scikit-learn's
histogram gradient boosting), so that the model is a generalised additive model (Lou, Caruana and Gehrke 2012, KDD).
What is kept are the steps: plain numbers, read without scikit-learn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from recommender.ranker.list_score import Function

_STEPS = 48
_DECIMALS = 5
_ROUNDS = 150
_LEARNING_RATE = 0.1
_LEAVES = 6
_L2 = 5.0
_LEAST_RANGE = 0.03


@dataclass(frozen=True, slots=True)
class StepFunction:
    """A function of one signal.

    Attributes
    ----------
    edges : tuple of float
        Ascending; a value is on step ``i`` if ``i`` edges are at or below it.
    steps : tuple of float
        One more than edges, in log-odds.
    missing : float
        Where the signal is NaN.
    """

    edges: tuple[float, ...]
    steps: tuple[float, ...]
    missing: float

    def __call__(self, values: NDArray[np.floating]) -> NDArray[np.float64]:
        places = _steps_of(values, np.array(self.edges, dtype=np.float32))
        result: NDArray[np.float64] = np.array([*self.steps, self.missing])[places]
        return result


@dataclass(frozen=True, slots=True)
class AdditiveModel:
    """Log-odds as a sum of functions of signals; `intercept` is added.

    Attributes
    ----------
    lines : dict of str to Function
        Of signals that are compared within lists, linear between knots.
    """

    functions: dict[str, StepFunction]
    intercept: float
    lines: dict[str, Function] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The signals that it reads."""
        return (*self.functions, *self.lines)

    def log_odds(self, signals: Mapping[str, NDArray[np.floating]], n: int) -> NDArray[np.float64]:
        """Score `n` pairs. A signal that is not given counts as missing; within a list, as the mean."""
        total = np.full(n, self.intercept)
        for name, function in self.functions.items():
            total += function(signals[name]) if name in signals else function.missing
        for name, line in self.lines.items():
            if name in signals:
                total += line(signals[name])
        return total


def fit_additive(
    signals: Mapping[str, NDArray[np.float32]],
    shown: NDArray[np.bool_],
    rises: Mapping[str, bool],
) -> AdditiveModel:
    """Fit.

    Parameters
    ----------
    signals : mapping of str to float32 array of shape (n_pairs,)
    shown : bool array of shape (n_pairs,)
        Whether each pair is a curated link.
    rises : mapping of str to bool
        Signals whose function may only rise.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    edges = {name: _edges(values) for name, values in signals.items()}
    # A signal that is the same for all pairs has no function.
    names = [name for name in signals if len(np.unique(_steps_of(signals[name], edges[name]))) > 1]
    if not names:
        share = float(np.clip(shown.mean(), 1e-6, 1 - 1e-6))
        return AdditiveModel({}, round(float(np.log(share / (1 - share))), _DECIMALS))
    inputs = np.stack([_steps_of(signals[name], edges[name]) for name in names], axis=1).astype(np.float64)
    missing = np.array([len(edges[name]) + 1 for name in names], dtype=np.float64)
    inputs[inputs == missing] = np.nan
    model = HistGradientBoostingClassifier(
        max_iter=_ROUNDS,
        learning_rate=_LEARNING_RATE,
        max_leaf_nodes=_LEAVES,
        min_samples_leaf=max(20, len(shown) // 1500),
        l2_regularization=_L2,
        interaction_cst="no_interactions",
        monotonic_cst=[int(rises.get(name, False)) for name in names],
        early_stopping=False,
        random_state=0,
    )
    # One thread: sums in one order, so that the same links give the same ranker everywhere.
    with threadpool_limits(1):
        model.fit(inputs, shown)
        base = np.zeros((1, len(names)))
        intercept = float(model.decision_function(base)[0])
        functions = {}
        for column, name in enumerate(names):
            # Signals do not combine, so the model along one axis is that signal's function.
            grid = np.zeros((len(edges[name]) + 2, len(names)))
            grid[:-1, column] = np.arange(len(edges[name]) + 1)
            grid[-1, column] = np.nan
            steps = np.round(model.decision_function(grid) - intercept, _DECIMALS).tolist()
            functions[name] = StepFunction(tuple(edges[name].tolist()), tuple(steps[:-1]), steps[-1])
    intercept += sum(float(function(signals[name]).mean()) for name, function in functions.items())
    centred = {name: _centred(function, signals[name]) for name, function in functions.items()}
    return AdditiveModel(
        {name: function for name, function in centred.items() if _matters(function)}, round(intercept, _DECIMALS)
    )


def _edges(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Where steps may begin: quantiles, of which those at the upper and lower end lie closer."""
    known = values[~np.isnan(values)]
    if not len(known):
        return np.empty(0, dtype=np.float32)
    tails = np.array([0.001, 0.003, 0.01, 0.02, 0.98, 0.99, 0.997, 0.999])
    shares = np.sort(np.concatenate([np.linspace(0, 1, _STEPS + 1)[1:-1], tails]))
    return np.unique(np.quantile(known, shares, method="higher").astype(np.float32))


def _steps_of(values: NDArray[np.floating], edges: NDArray[np.float32]) -> NDArray[np.intp]:
    """Step of each value; one beyond the last for NaN."""
    return np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="right"))


def _centred(function: StepFunction, values: NDArray[np.float32]) -> StepFunction:
    """The function less its mean over the pairs: what is left is what sets a pair apart from the others."""
    mean = float(function(values).mean())
    steps = tuple(round(step - mean, _DECIMALS) for step in function.steps)
    return StepFunction(function.edges, steps, round(function.missing - mean, _DECIMALS))


def _matters(function: StepFunction) -> bool:
    """Whether a function says anything: what does not need not be worked out for every pair."""
    return max(function.steps) - min(function.steps) >= _LEAST_RANGE
