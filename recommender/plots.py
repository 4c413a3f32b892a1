"""The plots of reports, pages and notebooks: one look, legible for colour-blind readers.

Every function takes plain records or arrays and returns a matplotlib `Figure`; `svg` turns one into markup that takes
its colours from the page around it.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape, unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's palette, which stays apart under all common kinds of colour blindness.
BLUE, ORANGE, GREEN, PURPLE, SKY, RED = "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"
INK, MUTED, RULE = "#222327", "#6b6f78", "#dcdee3"

_VARIABLES = {
    BLUE: "--plot-blue",
    ORANGE: "--plot-orange",
    GREEN: "--plot-green",
    PURPLE: "--plot-purple",
    SKY: "--plot-sky",
    RED: "--plot-red",
    INK: "--plot-ink",
    MUTED: "--plot-muted",
    RULE: "--plot-rule",
}
_LONGEST_NAME = 40
_LONGEST_BESIDE = 26
_PIXELS_AN_INCH = 90
_TIP = "tip-"
# Letters of ten points in a plot of this width can still be read where it is as narrow as a phone.
_INCHES = 5.0
_LETTERS_A_LINE = 52
_MARKS = ("o", "s", "D", "^", "v", "P", "X")
# Any: matplotlib's type for it lists every key of one version.
_STYLE: Any = {
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "axes.labelsize": 10,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "grid.color": RULE,
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "recommender",
    "text.color": INK,
    # Names of subjects are shown as they are, dollars included.
    "text.parse_math": False,
    "xtick.color": MUTED,
    "xtick.major.size": 0,
    "ytick.color": INK,
    "ytick.major.size": 0,
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A mean with its interval, as a plot needs it.

    Attributes
    ----------
    accent : bool
        Whether it is what the plot is about; the others are drawn quietly.
    """

    name: str
    mean: float
    low: float
    high: float
    accent: bool = False


def interval_plot(title: str, bars: Sequence[Bar]) -> Figure:
    """Means with intervals, one line for each system."""
    with _styled():
        figure = _figure(_INCHES, 0.9 + 0.26 * len(bars))
        axes = figure.subplots()
        for row, bar in enumerate(bars):
            colour = BLUE if bar.accent else MUTED
            axes.plot([bar.low, bar.high], [row, row], color=colour, linewidth=2.4 if bar.accent else 1.6)
            size = 7 if bar.accent else 5
            (mean,) = axes.plot(bar.mean, row, marker="o", color=colour, markersize=size, clip_on=False)
            _tip(mean, f"{bar.name}: {bar.mean:.3f}, from {bar.low:.3f} to {bar.high:.3f}")
            axes.annotate(
                f"{bar.mean:.3f}",
                (bar.high, row),
                xytext=(7, 0),
                textcoords="offset points",
                va="center",
                fontsize=8.5,
            )
        axes.set_title(title)
        axes.set_yticks(range(len(bars)), [shortened(bar.name, _LONGEST_BESIDE) for bar in bars])
        axes.set_ylim(len(bars) - 0.4, -0.6)
        axes.set_xlim(0, max(max(bar.high for bar in bars) * 1.18, 1e-6))
        axes.grid(axis="x")
        axes.set_axisbelow(True)
        return figure


def distribution_plot(samples: Mapping[str, NDArray[np.floating]], xlabel: str, *, log: bool = False) -> Figure:
    """Distributions of values on one axis, as histograms of equal area; with `log` on an axis of equal ratios, on which
    what is not above 0 is left out.
    """
    colours = (BLUE, ORANGE, MUTED, GREEN, PURPLE)
    with _styled():
        figure = _figure(_INCHES, 2.6)
        axes = figure.subplots()
        if log:
            samples = {name: values[values > 0] for name, values in samples.items()}
        everything = np.concatenate([np.empty(0), *samples.values()])
        low, high = (float(everything.min()), float(everything.max())) if len(everything) else (float(log), 1.0)
        edges = np.geomspace(low, max(high, 1.01 * low), 41) if log else np.linspace(low, max(high, low + 1e-6), 61)
        for (name, values), colour in zip(samples.items(), colours, strict=False):
            if not len(values):
                continue
            share = np.histogram(values, bins=edges)[0] / len(values)
            axes.stairs(share, edges, fill=True, color=colour, alpha=0.22)
            axes.stairs(share, edges, color=colour, linewidth=1.8, label=shortened(name))
        if log:
            axes.set_xscale("log")
            axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
            # Within one power of ten some steps have room for their numbers.
            shown = "2357" if high < 10 * low else ""
            axes.xaxis.set_minor_formatter(lambda value, _: f"{value:,.0f}" if f"{value:.0e}"[0] in shown else "")
        axes.set_xlabel(xlabel)
        axes.set_yticks([])
        axes.margins(x=0.01)
        axes.set_ylim(bottom=0)
        if axes.get_legend_handles_labels()[0]:
            _legend_above(axes)
        return figure


