"""The default ranking: what an article's first candidates score, by weights that were learned over many sites.

A signal is compared within the list of an article's first candidates: what counts is by how many standard deviations
of the list a candidate is above its mean. Raw values differ between sites and do not carry over; these do. The score
of a candidate is the sum of one function per signal; what is published is the probability that an editor links the
pair, which depends on the list as a whole as well, so that scores of different articles can be compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from recommender.digest import digest
from recommender.ranker.list_signals import OF_TITLES, TITLE_WORDS, Surroundings, Values, list_signals

FORMAT = "recommender-default-ranking/1"
_FILE = "default.json"
# To be raised when the same weights give other scores.
_VERSION = b"list scores 3"
_MOST_DEVIATIONS = 6.0
# Lists whose values differ by less do not differ.
_LEAST_DEVIATION = 1e-6
_LISTS_AT_ONCE = 512
# Longer titles are sentences rather than names.
_WORDS_OF_NAMES = 4.0


@dataclass(frozen=True, slots=True)
class Function:
    """What a signal counts: linear between knots.

    Attributes
    ----------
    at : tuple of float
        Standard deviations above the list's mean, ascending.
    counts : tuple of float
        In log-odds before calibration.
    """

    at: tuple[float, ...]
    counts: tuple[float, ...]

    def __call__(self, standing: NDArray[np.floating]) -> NDArray[np.float64]:
        result: NDArray[np.float64] = np.interp(standing, self.at, self.counts)
        return result


@dataclass(frozen=True, slots=True)
class ListCalibration:
    """From scores to probabilities: ``1 / (1 + exp(-(slope * score + offset + best * similarity)))``.

    Attributes
    ----------
    best : float
        Times the similarity of the best candidate of the list: an article that is near to nothing has no sure links.
    """

    slope: float
    offset: float
    best: float


@dataclass(frozen=True, slots=True)
class ListModel:
    """Weights of the default ranking.

    Attributes
    ----------
    functions : dict of str to Function
        By name of the signal.
    """

    format: str
    functions: dict[str, Function]
    calibration: ListCalibration


class MoreSignals(Protocol):
    """Signals of pairs beside those that the default ranking reads."""

    def __call__(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> dict[str, Values]:
        """By name, float32 arrays of shape (m,)."""


@lru_cache(maxsize=1)
def default_model() -> ListModel:
    """The weights that ship with the package; `models/default-ranking` says how they were made."""
    return msgspec.json.decode(files("recommender.ranker").joinpath(_FILE).read_bytes(), type=ListModel)


@lru_cache(maxsize=1)
def model_name() -> bytes:
    """Names the weights and the way in which they are used: part of the names of remembered rankings."""
    return digest(_VERSION, files("recommender.ranker").joinpath(_FILE).read_bytes())


@dataclass(frozen=True, slots=True)
class Standard:
    """By what the values of pairs are made comparable: of each signal, mean and deviation within lists.

    Attributes
    ----------
    mean, deviation : dict of str to float64 array of shape (n_lists,)
        The deviation is infinite where the values do not differ.
    best : float64 array of shape (n_lists,)
        The similarity of the best candidate of each list.
    names : float64 array of shape (n_lists,)
        How far the titles of a list are names, 1 where they have four words on average, or fewer, and the less, the
        more they have: what two questions share says little of what they ask.
    """

    mean: dict[str, NDArray[np.float64]]
    deviation: dict[str, NDArray[np.float64]]
    best: NDArray[np.float64]
    names: NDArray[np.float64]

    def standing(self, name: str, values: Values, lists: NDArray[np.integer]) -> NDArray[np.float64]:
        """Standard deviations above the mean of the lists given, at most six either way; of signals that take titles
        for names fewer, where titles are sentences.
        """
        above = (values - self.mean[name][lists]) / self.deviation[name][lists]
        result: NDArray[np.float64] = np.clip(above, -_MOST_DEVIATIONS, _MOST_DEVIATIONS)
        return result * self.names[lists] if name in OF_TITLES else result


def standard(signals: Mapping[str, Values], places: NDArray[np.intp], shape: tuple[int, int]) -> Standard:
    """Measure lists.

    Parameters
    ----------
    signals : mapping of str to float32 array of shape (m,)
        `similarity` among them.
    places : intp array of shape (m,)
        The place of each pair in a table of one line per list.
    shape : tuple of int
        Of that table.
    """
    filled = np.zeros(shape)
    filled.ravel()[places] = 1
    counts = np.maximum(filled.sum(axis=1), 1)
    mean, deviation = {}, {}
    for name, values in signals.items():
        table = np.zeros(shape)
        table.ravel()[places] = values
        mean[name] = table.sum(axis=1) / counts
        apart = (table - mean[name][:, None]) * filled
        found = np.sqrt((apart * apart).sum(axis=1) / counts)
        deviation[name] = np.where(found < _LEAST_DEVIATION, np.inf, found)
    best = np.full(shape, -np.inf)
    best.ravel()[places] = signals["similarity"]
    top = best.max(axis=1, initial=-np.inf)
    words = np.maximum(mean.get(TITLE_WORDS, 0), _WORDS_OF_NAMES)
    names = np.broadcast_to(_WORDS_OF_NAMES / words, counts.shape)
    return Standard(mean, deviation, np.where(np.isfinite(top), top, 0.0), names)


def log_odds(
    model: ListModel, signals: Mapping[str, Values], lists: NDArray[np.integer], by: Standard
) -> NDArray[np.float64]:
    """Calibrated log-odds of pairs, shape (m,), given by their signals and their lists' numbers in `by`."""
    total = np.zeros(len(lists))
    for name, function in model.functions.items():
        # Places that are not known, and links that a site has none of, count nothing.
        if name in signals:
            total += function(by.standing(name, signals[name], lists))
    found = model.calibration
    odds: NDArray[np.float64] = found.slope * total + found.offset + found.best * by.best[lists]
    return odds


