from __future__ import annotations

import doctest
from xml.etree import ElementTree

import numpy as np
import pytest

from recommender import plots
from recommender.plots import Bar, degree_plot, distribution_plot, interval_plot, paired_plot, svg

BARS = [Bar("text", 0.5, 0.4, 0.6, accent=True), Bar("a <b> & $x$ " * 9, 0.2, 0.1, 0.3), Bar("none", 0.0, 0.0, 0.0)]


@pytest.mark.parametrize(
    "figure",
    [
        lambda: interval_plot("nDCG@10", BARS),
        lambda: interval_plot("all nothing", [Bar("random", 0.0, 0.0, 0.0)]),
        lambda: distribution_plot({"one": np.array([0.1, 0.2]), "nothing": np.empty(0)}, "score"),
        lambda: distribution_plot({"same": np.array([0.5, 0.5])}, "score"),
        lambda: distribution_plot({}, "score"),
        lambda: degree_plot({"text": np.array([0, 1, 1, 7]), "nobody": np.zeros(4, dtype=np.int64)}),
        lambda: degree_plot({"nobody": np.zeros(4, dtype=np.int64)}),
        lambda: paired_plot(["first " * 30 + "(1,200)", "second (3)"], BARS[:2], BARS[1:]),
    ],
)
def test_plots_are_whole_and_the_same_every_time(figure: object) -> None:
    text = svg(figure(), "name")  # type: ignore[operator]
    assert text == svg(figure(), "name")  # type: ignore[operator]
    root = ElementTree.fromstring(text)
    assert root.get("viewBox")
    assert root.get("width") is None
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert all(str(id_).startswith("name-") for id_ in ids)
    assert "#0072b2;" not in text


def test_doctests() -> None:
    assert doctest.testmod(plots).failed == 0