def degree_plot(degrees: Mapping[str, NDArray[np.integer]]) -> Figure:
    """The share of articles by their number of incoming links, at least."""
    colours = (BLUE, ORANGE, MUTED, RED, GREEN, PURPLE)
    with _styled():
        figure = _figure(_INCHES, 3.0)
        axes = figure.subplots()
        for place, (name, counts) in enumerate(degrees.items()):
            values, sizes = np.unique(counts[counts > 0], return_counts=True)
            if not len(values):
                continue
            share = 100 * np.cumsum(sizes[::-1])[::-1] / len(counts)
            colour, mark = colours[place % len(colours)], _MARKS[place % len(_MARKS)]
            axes.plot(values, share, color=colour, linewidth=1.6, marker=mark, markersize=3.5, label=shortened(name))
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel("links to the article, at least")
        axes.set_ylabel("share of the articles")
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.3g}%")
        axes.grid(axis="both")
        if axes.get_legend_handles_labels()[0]:
            _legend_above(axes)
        return figure


def paired_plot(names: Sequence[str], first: Sequence[Bar], second: Sequence[Bar]) -> Figure:
    """Two systems on parts of the queries, one line for each part; `first` and `second` are aligned with `names`."""
    with _styled():
        figure = _figure(_INCHES, 1.1 + 0.3 * len(names))
        axes = figure.subplots()
        rows = np.arange(len(names))
        # Side by side, so that neither interval hides the other.
        for bars, colour, mark, size, shift in ((first, BLUE, "o", 30, -0.17), (second, ORANGE, "D", 22, 0.17)):
            places, means = rows + shift, [bar.mean for bar in bars]
            axes.hlines(places, [bar.low for bar in bars], [bar.high for bar in bars], color=colour, linewidth=1.6)
            axes.scatter(means, places, color=colour, marker=mark, s=size, label=shortened(bars[0].name))
        axes.set_yticks(rows, [shortened(name, _LONGEST_BESIDE) for name in names])
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.set_xlim(left=0)
        axes.grid(axis="x")
        axes.set_axisbelow(True)
        _legend_above(axes)
        return figure


def count_plot(title: str, counts: Mapping[str, int], most: int = 30) -> Figure:
    """How many there are of each kind, one bar for each; of more than `most` kinds the rest is one bar."""
    shown = dict(list(counts.items())[:most])
    if len(counts) > most:
        shown[f"{len(counts) - most:,} others"] = sum(counts.values()) - sum(shown.values())
    with _styled():
        figure = _figure(8.4, 0.9 + 0.24 * max(len(shown), 1))
        axes = figure.subplots()
        bars = axes.barh(range(len(shown)), list(shown.values()), color=BLUE, height=0.62)
        for bar, (name, count) in zip(bars, shown.items(), strict=True):
            _tip(bar, f"{name}: {count:,}")
        axes.bar_label(bars, [f"{count:,}" for count in shown.values()], padding=4, color=INK, fontsize=8.5)
        axes.set_title(title)
        axes.set_yticks(range(len(shown)), [shortened(name) for name in shown])
        axes.set_ylim(max(len(shown), 1) - 0.4, -0.6)
        axes.set_xticks([])
        return figure