def score_lists(model: ListModel, site: Surroundings, rows: NDArray[np.integer]) -> NDArray[np.float64]:
    """Probabilities that an editor of each row links its first candidates, in the shape of their lists, 0 for none."""
    scores = np.zeros((len(rows), site.width))
    for start, pairs in _lists(site, rows):
        by = standard(pairs.signals, pairs.places, pairs.shape)
        part = scores[start : start + pairs.shape[0]]
        odds = log_odds(model, pairs.signals, pairs.places // max(pairs.shape[1], 1), by)
        part.ravel()[pairs.places] = _probability(odds)
    return scores


def score_pairs(
    model: ListModel,
    site: Surroundings,
    left: NDArray[np.integer],
    right: NDArray[np.integer],
    similarity: NDArray[np.floating],
) -> NDArray[np.float64]:
    """As `score_lists`, of any pairs, whether the right one is among the first candidates of the left one or not."""
    return _probability(pair_log_odds(model, site, left, right, similarity))


def pair_log_odds(
    model: ListModel,
    site: Surroundings,
    left: NDArray[np.integer],
    right: NDArray[np.integer],
    similarity: NDArray[np.floating],
) -> NDArray[np.float64]:
    """As `score_pairs`, in log-odds."""
    return pair_standings(model, site, left, right, similarity).log_odds


@dataclass(frozen=True, slots=True)
class Standings:
    """What pairs are like within the lists of first candidates of their left rows.

    Attributes
    ----------
    log_odds : float64 array of shape (m,)
        As the default ranking has it.
    signals : dict of str to float32 array of shape (m,)
        Standard deviations above the mean of the list, by signal; none if they were not asked for.
    """

    log_odds: NDArray[np.float64]
    signals: dict[str, Values]


def pair_standings(
    model: ListModel,
    site: Surroundings,
    left: NDArray[np.integer],
    right: NDArray[np.integer],
    similarity: NDArray[np.floating],
    more: MoreSignals | None = None,
) -> Standings:
    """Compare any pairs with the first candidates of their left rows.

    Parameters
    ----------
    left, right : integer arrays of shape (m,)
    similarity : float array of shape (m,)
        By words and vectors together.
    more : MoreSignals, optional
        Gives further signals, and asks for the standings of all.
    """
    order = np.argsort(left, kind="stable")
    first, second = left[order].astype(np.int64), right[order].astype(np.int64)
    sources, of_pair = np.unique(first, return_inverse=True)
    signals = list_signals(site, first, second, similarity[order]) | ({} if more is None else more(first, second))
    odds = np.empty(len(left))
    found: dict[str, Values] = {}
    if more is not None:
        found = {name: np.empty(len(left), dtype=np.float32) for name in signals}
    for start, pairs in _lists(site, sources, more):
        by = standard(pairs.signals, pairs.places, pairs.shape)
        own = slice(*np.searchsorted(of_pair, [start, start + pairs.shape[0]]))
        some = {name: values[own] for name, values in signals.items()}
        lists = of_pair[own] - start
        odds[order[own]] = log_odds(model, some, lists, by)
        for name, values in found.items():
            values[order[own]] = by.standing(name, some[name], lists)
    return Standings(odds, found)


@dataclass(frozen=True, slots=True)
class _ListPairs:
    signals: dict[str, Values]
    places: NDArray[np.intp]
    shape: tuple[int, int]


def _lists(
    site: Surroundings, rows: NDArray[np.integer], more: MoreSignals | None = None
) -> Iterator[tuple[int, _ListPairs]]:
    """The pairs of the lists of some rows, some lists at a time, each with the number of its first list."""
    for start in range(0, len(rows), _LISTS_AT_ONCE):
        some = rows[start : start + _LISTS_AT_ONCE]
        first = site.first(some)
        table = first.rows
        line, place = np.nonzero(table >= 0)
        left, right = np.asarray(some, dtype=np.int64)[line], table[line, place].astype(np.int64)
        signals = list_signals(site, left, right, first.nearness[line, place])
        signals |= {} if more is None else more(left, right)
        yield start, _ListPairs(signals, line * table.shape[1] + place, table.shape)


def _probability(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(odds, -50, 50)))
    return result
