"""From log-odds to probabilities, and how far they can be trusted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.ranker.record import Calibration

_PARTS = 10


def calibrate(log_odds: NDArray[np.float64], shown: NDArray[np.bool_]) -> Calibration:
    """Fit the two numbers of Platt's scaling by maximum likelihood, with a slope that cannot turn the order round."""
    from sklearn.linear_model import LogisticRegression

    if not shown.any() or shown.all():
        return Calibration(1.0, 0.0)
    model = LogisticRegression(C=1e6, max_iter=1000).fit(log_odds[:, None], shown)
    slope = float(model.coef_[0, 0])
    if slope <= 0:
        return Calibration(1.0, 0.0)
    return Calibration(round(slope, 6), round(float(model.intercept_[0]), 6))


def expected_calibration_error(probabilities: NDArray[np.float64], shown: NDArray[np.bool_]) -> float:
    """Mean distance of the mean probability from the share of links, over ten parts of equal size by probability
    (Naeini, Cooper and Hauskrecht 2015, AAAI).
    """
    if not len(shown):
        return float("nan")
    order = np.argsort(probabilities, kind="stable")
    parts = np.array_split(order, _PARTS)
    return float(
        sum(abs(probabilities[part].mean() - shown[part].mean()) * len(part) for part in parts if len(part))
        / len(order)
    )