def flow_plot(title: str, names: Sequence[str], flows: NDArray[np.integer], most: int = 20) -> Figure:
    """How many links lead from each group (row) to each (column); the first `most` groups are shown.

    The shade is the share of the row, so that small groups can be read beside large ones.
    """
    shown = [shortened(name) for name in names[:most]]
    counts = flows[:most, :most]
    shares = counts / np.maximum(flows[:most].sum(axis=1, keepdims=True), 1)
    with _styled():
        figure = _figure(3.2 + 0.46 * len(shown), 1.9 + 0.34 * len(shown))
        axes = figure.subplots()
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for row, column in np.argwhere(counts):
            colour = "white" if shares[row, column] > 0.55 else INK
            number = f"{counts[row, column]:,}"
            cell = axes.text(column, row, number, ha="center", va="center", fontsize=8, color=colour)
            _tip(cell, f"{number} from {names[row]} to {names[column]}, {shares[row, column]:.0%} of those from there")
        axes.set_title(title)
        axes.set_xticks(range(len(shown)), shown, rotation=40, ha="right")
        axes.set_yticks(range(len(shown)), shown)
        axes.set_xlabel("to")
        axes.set_ylabel("from")
        return figure


def exceedance_plot(
    samples: Mapping[str, NDArray[np.floating]], xlabel: str, marks: Mapping[str, float] | None = None
) -> Figure:
    """Which share of each sample reaches a score: what a lowest score would keep. `marks` are named scores."""
    colours, dashes = (BLUE, ORANGE, MUTED, GREEN, PURPLE), ("-", "--", ":", "-.", "-")
    with _styled():
        figure = _figure(8.4, 3.4)
        axes = figure.subplots()
        for (name, values), colour, dash in zip(samples.items(), colours, dashes, strict=False):
            if not len(values):
                continue
            ordered = np.sort(values)
            share = 100 * (len(ordered) - np.arange(len(ordered))) / len(ordered)
            axes.plot(ordered, share, color=colour, linestyle=dash, linewidth=2, label=shortened(name))
        for name, score in (marks or {}).items():
            axes.axvline(score, color=INK, linewidth=1)
            axes.annotate(
                name, (score, 1), xycoords=("data", "axes fraction"), xytext=(3, 2), textcoords="offset points",
                fontsize=8.5, rotation=35, va="bottom",
            )  # fmt: skip
        axes.set_xlabel(xlabel)
        axes.set_ylabel("share that reaches it")
        axes.set_ylim(0, 102)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}%")
        axes.grid(axis="both")
        if axes.get_legend_handles_labels()[0]:
            # The names of the marks are above.
            axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), labelcolor=INK)
        return figure


def map_plot(
    coordinates: NDArray[np.floating],
    groups: Sequence[str],
    marked: Mapping[int, str] | None = None,
    *,
    urls: Sequence[str] | None = None,
    most: int = 14,
) -> Figure:
    """Articles in two dimensions, each group with its own colour and mark.

    Parameters
    ----------
    coordinates : array of shape (m, 2)
    groups : sequence of str
        Of each article; those beyond the `most` largest groups share one quiet mark.
    marked : mapping of int to str, optional
        Places in `coordinates`, to be ringed and numbered, and what to write below for each number.
    urls : sequence of str, optional
        Where each article's mark leads in `svg`, which can also show its title under the pointer.
    """
    colours = (BLUE, ORANGE, GREEN, PURPLE, SKY, RED)
    sizes = Counter(groups)
    order = sorted(sizes, key=lambda name: (-sizes[name], name))
    labels = np.array(groups, dtype=object)
    targets = np.array(urls, dtype=object) if urls is not None else None
    with _styled():
        figure = _figure(8.4, 6.0)
        axes = figure.subplots()
        area = float(np.clip(9000 / max(len(groups), 1), 5, 42))
        for place, name in enumerate(order[:most]):
            own = coordinates[labels == name]
            marks = axes.scatter(
                own[:, 0], own[:, 1], s=area, color=colours[place % len(colours)], marker=_MARKS[place % len(_MARKS)],
                linewidths=0, alpha=0.85, label=shortened(f"{name} ({sizes[name]:,})"),
            )  # fmt: skip
            if targets is not None:
                marks.set_urls(list(targets[labels == name]))
        if len(order) > most:
            others = np.isin(labels, order[most:])
            rest = coordinates[others]
            name = f"{len(order) - most:,} others ({len(rest):,})"
            marks = axes.scatter(rest[:, 0], rest[:, 1], s=area / 2, color=MUTED, linewidths=0, label=name, zorder=0)
            if targets is not None:
                marks.set_urls(list(targets[others]))
        # Numbers, since titles of neighbours would lie on each other.
        for number, row in enumerate(marked or {}, start=1):
            x, y = coordinates[row]
            axes.scatter([x], [y], s=area * 4, facecolors="none", edgecolors=INK, linewidths=1.3)
            axes.annotate(str(number), (x, y), xytext=(7, 5), textcoords="offset points", fontsize=9, fontweight="bold")
        listed = [f"{number}  {shortened(text, 90)}" for number, text in enumerate((marked or {}).values(), start=1)]
        axes.set_xlabel("\n".join(listed), loc="left", color=INK, linespacing=1.5)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_aspect("equal", adjustable="datalim")
        axes.spines["bottom"].set_visible(False)
        if order:
            axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), labelcolor=INK, fontsize=8.5, handletextpad=0.2)
        return figure


