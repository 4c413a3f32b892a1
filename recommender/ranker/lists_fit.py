"""Learning how a site's editors choose within the list of an article's candidates, beyond the default ranking.

A listwise softmax over each article's candidates raises those that its editors linked (Cao et al. 2007, ICML). It
begins with what the default ranking says of them, and what is learned is held to be small: the fewer links teach, the
nearer to the default ranking it stays.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from recommender.ranker.additive import AdditiveModel
from recommender.ranker.list_score import Function

DEFAULT = "default"
"""The signal that learning begins with: the log-odds of the default ranking."""

# Signals of place bend at these standings, in standard deviations; signals of text are lines, since the default ranking
# has learned their bends over many sites.
_KNOTS = (-1.0, 0.0, 1.0, 2.0)
_ENDS = 6.0
_WIDEST = 100.0
# What weights are held down by, in lists: a weight is worth having where about so many lists ask for it. Of 10 to 100
# and 100 to 1,000 on the benchmark's sites these did best.
_OF_PLACE = 30.0
_OF_TEXT = 300.0
# What this number of lists teaches counts half, what more of them teach more. With one large component of links, most
# of a site is ranked by what few lists teach: a part of that is better on more sites, and more surely, than the whole.
_HALF = 60.0
_ROUNDS = 100
_DECIMALS = 4

Values = NDArray[np.float32]


def fit_lists(
    signals: Mapping[str, Values], owners: NDArray[np.integer], shown: NDArray[np.bool_], place: Collection[str]
) -> AdditiveModel:
    """Fit.

    Parameters
    ----------
    signals : mapping of str to float32 array of shape (n_pairs,)
        `DEFAULT`, and standings within lists.
    owners : integer array of shape (n_pairs,)
        Whose candidate each pair's is, ascending.
    shown : bool array of shape (n_pairs,)
        Whether each pair is a curated link. An article without one among its candidates teaches nothing.
    place : collection of str
        The signals of place.
    """
    from scipy.optimize import minimize
    from threadpoolctl import threadpool_limits

    identity = Function((-_WIDEST, _WIDEST), (-_WIDEST, _WIDEST))
    names = [name for name in signals if name != DEFAULT]
    teaches = np.bincount(owners, shown)[owners] > 0
    if not names or not teaches.any():
        return AdditiveModel({}, 0.0, {DEFAULT: identity})
    columns, held = _basis({name: signals[name][teaches] for name in names}, place)
    first = signals[DEFAULT][teaches].astype(np.float64)
    lists = np.unique(owners[teaches], return_inverse=True)[1]
    size = np.bincount(lists)
    begins = np.cumsum(size) - size
    wanted = shown[teaches] / np.bincount(lists, shown[teaches])[lists]
    target = wanted.astype(np.float32) @ columns

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = first + columns @ weights.astype(np.float32)
        top = np.maximum.reduceat(scores, begins)
        odds = np.exp(scores - top[lists])
        total = np.add.reduceat(odds, begins)
        value = float((top + np.log(total)).sum() - target @ weights - wanted @ first + 0.5 * held @ weights**2)
        return value, (odds / total[lists]).astype(np.float32) @ columns - target + held * weights

    # One thread: sums in one order, so that the same links give the same ranker everywhere.
    with threadpool_limits(1):
        found = minimize(loss, np.zeros(columns.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": _ROUNDS})
    return AdditiveModel(
        {}, 0.0, {DEFAULT: identity, **_functions(found.x * len(size) / (len(size) + _HALF), names, place)}
    )


def _basis(signals: Mapping[str, Values], place: Collection[str]) -> tuple[Values, NDArray[np.float64]]:
    """A column for each signal and for each of its bends, and by what the weight of each is held down."""
    columns: list[Values] = []
    held: list[float] = []
    for name, values in signals.items():
        bends = [np.maximum(values - knot, 0) for knot in _KNOTS] if name in place else []
        columns += [values, *bends]
        held += [_OF_PLACE if name in place else _OF_TEXT] * (1 + len(bends))
    return np.stack(columns, axis=1).astype(np.float32), np.array(held)


def _functions(weights: NDArray[np.float64], names: list[str], place: Collection[str]) -> dict[str, Function]:
    """The weights of the columns as one function per signal."""
    found = {}
    rest = weights
    for name in names:
        knots = _KNOTS if name in place else ()
        own, rest = rest[: 1 + len(knots)], rest[1 + len(knots) :]
        at = (-_ENDS, *knots, _ENDS)
        counts = [
            float(own[0] * x + sum(own[1 + number] * max(x - knot, 0) for number, knot in enumerate(knots))) for x in at
        ]
        found[name] = Function(at, tuple(round(count, _DECIMALS) for count in counts))
    return found
