from __future__ import annotations

import doctest
from xml.etree import ElementTree

import numpy as np
import pytest

from recommender import plots
from recommender.plots import (
    Bar,
    count_plot,
    degree_plot,
    distribution_plot,
    exceedance_plot,
    flow_plot,
    interval_plot,
    map_plot,
    paired_plot,
    svg,
)

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
        lambda: count_plot("articles", {"a <b> & $x$ " * 9: 7, "none": 0}),
        lambda: count_plot("many", {f"kind {number}": number for number in range(60, 0, -1)}),
        lambda: count_plot("nothing", {}),
        lambda: flow_plot("links", ["a", "b"], np.array([[3, 1], [0, 0]])),
        lambda: exceedance_plot({"one": np.array([0.1, 0.2]), "nothing": np.empty(0)}, "score", {"90%": 0.15}),
        lambda: exceedance_plot({}, "score"),
        lambda: map_plot(np.array([[0.0, 0.1], [1.0, -1.0]]), ["$a", "b"], {1: "a <b> & $x$"}),
        lambda: map_plot(np.random.default_rng(0).random((60, 2)), [f"group {row % 30}" for row in range(60)]),
        lambda: map_plot(np.empty((0, 2)), []),
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


def test_a_curve_says_which_share_reaches_a_score() -> None:
    axes = exceedance_plot({"one": np.array([0.3, 0.1, 0.2, 0.4])}, "score").axes[0]
    assert axes.lines[0].get_xdata().tolist() == [0.1, 0.2, 0.3, 0.4]
    assert axes.lines[0].get_ydata().tolist() == [100, 75, 50, 25]


def test_what_is_beyond_the_most_is_one_bar() -> None:
    axes = count_plot("many", {f"kind {number}": number for number in range(5, 0, -1)}, most=3).axes[0]
    assert [bar.get_width() for bar in axes.patches] == [5, 4, 3, 3]
    assert axes.get_yticklabels()[-1].get_text() == "2 others"


def test_each_group_on_the_map_has_its_own_colour_and_mark() -> None:
    groups = [f"group {row % 14}" for row in range(28)]
    legend = map_plot(np.random.default_rng(0).random((28, 2)), groups).axes[0].get_legend()
    looks = {
        (tuple(handle.get_facecolor()[0]), handle.get_paths()[0].vertices.tobytes()) for handle in legend.legend_handles
    }
    assert len(looks) == 14


def test_doctests() -> None:
    assert doctest.testmod(plots).failed == 0


def test_marks_on_the_map_lead_somewhere_and_say_their_title() -> None:
    urls = ["a.md?x=1&y=2", "b.md", "c.md"]
    figure = map_plot(np.array([[0.0, 0.1], [1.0, -1.0], [0.5, 0.5]]), ["one", "one", "two"], urls=urls)
    root = ElementTree.fromstring(svg(figure, "map", {"a.md?x=1&y=2": "<script> & more", "c.md": "C"}))
    links = root.findall(".//{http://www.w3.org/2000/svg}a")
    found = {
        link.get("{http://www.w3.org/1999/xlink}href"): link.findtext("{http://www.w3.org/2000/svg}title")
        for link in links
    }
    assert found == {"a.md?x=1&y=2": "<script> & more", "b.md": None, "c.md": "C"}


def test_marks_show_their_figures_under_the_pointer() -> None:
    bars = [plots.Bar("a<b", 0.5, 0.4, 0.6), plots.Bar('"c" & d', 0.25, 0.2, 0.3)]
    text = plots.svg(plots.interval_plot("nDCG@10", bars), "x")
    assert "<title>a&lt;b: 0.500, from 0.400 to 0.600</title>" in text
    assert "<title>&quot;c&quot; &amp; d: 0.250, from 0.200 to 0.300</title>" in text
    ElementTree.fromstring(text)
    counts = plots.svg(plots.count_plot("Articles", {"Physics": 12, "<i>": 3}), "x")
    assert "<title>Physics: 12</title>" in counts
    assert "<title>&lt;i&gt;: 3</title>" in counts
    flows = plots.svg(plots.flow_plot("Links", ["a", "b"], np.array([[3, 1], [0, 0]])), "x")
    assert "<title>3 from a to a, 75% of those from there</title>" in flows
    assert "tip-" not in text + counts + flows
    assert plots.svg(plots.count_plot("Articles", {"Physics": 12}), "x") == plots.svg(
        plots.count_plot("Articles", {"Physics": 12}), "x"
    )


def test_a_notebook_gets_a_plot_as_markup() -> None:
    shown = plots.Interactive(plots.count_plot("Articles", {"Physics": 12}), "x")._repr_html_()
    assert shown.startswith('<div style="background: white; max-width: 756px"><svg')


def test_lengths_on_an_axis_of_equal_ratios() -> None:
    figure = plots.distribution_plot({"answer": np.array([0, 10, 100, 1_000, 1_000_000])}, "characters", log=True)
    assert figure.axes[0].get_xscale() == "log"
    plots.svg(plots.distribution_plot({"answer": np.array([0, 0])}, "characters", log=True), "x")


@pytest.mark.parametrize("kind", ["distribution", "degrees", "exceedance"])
def test_a_legend_covers_no_mark(kind: str) -> None:
    values = {name: np.random.default_rng(0).integers(1, 90, 400) for name in ("proposed", "curated", "random")}
    made = {
        "distribution": lambda: plots.distribution_plot(values, "score"),
        "degrees": lambda: plots.degree_plot(values),
        "exceedance": lambda: plots.exceedance_plot(values, "score", {"90%": 40.0}),
    }
    figure = made[kind]()
    figure.draw_without_rendering()
    axes = figure.axes[0]
    legend = axes.get_legend().get_window_extent()
    inside = axes.get_window_extent()
    assert not legend.overlaps(inside.shrunk(0.98, 0.98))