def shortened(name: str, longest: int = _LONGEST_NAME) -> str:
    """A name that leaves room for the plot beside it; a number in brackets at its end stays.

    >>> shortened("Economics (12)")
    'Economics (12)'
    >>> shortened("The history of everything that was ever written down by hand (1,200)")
    'The history of everything that… (1,200)'
    """
    if len(name) <= longest:
        return name
    head, bracket, rest = name.rpartition(" (")
    tail = f"{bracket}{rest}" if bracket and len(rest) < 10 else ""
    return f"{(head if tail else name)[: longest - len(tail) - 1].rstrip()}…{tail}"


def svg(figure: Figure, name: str, titles: Mapping[str, str] | None = None) -> str:
    """Markup for a page: colours become the page's CSS variables, and ids begin with `name`.

    The same figure gives the same text.

    Parameters
    ----------
    titles : mapping of str to str, optional
        By the url that a mark leads to: what is shown under the pointer, and read aloud.
    """
    file = io.StringIO()
    with _styled():
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = file.getvalue()
    text = text[text.index("<svg") :]
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour, f"var({variable}, {colour})")
    text = re.sub(r'(\bid="|url\(#|href="#)', lambda found: found[0] + name + "-", text)
    text = re.sub(rf'<g id="{re.escape(name)}-{_TIP}(\d+)-([^"]*)">', _with_tip, text)
    if titles:
        text = re.sub(r'<a xlink:href="([^"]*)"[^>]*>', lambda found: found[0] + _title(found[1], titles), text)
    # The page gives it its width; the view box keeps its shape.
    head, rest = text[: text.index(">")], text[text.index(">") :]
    return re.sub(r'\s(?:width|height)="[^"]*"', "", head) + rest


@dataclass(frozen=True, slots=True)
class Interactive:
    """A plot for a notebook that shows its figures under the pointer.

    Attributes
    ----------
    name : str
        Begins the ids of its markup; another for each plot of a notebook.
    titles : mapping of str to str or None
        As of `svg`.
    """

    figure: Figure
    name: str
    titles: Mapping[str, str] | None = None

    def _repr_html_(self) -> str:
        width = self.figure.get_figwidth() * _PIXELS_AN_INCH
        return (
            f'<div style="background: white; max-width: {width:.0f}px">{svg(self.figure, self.name, self.titles)}</div>'
        )


def _tip(artist: Artist, text: str) -> None:
    """Give a mark a text that `svg` shows under the pointer."""
    # The id of an element is all that matplotlib passes on; the number makes it unique.
    artist.set_gid(f"{_TIP}{id(artist)}-{quote(text)}")


def _with_tip(found: re.Match[str]) -> str:
    return f"<g><title>{escape(unquote(unescape(found[2])))}</title>"


def _title(url: str, titles: Mapping[str, str]) -> str:
    title = titles.get(unescape(url))
    return "" if title is None else f"<title>{escape(title)}</title>"


def _legend_above(axes: Axes) -> None:
    """A legend above the axes, where it covers nothing, in as many columns as there is room for."""
    longest = max(map(len, axes.get_legend_handles_labels()[1]))
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1), ncols=max(1, _LETTERS_A_LINE // (longest + 5)), labelcolor=INK,
        borderpad=0.2, handlelength=1.2, columnspacing=1.2,
    )  # fmt: skip


def _figure(width: float, height: float) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


@contextmanager
def _styled() -> Iterator[None]:
    import matplotlib as mpl

    with mpl.rc_context(_STYLE):
        yield
