"""Learning within lists: what is learned, what is not, and that it begins with the default ranking."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.ranker.lists_fit import DEFAULT, fit_lists

Signals = dict[str, NDArray[np.float32]]
PLACE = ("folder",)


def _lists(n: int, *, folder_counts: float, seed: int = 0) -> tuple[Signals, NDArray[np.int64], NDArray[np.bool_]]:
    """Lists of ten candidates, of which one is linked, drawn by the default's odds and the folder."""
    rng = np.random.default_rng(seed)
    owners = np.repeat(np.arange(n), 10)
    signals = {name: rng.normal(size=10 * n).astype(np.float32) for name in (DEFAULT, "words", "folder")}
    odds = signals[DEFAULT] + folder_counts * signals["folder"] + rng.gumbel(size=10 * n)
    best = odds.reshape(n, 10).argmax(axis=1) + 10 * np.arange(n)
    return signals, owners, np.isin(np.arange(10 * n), best)


def test_what_editors_follow_is_learned_and_the_rest_is_not() -> None:
    signals, owners, shown = _lists(600, folder_counts=1.0)
    model = fit_lists(signals, owners, shown, PLACE)
    slope = (model.lines["folder"](np.array([1.0])) - model.lines["folder"](np.array([-1.0])))[0] / 2
    assert 0.7 < slope < 1.1
    words = model.lines["words"](np.array([-2.0, 2.0]))
    assert abs(words[1] - words[0]) < 0.4


def test_few_links_change_little() -> None:
    def slope(n: int) -> float:
        line = fit_lists(*_lists(n, folder_counts=1.0), PLACE).lines["folder"]
        return float(line(np.array([1.0]))[0] - line(np.array([-1.0]))[0])

    assert 0 < slope(10) < slope(600) / 2


def test_without_a_link_it_is_the_default_ranking() -> None:
    signals, owners, shown = _lists(20, folder_counts=1.0)
    model = fit_lists(signals, owners, np.zeros_like(shown), PLACE)
    np.testing.assert_allclose(model.log_odds(signals, len(owners)), signals[DEFAULT], rtol=1e-6)


def test_the_functions_say_what_was_fitted() -> None:
    """The scores are a softmax's: more of a signal's steepest part gives more, whatever the order of the signals."""
    signals, owners, shown = _lists(200, folder_counts=-1.0)
    turned = dict(reversed(signals.items()))
    first, second = fit_lists(signals, owners, shown, PLACE), fit_lists(turned, owners, shown, PLACE)
    np.testing.assert_allclose(first.log_odds(signals, len(owners)), second.log_odds(signals, len(owners)), atol=0.02)


def test_articles_without_a_link_among_their_candidates_teach_nothing() -> None:
    signals, owners, shown = _lists(50, folder_counts=1.0)
    more = {name: np.concatenate([values, values[:10]]) for name, values in signals.items()}
    model = fit_lists(
        more, np.concatenate([owners, np.full(10, 50)]), np.concatenate([shown, np.zeros(10, bool)]), PLACE
    )
    assert model == fit_lists(signals, owners, shown, PLACE)
